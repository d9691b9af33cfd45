import assert from "node:assert/strict";
import { test } from "node:test";

import { tooltipLabel, tooltipTitle } from "#charts/tooltip";

const item = (changes) => ({
  raw: 3,
  dataset: {},
  dataIndex: 1,
  parsed: { x: 7, y: 1234.5 },
  chart: { options: {} },
  ...changes,
});

test("titles", () => {
  assert.equal(tooltipTitle("matrix", [{ raw: { x: "Tempo", y: "Loudness" } }]), "Loudness · Tempo");
  assert.equal(tooltipTitle("scatter", [{ raw: { x: 1, title: "Yesterday" }, label: "1" }]), "Yesterday");
  assert.equal(tooltipTitle("bar", [{ raw: 5, label: "Rock" }]), "Rock");
  assert.equal(tooltipTitle("bar", [{ raw: null, label: "Rock" }]), "Rock");
  assert.equal(tooltipTitle("bar", []), "");
});

test("a point's own hints come first", () => {
  const raw = { x: 1, y: 2, hints: ["Tempo 120", "1965"] };
  assert.deepEqual(tooltipLabel("scatter", item({ raw, dataset: { hints: ["a", "b"] } })), ["Tempo 120", "1965"]);
});

test("a hint of the dataset is next", () => {
  assert.equal(tooltipLabel("bar", item({ dataset: { hints: ["a", "b"] } })), "b");
  assert.equal(tooltipLabel("bar", item({ dataset: { hints: ["a", "b"], label: "Rock" } })), "Rock: b");
});

test("cells of a matrix have two digits", () => {
  assert.equal(tooltipLabel("matrix", item({ raw: { v: 0.678 } })), "0.68");
  assert.equal(tooltipLabel("matrix", item({ raw: { v: null } })), "no value");
});

test("points of a scatter plot without hints show the name of their dataset", () => {
  assert.equal(tooltipLabel("scatter", item({ raw: { x: 1, y: 2, hints: [] }, dataset: { label: "Jazz" } })), "Jazz");
});

test("numbers have thousands separators", () => {
  assert.equal(tooltipLabel("bar", item({})), "1,234.5");
  assert.equal(tooltipLabel("bar", item({ dataset: { label: "Songs" } })), "Songs: 1,234.5");
  assert.equal(tooltipLabel("bar", item({ chart: { options: { indexAxis: "y" } } })), "7");
  assert.equal(tooltipLabel("radar", item({ parsed: { r: 0.5 } })), "0.5");
  assert.equal(tooltipLabel("bar", item({ parsed: { y: 0 } })), "0");
});

test("missing numbers are not shown as zero", () => {
  assert.equal(tooltipLabel("line", item({ parsed: { y: null } })), "no value");
  assert.equal(tooltipLabel("line", item({ parsed: {}, dataset: { label: "Songs" } })), "Songs: no value");
});
