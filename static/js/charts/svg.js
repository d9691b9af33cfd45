// Saves a chart as an SVG file, with its title above it: it is drawn once more, on a canvas that writes down its lines.

import { fileName, saveAs } from "#charts/files";

const { Chart } = globalThis;
const HEAD = 52; // pixels for the title

// "600 16px Inter, sans-serif" in parts. The library asks an element's style, which the pages' policy forbids.
export function parsedFont(font) {
  const [, style = "normal", weight = "normal", size = "12px", family = "sans-serif"] =
    font.match(/^(?:(italic|oblique|normal)\s+)?(?:(bold|bolder|lighter|normal|\d{3})\s+)?([\d.]+px)(?:\/\S+)?\s+(.+)$/) ?? [];
  return { style, weight, size, family };
}

const ANCHORS = { start: "start", left: "start", center: "middle", end: "end", right: "end" };
const BASELINES = { top: "text-before-edge", middle: "central", bottom: "text-after-edge", hanging: "hanging" };

function writeText(words, x, y, action) {
  const { style, weight, size, family } = parsedFont(this.font);
  const attributes = { "font-style": style, "font-weight": weight, "font-size": size, "font-family": family, x, y };
  attributes["text-anchor"] = ANCHORS[this.textAlign] ?? "start";
  attributes["dominant-baseline"] = BASELINES[this.textBaseline] ?? "alphabetic";
  const parent = this.__closestGroupOrSvg();
  const text = this.__createElement("text", attributes, true);
  text.textContent = words;
  this.__currentElement = text;
  this.__applyTransformation(text);
  this.__applyStyleToCurrentElement(action);
  parent.append(text);
}

export async function saveSvg(config, { width, height, library, name, title, variable }) {
  const { Context } = await import(library);
  Context.prototype.__applyText = writeText;
  const context = new Context(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext = () => context;
  context.canvas = canvas;
  Object.assign(config.options, { animation: false, responsive: false, devicePixelRatio: 1 });
  const chart = new Chart(canvas, config);
  const drawn = context.getSvg().cloneNode(true);
  chart.destroy();
  saveAs(new Blob([withTitle(drawn, { width, height, title, variable })], { type: "image/svg+xml" }), fileName(name, "svg"));
}

function withTitle(drawn, { width, height, title, variable }) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const add = (parent, tag, attributes) => {
    const element = document.createElementNS(svg.namespaceURI, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  svg.setAttribute("viewBox", `0 0 ${width} ${height + HEAD}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height + HEAD);
  add(svg, "rect", { width: "100%", height: "100%", fill: variable("chart-paper") });
  const text = { x: 12, y: 32, "font-size": 16, "font-weight": 600, "font-family": Chart.defaults.font.family };
  add(svg, "text", { ...text, fill: variable("chart-ink") }).textContent = title;
  add(svg, "g", { transform: `translate(0 ${HEAD})` }).append(...drawn.childNodes);
  return new XMLSerializer().serializeToString(svg);
}
