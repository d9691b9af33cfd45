// The map of a run's songs: draws them, and responds to pointer, keyboard and buttons.

import { Camera } from "#map/camera";
import { SongCard } from "#map/card";
import { Flight } from "#map/flight";
import { listen } from "#map/gestures";
import { Nearest } from "#map/nearest";
import { Overlay } from "#map/overlay";
import { simplify } from "#map/polygon";
import { Renderer } from "#map/renderer";
import { SampleRenderer } from "#map/sample_renderer";

const REACH = 10; // pixels around the pointer in which a song is found
const MAX_MOVING_DOTS = 300_000; // drawn while the map moves; all of them when it rests
const MAX_BRUSHED_DOTS = 40_000; // drawn while a histogram is brushed, which also draws all histograms
const REST = 140; // milliseconds
const HOVER = 90; // milliseconds
const MAX_CORNERS = 60; // an outline goes into the address
const CORNER_DISTANCE = 3; // pixels between the corners of a lasso
const ZOOM_STEP = 1.6; // of the buttons

const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
// what an address holds of a corner is what both the page and the server count by
const rounded = (corner) => corner.map((value) => Number(value.toPrecision(6)));

export class MapView {
  // `on` has outline(corners) and pin(index).
  constructor(root, points, songUrl, on) {
    this.root = root;
    this.points = points;
    this.on = on;
    this.part = (name) => root.querySelector(`[data-map-${name}]`);
    this.canvas = this.part("canvas");
    this.card = new SongCard(this.part("card"), songUrl);
    this.overlay = new Overlay(this.part("outline"), this.part("ring"));
    this.camera = new Camera();
    this.outline = [];
    this.hovered = -1;
    this.restsAt = 0;
    this.resize();
    this.camera.frame(points);
    this.camera.goHome();
    this.nearest = new Nearest(points, this.camera);
    this.begin();
    this.wire();
  }

  begin() {
    this.renderer = Renderer.on(this.canvas, this.points) ?? new SampleRenderer(this.canvas, this.points);
    this.drawsAll = this.renderer instanceof Renderer;
    if (this.codes) this.setColors(this.codes, this.palette);
    this.renderer.setMarks(this.marks ?? null);
  }

  say(text) {
    this.part("status").textContent = text;
    this.part("status").hidden = !text;
  }

  // Drawing

