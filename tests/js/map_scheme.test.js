import assert from "node:assert/strict";
import { test } from "node:test";

import { Scheme } from "#map/scheme";

import { variable } from "./theme.js";

const GREEN = [0, 158, 115];
const INK = [29, 36, 51];
const MUTED = [91, 100, 116];

const bytes = (scheme, code) => [...scheme.palette.slice(4 * code, 4 * code + 4)];

test("categories have their own colors, missing values a faint one", () => {
  const scheme = new Scheme({ kind: "categories", size: 2, colors: ["cluster:2", "ink"] }, variable);
  assert.equal(scheme.palette.length, 1024);
  assert.deepEqual(bytes(scheme, 0), [...GREEN, 255]);
  assert.deepEqual(bytes(scheme, 1), [...INK, 255]);
  assert.deepEqual(bytes(scheme, 2), [0, 0, 0, 0]);
  assert.deepEqual(bytes(scheme, 255), [...MUTED, 70]);
  assert.equal(scheme.css(0), "rgb(0 158 115)");
});

test("ordered categories and levels go along the ramp", () => {
  for (const kind of ["ordered", "levels"]) {
    const scheme = new Scheme({ kind, size: 3 }, variable);
    assert.deepEqual([0, 1, 2].map((code) => scheme.color(code)), [[0, 0, 0], [100, 100, 0], [255, 255, 255]]);
    assert.deepEqual(bytes(scheme, 2), [255, 255, 255, 255]);
    assert.deepEqual(bytes(scheme, 3), [0, 0, 0, 0]);
    assert.deepEqual(bytes(scheme, 255), [...MUTED, 70]);
    assert.deepEqual(scheme.ramp(0.125), [50, 0, 0]);
  }
});

test("a single one has the color of the ramp's end", () => {
  assert.deepEqual(new Scheme({ kind: "ordered", size: 1 }, variable).color(0), [255, 255, 255]);
});

test("the scale has the colors of the ramp", () => {
  assert.deepEqual(new Scheme({ kind: "levels", size: 9 }, variable).stops, [
    "rgb(0 0 0)", "rgb(100 0 0)", "rgb(100 100 0)", "rgb(100 100 100)", "rgb(255 255 255)",
  ]);
});
