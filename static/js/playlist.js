// Dragging a song to another place, by mouse, pen or finger. The arrows beside each song do the same by keyboard.

const list = () => document.querySelector("[data-playlist]");
let dragged = null;
let place = null;

function clear() {
  list()?.querySelectorAll(".is-target, .is-target-end, .is-dragged").forEach((row) => {
    row.classList.remove("is-target", "is-target-end", "is-dragged");
  });
}

// The place, from 1, that the dragged song would have: before the first row whose middle is below the pointer.
function show(y) {
  const rows = [...list().children];
  const before = rows.findIndex((row) => {
    const box = row.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  const from = rows.indexOf(dragged);
  clear();
  dragged.classList.add("is-dragged");
  if (before === -1) rows.at(-1).classList.add("is-target-end");
  else rows[before].classList.add("is-target");
  const gap = before === -1 ? rows.length : before;
  place = gap > from ? gap : gap + 1;
  if (place === from + 1) place = null;
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
  const edge = 60; // near the edge of the window the page goes along
  if (event.clientY < edge) window.scrollBy(0, -12);
  if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
});

function end(drop) {
  if (!dragged) return;
  const song = dragged.dataset.song;
  const to = place;
  clear();
  dragged = place = null;
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