  redraw({ moving = false, most = MAX_MOVING_DOTS } = {}) {
    if (moving) this.restsAt = performance.now() + REST;
    this.most = most;
    if (this.frameRequested) return;
    this.frameRequested = true;
    requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frameRequested = false;
    const rests = performance.now() >= this.restsAt;
    this.renderer.draw(this.camera, window.devicePixelRatio || 1, rests ? Infinity : this.most);
    this.drawOverlay();
    this.root.dataset.drawn = rests ? (this.drawsAll ? "all" : "sample") : "some";
    if (rests) return;
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.redraw(), REST);
  }

  screenPoint(index) {
    return this.camera.toScreen(this.points.x[index], this.points.y[index]);
  }

  drawOverlay(stroke = null) {
    this.overlay.drawOutline(stroke ?? this.outline.map((corner) => this.camera.toScreen(...corner)));
    const point = this.pinned === undefined ? null : this.screenPoint(this.pinned);
    this.overlay.drawRing(point);
    if (point) this.card.place(point, this.camera);
  }

  // The user moved the camera, which ends a flight.
  moved() {
    this.flight = null;
    this.redraw({ moving: true });
  }

  resize() {
    const { width, height } = this.canvas.parentElement.getBoundingClientRect();
    if (!width || !height) return; // not laid out
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.camera.resize(width, height);
  }

  setColors(codes, palette) {
    Object.assign(this, { codes, palette });
    this.renderer.setCodes(codes);
    this.renderer.setPalette(palette);
    this.redraw();
  }

  // Songs that are marked stand out; null: all are alike.
  mark(marks) {
    this.marks = marks;
    this.renderer.setBrush(-1, -1);
    this.renderer.setMarks(marks);
    this.redraw();
  }

  // A histogram is about to be brushed: its codes, and which songs pass all other filters, null for all.
  beginBrush(codes, marks) {
    this.renderer.setBrushed(codes);
    this.renderer.setMarks(marks);
  }

  brush(first, last) {
    this.renderer.setBrush(first, last);
    this.redraw({ moving: true, most: MAX_BRUSHED_DOTS });
  }

  setOutline(corners) {
    this.outline = corners;
    this.redraw();
  }

  // Songs

  songAt(px, py) {
    const isShown = (index) => !this.marks || this.marks[index] === 1;
    return this.nearest.find(...this.camera.toPlane(px, py), REACH / this.camera.scale, isShown);
  }

  async showCard(index) {
    try {
      const html = await this.card.load(this.points.rows[index]);
      if (index !== (this.pinned ?? this.hovered)) return; // the pointer has moved on
      this.card.show(html, this.pinned !== undefined);
      this.card.place(this.screenPoint(index), this.camera);
    } catch {
      this.card.hide();
    }
  }

  hover(px, py) {
    if (this.pinned !== undefined) return;
    const index = this.songAt(px, py);
    this.canvas.classList.toggle("over-song", index >= 0);
    if (index === this.hovered) return;
    this.hovered = index;
    this.card.hide();
    setTimeout(() => {
      if (index >= 0 && index === this.hovered) this.showCard(index);
    }, HOVER);
  }

  pin(index) {
    this.pinned = index >= 0 ? index : undefined;
    this.hovered = -1;
    this.card.hide();
    if (this.pinned !== undefined) this.showCard(this.pinned);
    this.drawOverlay();
    this.on.pin(index);
  }

  flyTo(index) {
    const mine = new Flight(this.camera, this.points.x[index], this.points.y[index], performance.now());
    this.flight = mine;
    this.pin(index);
    const step = () => {
      if (this.flight !== mine) return;
      const progress = reducedMotion ? 1 : mine.progress(performance.now());
      Object.assign(this.camera, mine.position(progress));
      this.redraw({ moving: progress < 1 });
      if (progress < 1) requestAnimationFrame(step);
    };
    step();
  }

  // Gestures, buttons and keys

  setLasso(on) {
    this.mode.lasso = on;
    this.part("lasso").setAttribute("aria-pressed", String(on));
    this.canvas.classList.toggle("drawing", on);
    this.say(on ? "Draw an outline around some songs." : "");
  }

  choose(corners) {
    this.setLasso(false);
    this.on.outline(corners.map(rounded));
  }

  zoomCenter(factor) {
    this.camera.zoomAt(this.camera.width / 2, this.camera.height / 2, factor);
    this.moved();
  }

  wire() {
    this.mode = listen(this.canvas, this.camera, {
      move: () => this.moved(),
      point: (px, py) => this.hover(px, py),
      leave: () => this.pinned === undefined && this.pin(-1),
      wheel: () => this.hintAtWheel(),
      click: (px, py) => this.pin(this.songAt(px, py)),
      stroke: (line) => this.drawOverlay(line),
      lasso: (line) => this.finishLasso(line),
    });
    const actions = {
      lasso: () => this.setLasso(!this.mode.lasso),
      view: () => this.choose(this.camera.corners),
      nearer: () => this.zoomCenter(ZOOM_STEP),
      farther: () => this.zoomCenter(1 / ZOOM_STEP),
      all: () => {
        this.camera.goHome();
        this.moved();
      },
    };
    for (const [name, act] of Object.entries(actions)) this.part(name).addEventListener("click", act);
    this.root.addEventListener("click", (event) => event.target.closest("[data-map-close]") && this.pin(-1));
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.escape());
    new ResizeObserver(() => {
      this.resize();
      this.redraw();
    }).observe(this.canvas.parentElement);
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.begin();
      this.redraw();
    });
  }

  finishLasso(line) {
    const corners = simplify(line, CORNER_DISTANCE, MAX_CORNERS).map((point) => this.camera.toPlane(...point));
    if (corners.length > 2) this.choose(corners);
    else this.redraw();
  }

  hintAtWheel() {
    this.say("Hold Ctrl and turn the wheel to zoom.");
    clearTimeout(this.hint);
    this.hint = setTimeout(() => this.say(""), 1500);
  }

  escape() {
    if (this.mode.lasso) this.setLasso(false);
    else if (this.pinned !== undefined) this.pin(-1);
    else if (this.outline.length) this.on.outline([]);
  }
}
