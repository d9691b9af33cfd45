import assert from "node:assert/strict";
import { test } from "node:test";

import { Flight } from "#map/flight";

const camera = (scale) => ({ x: 16, y: 10, scale, home: { x: 0, y: 0, scale: 2 } });

test("a flight begins where the camera is and ends at the song", () => {
  const flight = new Flight(camera(3), 8, -6, 1000);
  assert.deepEqual(flight.position(0), { x: 16, y: 10, scale: 3 });
  const end = flight.position(1);
  assert.deepEqual([end.x, end.y], [8, -6]);
  assert.ok(Math.abs(end.scale - 24) < 1e-12);
});

test("half of the time is seven eighths of the way", () => {
  const { x, y, scale } = new Flight(camera(3), 8, -6, 1000).position(0.5);
  assert.deepEqual([x, y], [9, -4]);
  assert.ok(Math.abs(scale - 3 * 8 ** 0.875) < 1e-9);
});

test("a camera that is closer already stays as close", () => {
  assert.equal(new Flight(camera(100), 8, -6, 0).position(1).scale, 100);
});

test("it takes half a second", () => {
  const flight = new Flight(camera(3), 8, -6, 1000);
  assert.deepEqual([1000, 1250, 1500, 9000].map((now) => flight.progress(now)), [0, 0.5, 1, 1]);
});
