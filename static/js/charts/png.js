// Saves a chart as a PNG file, with its title above it.

import { fileName, saveAs } from "#charts/files";

const { Chart } = globalThis;
const HEAD = 52; // pixels for the title

function redrawAt(chart, ratio) {
  chart.options.devicePixelRatio = ratio;
  chart.options.animation = false;
  chart.resize();
  chart.update("none");
}

function withTitle(canvas, title, ratio, variable) {
  const head = Math.round(HEAD * ratio);
  const image = document.createElement("canvas");
  image.width = canvas.width;
  image.height = canvas.height + head;
  const context = image.getContext("2d");
  context.fillStyle = variable("chart-paper");
  context.fillRect(0, 0, image.width, image.height);
  context.fillStyle = variable("chart-ink");
  context.font = `600 ${16 * ratio}px ${Chart.defaults.font.family}`;
  context.fillText(title, 12 * ratio, 32 * ratio, image.width - 24 * ratio);
  context.drawImage(canvas, 0, head);
  return image;
}

export function savePng(chart, { name, title, variable }) {
  const ratio = Math.max(2, window.devicePixelRatio || 1); // sharp in a document too
  redrawAt(chart, ratio);
  const image = withTitle(chart.canvas, title, ratio, variable);
  redrawAt(chart, undefined);
  image.toBlob((blob) => saveAs(blob, fileName(name, "png")), "image/png");
}
