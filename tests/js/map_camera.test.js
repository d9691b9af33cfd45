import assert from "node:assert/strict";
import { test } from "node:test";

import { Camera } from "#map/camera";

const MIN_ZOOM = 0.4;
const MAX_ZOOM = 4000;

function near(actual, expected) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-9, `${actual} is not ${expected}`));
}

function camera({ x = 0, y = 0, scale = 1, width = 200, height = 100 } = {}) {
  const made = new Camera();
  made.resize(width, height);
  Object.assign(made, { x, y, scale, home: { x, y, scale } });
  return made;
}

test("the center of the view is where the camera is", () => {
  const view = camera({ x: 3, y: -2, scale: 10 });
  near(view.toScreen(3, -2), [100, 50]);
  near(view.toPlane(100, 50), [3, -2]);
});

test("the plane's y grows upwards, the screen's downwards", () => {
  const view = camera({ scale: 10 });
  near(view.toScreen(2, 1), [120, 40]);
  near(view.toPlane(120, 40), [2, 1]);
});

test("corners go clockwise from the upper left", () => {
  const corners = camera({ x: 1, scale: 10 }).corners;
  assert.deepEqual(corners, [[-9, 5], [11, 5], [11, -5], [-9, -5]]);
});

test("panning moves the map with the pointer", () => {
  const view = camera({ scale: 4 });
  const before = view.toScreen(1, 1);
  view.pan(20, -8);
  near([view.x, view.y], [-5, -2]);
  near(view.toScreen(1, 1), [before[0] + 20, before[1] - 8]);
});

test("zooming keeps the point under the pointer", () => {
  const view = camera({ x: 5, y: 5, scale: 2 });
  const before = view.toPlane(30, 74);
  view.zoomAt(30, 74, 3);
  assert.equal(view.scale, 6);
  assert.equal(view.zoom, 3);
  near(view.toPlane(30, 74), before);
});

test("zooming has limits on both sides", () => {
  const view = camera({ scale: 2 });
  view.zoomAt(0, 0, 1e-6);
  assert.equal(view.zoom, MIN_ZOOM);
  view.zoomAt(0, 0, 1e9);
  assert.equal(view.zoom, MAX_ZOOM);
});

test("home is the first view", () => {
  const view = camera({ x: 1, y: 2, scale: 3 });
  view.pan(50, 50);
  view.zoomAt(10, 10, 2);
  view.goHome();
  assert.deepEqual([view.x, view.y, view.scale, view.zoom], [1, 2, 3, 1]);
});

test("the first view shows all songs, with a margin", () => {
  const view = new Camera();
  view.resize(200, 100);
  view.frame({ x: Float32Array.of(-1, 0, 3), y: Float32Array.of(10, 11, 12) });
  near([view.home.x, view.home.y, view.home.scale], [1, 11, 0.94 * 50]);
});

const FRAMES = {
  "wide songs fill the width": [[0, 10], [0, 1], [5, 0.5, 0.94 * 20]],
  "high songs fill the height": [[0, 1], [0, 10], [0.5, 5, 0.94 * 10]],
  "a single song has a scale": [[4], [4], [4, 4, 0.94 * 100]],
  "songs on a horizontal line": [[0, 0.5], [4, 4], [0.25, 4, 0.94 * 100]],
  "songs on a vertical line": [[4, 4], [0, 0.25], [4, 0.125, 0.94 * 200]],
};
for (const [name, [x, y, expected]] of Object.entries(FRAMES)) {
  test(`the first view: ${name}`, () => {
    const view = new Camera();
    view.resize(200, 100);
    view.frame({ x: Float32Array.from(x), y: Float32Array.from(y) });
    near([view.home.x, view.home.y, view.home.scale], expected);
  });
}

test("a few songs far from all others do not shrink the first view", () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => i / 999);
  x[999] = 1e6;
  const view = new Camera();
  view.resize(100, 100);
  view.frame({ x, y: x });
  const [left, right] = [view.home.x - 47 / view.home.scale, view.home.x + 47 / view.home.scale];
  assert.ok(Math.abs(left) < 1e-6, `begins at ${left}`);
  assert.ok(Math.abs(right - (994 + 0.12 * 989) / 999) < 1e-6, `ends at ${right}`);
});

test("the first size of the window leaves the scale alone", () => {
  const view = new Camera();
  view.resize(200, 100);
  assert.deepEqual([view.x, view.y, view.scale, view.home], [0, 0, 1, { x: 0, y: 0, scale: 1 }]);
});

test("in a window of another size the songs fill it again, and back", () => {
  const view = new Camera();
  view.resize(200, 100);
  view.frame({ x: Float32Array.of(0, 4), y: Float32Array.of(0, 2) });
  view.goHome();
  for (const [width, height, scale] of [[400, 200, 100], [400, 100, 50], [200, 400, 50], [200, 100, 50], [400, 200, 100]]) {
    view.resize(width, height);
    near([view.x, view.y, view.scale, view.zoom], [2, 1, 0.94 * scale, 1]);
  }
});

test("in a window of another size the zoom and the middle stay", () => {
  const view = new Camera();
  view.resize(200, 100);
  view.frame({ x: Float32Array.of(0, 4), y: Float32Array.of(0, 2) });
  view.goHome();
  view.zoomAt(20, 20, 8);
  const { x, y } = view;
  view.resize(100, 400);
  near([view.x, view.y, view.zoom], [x, y, 8]);
});
