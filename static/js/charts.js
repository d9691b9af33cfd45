// Draws every <canvas data-chart="id"> from the JSON in the element with that id.

import { colorDataset } from "#charts/colors";
import { cellLabels, sizeCells } from "#charts/matrix";
import { completeOptions } from "#charts/options";
import { savePng } from "#charts/png";
import { themeVariables } from "#theme_variables";

const { Chart } = globalThis;
const NARROW = 480; // pixels
const charts = new Map();

// A label may name an element of the page by its id: a click on the chart is then a click on that element.
function linkLabels(options) {
  const targets = options.targets?.map((id) => document.getElementById(id));
  if (!targets?.some(Boolean)) return;
  options.onClick = (_event, points) => targets[points[0]?.index]?.click();
  options.onHover = (event, points) => {
    event.native.target.style.cursor = targets[points[0]?.index] ? "pointer" : "default";
  };
  options.interaction = { mode: "index", intersect: false };
}

function configure(canvas, variable) {
  const config = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
  for (const dataset of config.data.datasets) {
    colorDataset(dataset, variable);
    if (config.type === "matrix") sizeCells(dataset, config.options.scales);
  }
  const options = completeOptions(config, {
    variable,
    narrow: canvas.parentElement.clientWidth < NARROW,
    animated: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  linkLabels(options);
  config.plugins = [cellLabels];
  return config;
}

function draw(canvas) {
  charts.get(canvas)?.destroy();
  const variable = themeVariables();
  Chart.defaults.color = variable("chart-muted");
  Chart.defaults.borderColor = variable("chart-grid");
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  charts.set(canvas, new Chart(canvas, configure(canvas, variable)));
  canvas.dataset.drawn = "true";
}

function drawAll(root = document) {
  for (const canvas of charts.keys()) {
    if (canvas.isConnected) continue;
    charts.get(canvas).destroy();
    charts.delete(canvas);
  }
  root.querySelectorAll("canvas[data-chart]:not([data-drawn])").forEach(draw);
}

if (Chart) {
  drawAll();
  document.addEventListener("themechange", () => [...charts.keys()].forEach(draw));
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save-png]");
    if (!button) return;
    const { savePng: name, title } = button.dataset;
    const chart = charts.get(document.querySelector(`canvas[data-chart="${name}"]`));
    savePng(chart, { name, title, variable: themeVariables() });
  });
}
