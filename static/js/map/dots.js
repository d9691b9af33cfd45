// In which order, how large and how opaque songs are drawn.

const clamp = (value, min, max) => Math.min(Math.max(value, min), max);
const greatestCommonDivisor = (a, b) => (b ? greatestCommonDivisor(b, a % b) : a);

// Any part of this order is spread evenly over the songs: dots of a genre that comes last in the file do not cover all
// others, and the first dots are a fair sample.
export function spreadOrder(size) {
  let stride = Math.max(1, Math.round(size * 0.618));
  while (greatestCommonDivisor(stride, size) > 1) stride += 1;
  const order = new Uint32Array(size);
  for (let i = 0, index = 0; i < size; i += 1) {
    order[i] = index;
    index = (index + stride) % size;
  }
  return order;
}

// { size, opacity }: few songs are large dots, many are fine dust. Size is in CSS pixels.
export function dotStyle({ width, height, zoom }, songs) {
  const spacing = Math.sqrt((width * height) / songs) * zoom; // between neighbors, were they spread evenly
  return { size: clamp(0.5 * spacing, 1.4, 9), opacity: clamp(0.2 + 0.12 * spacing, 0.3, 0.85) };
}
