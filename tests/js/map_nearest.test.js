import assert from "node:assert/strict";
import { test } from "node:test";

import { Nearest } from "#map/nearest";

const camera = { corners: [[0, 10], [10, 10], [10, 0], [0, 0]] };
const all = () => true;

const points = (...pairs) => ({
  x: Float32Array.from(pairs, ([x]) => x),
  y: Float32Array.from(pairs, ([, y]) => y),
});

// Pseudorandom numbers from 0 to 1 (Park and Miller), the same in every run.
function numbers(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test("the nearest song within reach", () => {
  const nearest = new Nearest(points([1, 1], [2, 2], [9, 9]), camera);
  assert.equal(nearest.find(1.4, 1.4, 1, all), 0);
  assert.equal(nearest.find(1.6, 1.6, 1, all), 1);
  assert.equal(nearest.find(8, 8, 1.5, all), 2);
});

test("no song where all are farther than the reach", () => {
  const nearest = new Nearest(points([1, 1], [9, 9]), camera);
  assert.equal(nearest.find(5, 5, 2, all), -1);
  assert.equal(nearest.find(1, 2, 1, all), -1); // the reach itself is excluded
  assert.equal(nearest.find(1, 2, 1.001, all), 0);
});

test("hidden songs are skipped", () => {
  const nearest = new Nearest(points([1, 1], [2, 2]), camera);
  assert.equal(nearest.find(1, 1, 3, (index) => index !== 0), 1);
  assert.equal(nearest.find(1, 1, 3, () => false), -1);
});

test("songs outside of the first view are found too", () => {
  const nearest = new Nearest(points([5, 5], [-40, 3], [30, 70]), camera);
  assert.equal(nearest.find(-40.2, 3, 1, all), 1);
  assert.equal(nearest.find(30, 69.5, 1, all), 2);
});

test("agrees with a search through all songs", () => {
  const next = numbers(7);
  const pairs = Array.from({ length: 2000 }, () => [12 * next() - 1, 12 * next() - 1]);
  const songs = points(...pairs);
  const nearest = new Nearest(songs, camera);
  let hits = 0;
  for (let i = 0; i < 300; i += 1) {
    const [x, y, reach] = [12 * next() - 1, 12 * next() - 1, 0.3 * next()];
    const distances = pairs.map((_, song) => Math.hypot(songs.x[song] - x, songs.y[song] - y));
    const least = Math.min(...distances);
    const expected = least < reach ? distances.indexOf(least) : -1;
    assert.equal(nearest.find(x, y, reach, all), expected);
    hits += expected >= 0;
  }
  assert.ok(hits > 50 && hits < 250, `${hits} of 300 queries hit a song`);
});
