// The map of a run: loads its songs, draws them, and answers to what a person does on it.

import { Camera } from "map/camera";
import { Scheme, drawLegend } from "map/colors";
import { loadColors, loadPoints, placeOf } from "map/columns";
import { listen } from "map/gestures";
import { Nearest } from "map/nearest";
import { select, simplify } from "map/polygon";
import { Renderer } from "map/renderer";

const REACH = 10; // pixels around the pointer in which a song is found
const MOVING = 300_000; // dots drawn while the map moves; all of them when it rests
const REST = 140; // milliseconds
const HOVER = 90;
const FLIGHT = 500;
const FLIGHT_ZOOM = 12;
const CORNERS = 500;
const STEP = 3; // pixels between the corners of a lasso

const map = document.querySelector("[data-map]");
const part = (name) => map.querySelector(`[data-map-${name}]`);
const canvas = part("canvas");
const status = part("status");
const card = part("card");
const number = new Intl.NumberFormat("en");
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const camera = new Camera();
const schemes = new Map();
const cards = new Map();
let points, renderer, nearest, scheme, outline, pinned, marks, mode;
let hovered = -1;
let flight = 0; // counts them; one that is not the newest has ended
let waiting = false;
let rested = 0;

function say(text) {
  status.textContent = text;
  status.hidden = !text;
}

// Drawing

function redraw({ moving = false } = {}) {
  if (moving) rested = performance.now() + REST;
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const rests = performance.now() >= rested;
    renderer.draw(camera, window.devicePixelRatio || 1, rests ? Infinity : MOVING);
    drawOverlay();
    map.dataset.drawn = rests ? "all" : "some";
    if (!rests) setTimeout(() => redraw(), REST);
  });
}

const path = (line, close) => `M${line.map((point) => point.map((n) => n.toFixed(1)).join(" ")).join("L")}${close ? "Z" : ""}`;

function drawOverlay(stroke = null) {
  const line = stroke ?? outline?.map((corner) => camera.toScreen(...corner));
  part("outline").setAttribute("d", line && line.length > 1 ? path(line, true) : "");
  const ring = part("ring");
  ring.toggleAttribute("hidden", pinned === undefined);
  if (pinned !== undefined) {
    const [px, py] = camera.toScreen(points.x[pinned], points.y[pinned]);
    ring.setAttribute("cx", px);
    ring.setAttribute("cy", py);
    placeCard(px, py);
  }
}

// The camera went where the person moved it, so a flight that is still on its way ends here.
function moved() {
  flight += 1;
  redraw({ moving: true });
}

