// Arithmetic with hexadecimal colors ("#rrggbb").

export const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));

// The red, green and blue at `share` (0 to 1) of the way between two colors.
export function mix(fromHex, toHex, share) {
  const [from, to] = [channels(fromHex), channels(toHex)];
  return from.map((channel, i) => Math.round(channel + (to[i] - channel) * share));
}
