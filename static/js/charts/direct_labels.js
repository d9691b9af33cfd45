// The names of lines beside the lines themselves, in place of a legend: at their ends, or above their peaks.

const { Chart } = globalThis;
const LINE = 16; // pixels from one name to the next
const LETTER = 7.4; // pixels, in a wide font
const LONGEST = 28; // letters
const MOST = 8; // names that are told apart at a glance
const DOT = 4;

export const shorten = (text, length) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

// What a line is called where it is drawn.
const nameOf = (dataset) => shorten(dataset.short ?? dataset.label, LONGEST);

export const named = (datasets) => datasets.filter((one) => !one.aside && one.label);

// Whether the names of all lines fit into a chart that is not narrow.
export const haveRoom = (datasets, narrow) => {
  const names = named(datasets);
  return !narrow && names.length > 1 && names.length <= MOST && !datasets.some((one) => one.hidden);
};

// The pixels that names beside the ends of lines take.
export const roomFor = (datasets) =>
  Math.ceil(Math.max(...named(datasets).map((one) => nameOf(one).length)) * LETTER) + 3 * DOT;

// Where names stand that would like to stand at `places`: in the same order, a line apart, between `top` and `bottom`.
export function spread(places, top, bottom) {
  const order = places.map((_, index) => index).sort((a, b) => places[a] - places[b]);
  const spot = [];
  let from = top;
  for (const index of order) {
    spot[index] = Math.max(places[index], from);
    from = spot[index] + LINE;
  }
  let to = bottom;
  for (const index of order.reverse()) {
    spot[index] = Math.min(spot[index], to);
    to = spot[index] - LINE;
  }
  return spot;
}

// Names above peaks, { x, y, width }, the lower ones first: one that would touch another moves up.
export function stack(peaks, top) {
  const placed = [];
  const order = peaks.map((_, index) => index).sort((a, b) => peaks[b].y - peaks[a].y);
  for (const index of order) {
    const { x, y, width } = peaks[index];
    const touches = (at) => placed.find((one) => Math.abs(one.at - at) < LINE && Math.abs(one.x - x) < (one.width + width) / 2);
    let at = y;
    while (touches(at)) at = touches(at).at - LINE;
    placed.push({ index, at: Math.max(at, top), x, width });
  }
  return placed.sort((a, b) => a.index - b.index).map(({ at }) => at);
}

const isThere = ({ x, y, skip }) => !skip && Number.isFinite(x) && Number.isFinite(y);

// The lines that have a name and are not hidden, with their points.
function linesOf(chart) {
  return chart.data.datasets
    .map((dataset, index) => ({ dataset, points: chart.getDatasetMeta(index).data.filter(isThere), shown: chart.isDatasetVisible(index) }))
    .filter(({ dataset, points, shown }) => shown && points.length && !dataset.aside && dataset.label);
}

function write(ctx, { text, x, y, align }, { paper, ink }) {
  ctx.textAlign = align;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeStyle = paper;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = ink;
  ctx.fillText(text, x, y);
}

function dot(ctx, x, y, color) {
  ctx.beginPath();
  ctx.arc(x, y, DOT, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
}

function writeEnds(chart, lines, colors) {
  const { ctx, chartArea } = chart;
  const ends = lines.map(({ points }) => points.at(-1).y);
  const spots = spread(ends, chartArea.top + LINE / 2, chartArea.bottom - LINE / 2);
  lines.forEach(({ dataset }, index) => {
    const x = chartArea.right + 3 * DOT;
    dot(ctx, x - DOT, spots[index], dataset.borderColor);
    write(ctx, { text: nameOf(dataset), x: x + DOT, y: spots[index], align: "left" }, colors);
  });
}

function writePeaks(chart, lines, colors) {
  const { ctx, chartArea } = chart;
  const peaks = lines.map(({ dataset, points }) => {
    const peak = points.reduce((best, point) => (point.y < best.y ? point : best));
    const text = nameOf(dataset);
    const width = ctx.measureText(text).width + 4 * DOT;
    const x = Math.min(Math.max(peak.x, chartArea.left + width / 2), chartArea.right - width / 2);
    return { text, width, x, y: peak.y - LINE / 2 - 2 };
  });
  const spots = stack(peaks, LINE / 2);
  peaks.forEach(({ text, width, x }, index) => {
    dot(ctx, x - width / 2 + DOT, spots[index], lines[index].dataset.borderColor);
    write(ctx, { text, x: x - width / 2 + 3 * DOT, y: spots[index], align: "left" }, colors);
  });
}

export const directLabels = {
  id: "directLabels",
  afterDatasetsDraw(chart, _args, options) {
    if (!options.at) return;
    const lines = linesOf(chart);
    const { ctx } = chart;
    ctx.save();
    ctx.font = `12px ${Chart.defaults.font.family}`;
    ctx.textBaseline = "middle";
    (options.at === "end" ? writeEnds : writePeaks)(chart, lines, options);
    ctx.restore();
  },
};
