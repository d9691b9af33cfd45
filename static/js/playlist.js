// Moves a song of a playlist by dragging: mouse, pen or finger. The arrows beside each song do the same by keyboard.

import { gapAt, positionAfterDrop } from "#playlist_drop";

const EDGE = 60; // pixels at the top and bottom of the window in which the page scrolls along
const SCROLL = 12;

const list = () => document.querySelector("[data-playlist]");
let dragged = null;
let position = null;

function clear() {
  list()?.querySelectorAll(".is-target, .is-target-end, .is-dragged").forEach((row) => {
    row.classList.remove("is-target", "is-target-end", "is-dragged");
  });
}

function show(y) {
  const rows = [...list().children];
  const gap = gapAt(y, rows.map((row) => row.getBoundingClientRect()));
  clear();
  dragged.classList.add("is-dragged");
  if (gap === rows.length) rows.at(-1).classList.add("is-target-end");
  else rows[gap].classList.add("is-target");
  position = positionAfterDrop(rows.indexOf(dragged), gap);
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  dragged = grip.closest("li");
  grip.setPointerCapture(event.pointerId);
  show(event.clientY);
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  show(event.clientY);
  if (event.clientY < EDGE) window.scrollBy(0, -SCROLL);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, SCROLL);
});

function end(drop) {
  if (!dragged) return;
  const song = dragged.dataset.song;
  const to = position;
  clear();
  dragged = position = null;
  if (!drop || to === null) return;
  const form = list().closest("form");
  window.htmx.ajax("POST", form.action, {
    values: { do: `move:${song}:${to}` },
    target: "#playlist",
    swap: "outerHTML",
  });
}

document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
document.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
