// The map of a run: loads its songs, draws them, and responds to pointer, keyboard and buttons.

import { Camera } from "#map/camera";
import { SongCard } from "#map/card";
import { indexOfRow, loadColors, loadPoints } from "#map/columns";
import { Flight } from "#map/flight";
import { listen } from "#map/gestures";
import { drawLegend } from "#map/legend";
import { Nearest } from "#map/nearest";
import { Overlay } from "#map/overlay";
import { select, simplify } from "#map/polygon";
import { Renderer } from "#map/renderer";
import { Scheme } from "#map/scheme";
import { themeVariables } from "#theme_variables";

const REACH = 10; // pixels around the pointer in which a song is found
const MAX_MOVING_DOTS = 300_000; // drawn while the map moves; all of them when it rests
const REST = 140; // milliseconds
const HOVER = 90; // milliseconds
const MAX_CORNERS = 500;
const CORNER_DISTANCE = 3; // pixels between the corners of a lasso
const ZOOM_STEP = 1.6; // of the buttons

const map = document.querySelector("[data-map]");
const part = (name) => map.querySelector(`[data-map-${name}]`);
const canvas = part("canvas");
const status = part("status");
const card = new SongCard(part("card"), map.dataset.song);
const overlay = new Overlay(part("outline"), part("ring"));
const number = new Intl.NumberFormat("en");
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const camera = new Camera();
const schemes = new Map();
const variable = themeVariables();
let points, renderer, nearest, scheme, outline, pinned, marks, mode;
let hovered = -1;
let flight = null; // the one on its way
let frameRequested = false;
let restsAt = 0;

function say(text) {
  status.textContent = text;
  status.hidden = !text;
}

// Drawing

function redraw({ moving = false } = {}) {
  if (moving) restsAt = performance.now() + REST;
  if (frameRequested) return;
  frameRequested = true;
  requestAnimationFrame(() => {
    frameRequested = false;
    const rests = performance.now() >= restsAt;
    renderer.draw(camera, window.devicePixelRatio || 1, rests ? Infinity : MAX_MOVING_DOTS);
    drawOverlay();
    map.dataset.drawn = rests ? "all" : "some";
    if (!rests) setTimeout(() => redraw(), REST);
  });
}

const screenPoint = (index) => camera.toScreen(points.x[index], points.y[index]);

function drawOverlay(stroke = null) {
  overlay.drawOutline(stroke ?? outline?.map((corner) => camera.toScreen(...corner)) ?? []);
  const point = pinned === undefined ? null : screenPoint(pinned);
  overlay.drawRing(point);
  if (point) card.place(point, camera);
}

// The user moved the camera, which ends a flight.
function moved() {
  flight = null;
  redraw({ moving: true });
}

function resize() {
  const { width, height } = canvas.parentElement.getBoundingClientRect();
  if (!width || !height) return; // not laid out
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  camera.resize(width, height);
}

function begin() {
  renderer = Renderer.on(canvas, points);
  renderer.setCodes(scheme.codes);
  renderer.setPalette(scheme.palette);
  renderer.setMarks(marks);
  redraw();
}

// Songs

const isShown = (index) => !scheme.hidden.has(scheme.codes[index]);
const songAt = (px, py) => nearest.find(...camera.toPlane(px, py), REACH / camera.scale, isShown);

async function showCard(index) {
  try {
    const html = await card.load(points.rows[index]);
    if (index !== (pinned ?? hovered)) return; // the pointer has moved on
    card.show(html, pinned !== undefined);
    card.place(screenPoint(index), camera);
  } catch {
    card.hide();
  }
}

function hover(px, py) {
  if (pinned !== undefined) return;
  const index = songAt(px, py);
  canvas.classList.toggle("over-song", index >= 0);
  if (index === hovered) return;
  hovered = index;
  card.hide();
  setTimeout(() => {
    if (index >= 0 && index === hovered) showCard(index);
  }, HOVER);
}

function pin(index) {
  pinned = index >= 0 ? index : undefined;
  hovered = -1;
  card.hide();
  if (pinned !== undefined) showCard(pinned);
  drawOverlay();
}

function flyTo(index) {
  const mine = new Flight(camera, points.x[index], points.y[index], performance.now());
  flight = mine;
  pin(index);
  const step = () => {
    if (flight !== mine) return;
    const progress = reducedMotion ? 1 : mine.progress(performance.now());
    Object.assign(camera, mine.position(progress));
    redraw({ moving: progress < 1 });
    if (progress < 1) requestAnimationFrame(step);
  };
  step();
}

