import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Camera } from "#map/camera";
import { listen } from "#map/gestures";

class Canvas extends EventTarget {
  setPointerCapture() {}

  send(type, values) {
    const event = Object.assign(new Event(type, { cancelable: true }), { pointerId: 1, button: 0, ...values });
    this.dispatchEvent(event);
    return event;
  }
}

let canvas, camera, calls, mode;

beforeEach(() => {
  canvas = new Canvas();
  camera = new Camera();
  camera.resize(200, 100);
  calls = [];
  const record = (name) => (...values) => calls.push([name, ...values]);
  const names = ["move", "point", "leave", "click", "stroke", "lasso", "wheel"];
  mode = listen(canvas, camera, Object.fromEntries(names.map((name) => [name, record(name)])));
});

const at = (offsetX, offsetY, more) => ({ offsetX, offsetY, ...more });

test("hovering", () => {
  canvas.send("pointermove", at(3, 4));
  canvas.send("pointerleave");
  assert.deepEqual(calls, [["point", 3, 4], ["leave"]]);
});

test("dragging pans, and is no click", () => {
  canvas.send("pointerdown", at(50, 50));
  canvas.send("pointermove", at(60, 45));
  canvas.send("pointerup", at(60, 45));
  assert.deepEqual([camera.x, camera.y], [-10, -5]);
  assert.deepEqual(calls, [["move"]]);
});

test("the pointer may move by five pixels during a click", () => {
  canvas.send("pointerdown", at(50, 50));
  canvas.send("pointermove", at(54, 53));
  canvas.send("pointerup", at(54, 53));
  assert.deepEqual(calls, [["move"], ["click", 54, 53]]);
});

test("a longer movement is no click", () => {
  canvas.send("pointerdown", at(50, 50));
  canvas.send("pointermove", at(55.5, 50));
  canvas.send("pointerup", at(55.5, 50));
  assert.deepEqual(calls, [["move"]]);
});

test("other buttons do nothing", () => {
  canvas.send("pointerdown", at(50, 50, { button: 2 }));
  canvas.send("pointerup", at(50, 50, { button: 2 }));
  assert.deepEqual(calls, []);
});

for (const [how, shiftKey] of [["in lasso mode", false], ["with shift", true]]) {
  test(`dragging ${how} draws a lasso`, () => {
    mode.lasso = !shiftKey;
    canvas.send("pointerdown", at(10, 10, { shiftKey }));
    canvas.send("pointermove", at(20, 10));
    canvas.send("pointermove", at(20, 20));
    canvas.send("pointerup", at(20, 20));
    assert.deepEqual(calls.map(([name]) => name), ["stroke", "stroke", "lasso"]);
    assert.deepEqual(calls[2][1], [[10, 10], [20, 10], [20, 20]]);
    assert.deepEqual([camera.x, camera.y], [0, 0]);
  });
}

test("a lasso of five pixels is a click", () => {
  mode.lasso = true;
  canvas.send("pointerdown", at(10, 10));
  canvas.send("pointermove", at(14, 13));
  canvas.send("pointerup", at(14, 13));
  assert.deepEqual(calls.at(-1), ["click", 14, 13]);
});

test("a canceled lasso is discarded", () => {
  mode.lasso = true;
  canvas.send("pointerdown", at(10, 10));
  canvas.send("pointermove", at(90, 10));
  canvas.send("pointercancel", at(90, 10));
  assert.deepEqual(calls.at(-1), ["stroke", null]);
  assert.ok(calls.every(([name]) => name === "stroke"));
});

test("two fingers that move together pan by the mean of their movements", () => {
  canvas.send("pointerdown", at(80, 50, { pointerId: 1 }));
  canvas.send("pointerdown", at(120, 50, { pointerId: 2 }));
  const before = camera.toScreen(0, 0);
  canvas.send("pointermove", at(80, 20, { pointerId: 1 }));
  canvas.send("pointermove", at(120, 20, { pointerId: 2 }));
  const after = camera.toScreen(0, 0);
  assert.ok(Math.abs(camera.scale - 1) < 1e-12);
  assert.ok(Math.abs(after[1] - before[1] + 30) < 1e-9, `moved from ${before} to ${after}`);
});

test("two fingers that move apart zoom in", () => {
  canvas.send("pointerdown", at(80, 50, { pointerId: 1 }));
  canvas.send("pointerdown", at(120, 50, { pointerId: 2 }));
  canvas.send("pointermove", at(160, 50, { pointerId: 2 }));
  assert.equal(camera.scale, 2);
  const left = camera.toScreen(-20, 0);
  assert.deepEqual(left, [80, 50]); // the point under the resting finger stays there
  assert.deepEqual(calls, [["move"]]);
});

test("the wheel with Ctrl zooms at the pointer", () => {
  const event = canvas.send("wheel", at(100, 50, { deltaY: -100, deltaMode: 0, ctrlKey: true }));
  assert.ok(Math.abs(camera.scale - Math.exp(0.16)) < 1e-12);
  assert.ok(event.defaultPrevented);
  assert.deepEqual(calls, [["move"]]);
});

test("the wheel alone scrolls the page", () => {
  const event = canvas.send("wheel", at(100, 50, { deltaY: -100, deltaMode: 0 }));
  assert.equal(camera.scale, 1);
  assert.ok(!event.defaultPrevented);
  assert.deepEqual(calls, [["wheel"]]);
});

test("a wheel event may count lines, and is limited", () => {
  canvas.send("wheel", at(100, 50, { deltaY: 2, deltaMode: 1, ctrlKey: true }));
  assert.ok(Math.abs(camera.scale - Math.exp(-0.096)) < 1e-12);
  camera.scale = 1;
  canvas.send("wheel", at(100, 50, { deltaY: -9000, deltaMode: 0, metaKey: true }));
  assert.ok(Math.abs(camera.scale - Math.exp(0.64)) < 1e-12);
});

const KEYS = {
  ArrowLeft: [-24, 0, 1],
  ArrowRight: [24, 0, 1],
  ArrowUp: [0, 12, 1],
  ArrowDown: [0, -12, 1],
  "+": [0, 0, 1.5],
  "=": [0, 0, 1.5],
  "-": [0, 0, 1 / 1.5],
};
for (const [key, expected] of Object.entries(KEYS)) {
  test(`the key ${key}`, () => {
    const event = canvas.send("keydown", { key });
    assert.deepEqual([camera.x, camera.y, camera.scale], expected);
    assert.ok(event.defaultPrevented);
    assert.deepEqual(calls, [["move"]]);
  });
}

for (const key of ["0", "Home"]) {
  test(`the key ${key} shows all`, () => {
    Object.assign(camera, { x: 5, y: 6, scale: 7 });
    canvas.send("keydown", { key });
    assert.deepEqual([camera.x, camera.y, camera.scale], [0, 0, 1]);
  });
}

test("Enter opens the song in the center", () => {
  canvas.send("keydown", { key: "Enter" });
  assert.deepEqual(calls, [["click", 100, 50]]);
});

test("other keys, and those of the browser, are left alone", () => {
  assert.ok(!canvas.send("keydown", { key: "Tab" }).defaultPrevented);
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.ok(!canvas.send("keydown", { key: "+", [modifier]: true }).defaultPrevented);
  }
  assert.deepEqual(calls, []);
  assert.equal(camera.scale, 1);
});