function resize() {
  const { width, height } = canvas.parentElement.getBoundingClientRect();
  if (!width || !height) return; // not laid out at the moment
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

async function songCard(index) {
  const row = points.rows[index];
  if (!cards.has(row)) {
    const answer = await fetch(`${map.dataset.song}?row=${row}`);
    if (!answer.ok) throw new Error(`song ${row} answers ${answer.status}`);
    cards.set(row, await answer.text());
  }
  return cards.get(row);
}

function placeCard(px, py) {
  const left = px > camera.width / 2 ? px - card.offsetWidth - 14 : px + 14;
  const top = py > camera.height / 2 ? py - card.offsetHeight - 14 : py + 14;
  card.style.left = `${Math.min(Math.max(left, 4), Math.max(camera.width - card.offsetWidth - 4, 4))}px`;
  card.style.top = `${Math.min(Math.max(top, 4), Math.max(camera.height - card.offsetHeight - 4, 4))}px`;
}

async function showCard(index) {
  try {
    const words = await songCard(index);
    if (index !== (pinned ?? hovered)) return; // the pointer is elsewhere by now
    card.innerHTML = words;
    card.hidden = false;
    card.classList.toggle("pinned", pinned !== undefined);
    placeCard(...camera.toScreen(points.x[index], points.y[index]));
  } catch {
    card.hidden = true;
  }
}

function hover(px, py) {
  if (pinned !== undefined) return;
  const index = songAt(px, py);
  canvas.classList.toggle("over-song", index >= 0);
  if (index === hovered) return;
  hovered = index;
  card.hidden = true;
  setTimeout(() => {
    if (index >= 0 && index === hovered) showCard(index);
  }, HOVER);
}

function pin(index) {
  pinned = index >= 0 ? index : undefined;
  hovered = -1;
  card.hidden = true;
  if (pinned !== undefined) showCard(pinned);
  drawOverlay();
}

function flyTo(index) {
  const from = { x: camera.x, y: camera.y, scale: camera.scale };
  const to = {
    x: points.x[index],
    y: points.y[index],
    scale: Math.max(camera.scale, camera.home.scale * FLIGHT_ZOOM),
  };
  const began = performance.now();
  const mine = (flight += 1);
  pin(index);
  const step = () => {
    if (mine !== flight) return;
    const time = still ? 1 : Math.min((performance.now() - began) / FLIGHT, 1);
    const share = 1 - (1 - time) ** 3;
    camera.x = from.x + (to.x - from.x) * share;
    camera.y = from.y + (to.y - from.y) * share;
    camera.scale = from.scale * (to.scale / from.scale) ** share;
    redraw({ moving: time < 1 });
    if (time < 1) requestAnimationFrame(step);
  };
  step();
}

// Colours

async function colorBy(name) {
  if (!schemes.has(name)) {
    say("Loading the colours …");
    const { header, codes } = await loadColors(`${map.dataset.colors}?by=${encodeURIComponent(name)}`, points.rows, () => {});
    schemes.set(name, new Scheme(header, codes));
    say("");
  }
  if (part("by").value !== name) return; // another choice was quicker
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
  const found = select(points, corners);
  outline = corners;
  marks = found.marks;
  renderer.setMarks(marks);
  setLasso(false);
  map.dataset.selected = found.count;
  const form = part("selection-form");
  form.elements.polygon.value = JSON.stringify(corners);
  form.requestSubmit();
  say(`${number.format(found.count)} songs within the outline.`);
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
  part("lasso").setAttribute("aria-pressed", String(on));
  canvas.classList.toggle("drawing", on);
  if (on) say("Draw an outline around some songs.");
}

// Buttons and fields

const zoomMiddle = (factor) => {
  camera.zoomAt(camera.width / 2, camera.height / 2, factor);
  moved();
};
const actions = {
  lasso: () => setLasso(!mode.lasso),
  view: () => choose(camera.corners),
  nearer: () => zoomMiddle(1.6),
  farther: () => zoomMiddle(1 / 1.6),
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
      const corners = simplify(line, STEP, CORNERS).map((point) => camera.toPlane(...point));
      if (corners.length > 2) choose(corners);
      else redraw();
    },
  });
  for (const [name, act] of Object.entries(actions)) part(name).addEventListener("click", act);
  part("by").addEventListener("change", (event) => {
    colorBy(event.target.value).catch(() => say("The colours could not be loaded. Choose again in a moment."));
  });
  map.addEventListener("click", (event) => {
    const song = event.target.closest("[data-row]");
    if (song) {
      flyTo(placeOf(points.rows, Number(song.dataset.row)));
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
  scheme = new Scheme({ kind: "categories", categories: groups }, points.group);
  schemes.set("cluster", scheme);
  resize();
  camera.frame(points);
  camera.goHome();
  nearest = new Nearest(points, camera);
  begin();
  wire();
  say("");
  await colorBy(part("by").value); // the browser may have kept an earlier choice
}

if (document.createElement("canvas").getContext("webgl2")) {
  open().catch((error) => {
    console.error(error);
    say("The songs could not be loaded. Load the page again in a moment.");
  });
} else {
  window.htmx.ajax("GET", map.dataset.sample, { target: map, swap: "outerHTML" });
}