// Colors

async function colorBy(name) {
  if (!schemes.has(name)) {
    say("Loading the colours …");
    const url = `${map.dataset.colors}?by=${encodeURIComponent(name)}`;
    const { header, codes } = await loadColors(url, points.rows, () => {});
    schemes.set(name, new Scheme(header, codes, variable));
    say("");
  }
  if (part("by").value !== name) return; // another one has been chosen since
  scheme = schemes.get(name);
  renderer.setCodes(scheme.codes);
  recolor();
}

function recolor() {
  renderer.setPalette(scheme.palette);
  drawLegend(part("legend"), scheme, () => {
    renderer.setPalette(scheme.palette);
    if (pinned !== undefined && !isShown(pinned)) pin(-1);
    redraw();
  });
  redraw();
}

// A selection

function choose(corners) {
  if (!part("selection-form")) {
    redraw(); // a reader by a link has no list of songs
    return;
  }
  const selection = select(points, corners);
  outline = corners;
  marks = selection.marks;
  renderer.setMarks(marks);
  setLasso(false);
  map.dataset.selected = selection.count;
  const form = part("selection-form");
  form.elements.polygon.value = JSON.stringify(corners);
  form.requestSubmit();
  say(`${number.format(selection.count)} songs within the outline.`);
  redraw();
}

function forget() {
  outline = undefined;
  marks = null;
  renderer.setMarks(null);
  delete map.dataset.selected;
  part("selection").replaceChildren();
  say("");
  redraw();
}

function setLasso(on) {
  mode.lasso = on;
  part("lasso")?.setAttribute("aria-pressed", String(on));
  canvas.classList.toggle("drawing", on);
  if (on) say("Draw an outline around some songs.");
}

// Buttons and fields

const zoomCenter = (factor) => {
  camera.zoomAt(camera.width / 2, camera.height / 2, factor);
  moved();
};
const actions = {
  lasso: () => setLasso(!mode.lasso),
  view: () => choose(camera.corners),
  nearer: () => zoomCenter(ZOOM_STEP),
  farther: () => zoomCenter(1 / ZOOM_STEP),
  all: () => {
    camera.goHome();
    moved();
  },
};

function wire() {
  mode = listen(canvas, camera, {
    move: moved,
    point: hover,
    leave: () => pinned === undefined && pin(-1),
    click: (px, py) => pin(songAt(px, py)),
    stroke: (line) => {
      pin(-1);
      drawOverlay(line);
    },
    lasso: (line) => {
      const corners = simplify(line, CORNER_DISTANCE, MAX_CORNERS).map((point) => camera.toPlane(...point));
      if (corners.length > 2) choose(corners);
      else redraw();
    },
  });
  for (const [name, act] of Object.entries(actions)) part(name)?.addEventListener("click", act);
  part("by").addEventListener("change", (event) => {
    colorBy(event.target.value).catch(() => say("The colours could not be loaded. Choose again in a moment."));
  });
  map.addEventListener("click", (event) => {
    const song = event.target.closest("[data-row]");
    if (song) {
      flyTo(indexOfRow(points.rows, Number(song.dataset.row)));
      canvas.focus();
    }
    if (event.target.closest("[data-map-forget]")) forget();
    if (event.target.closest("[data-map-close]")) pin(-1);
  });
  map.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (mode.lasso) {
      setLasso(false);
      say("");
    } else if (pinned !== undefined) pin(-1);
    else if (outline) forget();
  });
  document.addEventListener("themechange", recolor);
  new ResizeObserver(() => {
    resize();
    redraw();
  }).observe(canvas.parentElement);
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", begin);
}

async function open() {
  say("Loading the songs …");
  points = await loadPoints(map.dataset.points, (share) => {
    say(share ? `Loading the songs … ${Math.round(100 * share)} %` : "Loading the songs …");
  });
  const groups = JSON.parse(document.getElementById("map-groups").textContent);
  scheme = new Scheme({ kind: "categories", categories: groups }, points.group, variable);
  schemes.set("cluster", scheme);
  resize();
  camera.frame(points);
  camera.goHome();
  nearest = new Nearest(points, camera);
  begin();
  wire();
  say("");
  await colorBy(part("by").value); // the browser may have restored an earlier choice
}

if (document.createElement("canvas").getContext("webgl2")) {
  open().catch((error) => {
    console.error(error);
    say("The songs could not be loaded. Load the page again in a moment.");
  });
} else {
  window.htmx.ajax("GET", map.dataset.sample, { target: map, swap: "outerHTML" });
}
