import assert from "node:assert/strict";
import { test } from "node:test";

import { Scheme } from "#map/scheme";

import { variable } from "./theme.js";

const GREEN = [0, 158, 115];
const INK = [29, 36, 51];
const MUTED = [91, 100, 116];

const categories = () =>
  new Scheme(
    { kind: "categories", categories: [{ name: "Calm", color: "cluster:2" }, { name: "Loud", color: "ink" }] },
    Uint8Array.of(0, 1, 1, 255, 1),
    variable,
  );
const bytes = (scheme, code) => [...scheme.palette.slice(4 * code, 4 * code + 4)];

test("categories have their own colors, missing values a faint one", () => {
  const scheme = categories();
  assert.equal(scheme.palette.length, 1024);
  assert.deepEqual(bytes(scheme, 0), [...GREEN, 255]);
  assert.deepEqual(bytes(scheme, 1), [...INK, 255]);
  assert.deepEqual(bytes(scheme, 2), [0, 0, 0, 0]);
  assert.deepEqual(bytes(scheme, 255), [...MUTED, 70]);
});

test("the legend counts songs", () => {
  assert.deepEqual(categories().entries, [
    { code: 0, name: "Calm", count: 1, color: "rgb(0 158 115)" },
    { code: 1, name: "Loud", count: 3, color: "rgb(29 36 51)" },
    { code: 255, name: "No value", count: 1, color: "rgb(91 100 116)" },
  ]);
});

test("the legend omits categories without songs", () => {
  const scheme = categories();
  const rest = new Scheme(scheme.header, Uint8Array.of(1), variable);
  assert.deepEqual(rest.entries.map(({ name }) => name), ["Loud"]);
});

test("hidden songs are transparent until they are shown again", () => {
  const scheme = categories();
  scheme.toggle(1);
  assert.deepEqual(bytes(scheme, 1), [0, 0, 0, 0]);
  assert.deepEqual(bytes(scheme, 0), [...GREEN, 255]);
  scheme.toggle(1);
  assert.deepEqual(bytes(scheme, 1), [...INK, 255]);
});

test("ordered categories go along the ramp", () => {
  const header = { kind: "ordered", categories: ["1970s", "1980s", "1990s"].map((name) => ({ name })) };
  const scheme = new Scheme(header, Uint8Array.of(0, 1, 2), variable);
  assert.deepEqual([0, 1, 2].map((code) => scheme.color(code)), [[0, 0, 0], [100, 100, 0], [255, 255, 255]]);
});

test("two ordered categories have the colors of both ends", () => {
  const header = { kind: "ordered", categories: [{ name: "1970s" }, { name: "1980s" }] };
  const scheme = new Scheme(header, Uint8Array.of(0, 1), variable);
  assert.deepEqual([0, 1].map((code) => scheme.color(code)), [[0, 0, 0], [255, 255, 255]]);
});

test("a single ordered category has the color of the ramp's end", () => {
  const scheme = new Scheme({ kind: "ordered", categories: [{ name: "1970s" }] }, Uint8Array.of(0), variable);
  assert.deepEqual(scheme.color(0), [255, 255, 255]);
});

test("levels are interpolated between the stops of the ramp", () => {
  const scheme = new Scheme({ kind: "levels", low: "0", high: "1" }, Uint8Array.of(127, 0, 254, 255), variable);
  assert.deepEqual(scheme.color(0), [0, 0, 0]);
  assert.deepEqual(scheme.color(127), [100, 100, 0]);
  assert.deepEqual(scheme.color(254), [255, 255, 255]);
  assert.deepEqual(scheme.ramp(0.125), [50, 0, 0]);
  assert.deepEqual(bytes(scheme, 254), [255, 255, 255, 255]);
  assert.deepEqual(bytes(scheme, 255), [...MUTED, 70]);
});

test("the legend of levels has the ramp, and an entry for missing values", () => {
  const scheme = new Scheme({ kind: "levels", low: "0", high: "1" }, Uint8Array.of(0, 255), variable);
  assert.deepEqual(scheme.stops, [
    "rgb(0 0 0)", "rgb(100 0 0)", "rgb(100 100 0)", "rgb(100 100 100)", "rgb(255 255 255)",
  ]);
  assert.deepEqual(scheme.entries.map(({ name, count }) => [name, count]), [["No value", 1]]);
});
