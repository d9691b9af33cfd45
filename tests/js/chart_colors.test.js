import assert from "node:assert/strict";
import { test } from "node:test";

import { colorDataset, cssColor } from "#charts/colors";

import { variable } from "./theme.js";

const ANSWERS = {
  "cluster:2": "#009e73",
  "cluster:2:0.4": "rgba(0, 158, 115, 0.4)",
  ink: "#1d2433",
  "muted:0.5": "rgba(91, 100, 116, 0.5)",
  "diverge:0": "rgb(255, 255, 255)",
  "diverge:-0.5": "rgb(128, 128, 255)",
  "diverge:0.5": "rgb(255, 128, 128)",
  "diverge:1": "rgb(255, 0, 0)",
  "ramp:0.25": "rgb(191, 191, 255)",
};

for (const [name, value] of Object.entries(ANSWERS)) {
  test(`${name} is ${value}`, () => assert.equal(cssColor(name, variable), value));
}

test("a dataset's colors are replaced, one or many, and nothing else", () => {
  const dataset = { label: "ink", backgroundColor: ["ink", "cluster:2"], borderColor: "ink", data: [1, 2] };
  colorDataset(dataset, variable);
  assert.deepEqual(dataset, {
    label: "ink",
    backgroundColor: ["#1d2433", "#009e73"],
    borderColor: "#1d2433",
    data: [1, 2],
  });
});

test("an empty color stays empty", () => {
  const dataset = { borderColor: null };
  colorDataset(dataset, variable);
  assert.equal(dataset.borderColor, null);
});
