// Draws every <canvas data-chart="id"> from the JSON in the element with that id.

import { colorDataset } from "#charts/colors";
import { directLabels } from "#charts/direct_labels";
import { cellLabels, sizeCells } from "#charts/matrix";
import { completeOptions } from "#charts/options";
import { savePng } from "#charts/png";
import { linkSongs } from "#charts/song_links";
import { saveSvg } from "#charts/svg";
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
  linkSongs(options);
  config.plugins = [cellLabels, directLabels];
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

function savePicture({ savePicture: name, kind, title }) {
  const canvas = document.querySelector(`canvas[data-chart="${name}"]`);
  const [chart, variable] = [charts.get(canvas), themeVariables()];
  if (kind === "png") {
    savePng(chart, { name, title, variable });
    return;
  }
  const library = document.querySelector("[data-svg-library]").dataset.svgLibrary;
  const { width, height } = chart;
  saveSvg(configure(canvas, variable), { width, height, library, name, title, variable });
}

function showNumbers(name) {
  const numbers = document.getElementById(`numbers-${name}`);
  numbers.open = !numbers.open;
  if (numbers.open) numbers.querySelector("[tabindex]").focus();
}

if (Chart) {
  drawAll();
  document.addEventListener("themechange", () => [...charts.keys()].forEach(draw));
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-save-picture], [data-show-numbers]");
    if (!button) return;
    const menu = button.closest("details");
    menu.open = false;
    if (button.dataset.showNumbers) showNumbers(button.dataset.showNumbers);
    else savePicture(button.dataset);
  });
}
