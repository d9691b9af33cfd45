// The cells of a heatmap: their size, and the number written into each.

const GAP = 2;
const MIN_WIDTH = 26;
const MIN_HEIGHT = 14;
const BRIGHT = 140; // of 255
const DARK_TEXT = "#1d2433";
const LIGHT_TEXT = "#ffffff";

const { Chart } = globalThis;

export const cellLength = (total, count) => Math.max(1, total / count - GAP);

// "-0.00" is no number that a person would write.
export const cellText = (value, digits) =>
  value
    .toFixed(digits)
    .replace(/^-(?=[0.]+$)/, "")
    .replace("-", "−");

export const holdsText = (value, width, height) => value !== null && width >= MIN_WIDTH && height >= MIN_HEIGHT;

// Dark or light text, whichever is easier to read on the given "rgb(…)", by its luma (Rec. 601).
export function textColorOn(background) {
  const [red, green, blue] = background.match(/\d+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > BRIGHT ? DARK_TEXT : LIGHT_TEXT;
}

export function sizeCells(dataset, { x, y }) {
  dataset.width = ({ chart }) => cellLength(chart.chartArea?.width, x.labels.length);
  dataset.height = ({ chart }) => cellLength(chart.chartArea?.height, y.labels.length);
  dataset.borderWidth = 0;
}

export const cellLabels = {
  id: "cellLabels",
  afterDatasetsDraw(chart, _args, options) {
    if (chart.config.type !== "matrix") return;
    const { ctx } = chart;
    ctx.save();
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    chart.getDatasetMeta(0).data.forEach((cell, index) => {
      const { v } = chart.data.datasets[0].data[index];
      const { width, height } = cell.getProps(["width", "height"], true);
      if (!holdsText(v, width, height)) return;
      ctx.fillStyle = textColorOn(cell.options.backgroundColor);
      ctx.font = `${width < 40 ? 10 : 12}px ${Chart.defaults.font.family}`;
      const { x, y } = cell.getCenterPoint();
      ctx.fillText(cellText(v, options.digits ?? 2), x, y);
    });
    ctx.restore();
  },
};
