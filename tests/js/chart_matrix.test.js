import assert from "node:assert/strict";
import { test } from "node:test";

import { cellText, holdsText, sizeCells, textColorOn } from "#charts/matrix";

test("numbers in cells are rounded and have a typographic minus sign", () => {
  assert.equal(cellText(-0.456, 2), "−0.46");
  assert.equal(cellText(12.3, 0), "12");
  assert.equal(cellText(-0.004, 2), "0.00");
  assert.equal(cellText(-0.4, 0), "0");
  assert.equal(cellText(-0.006, 2), "−0.01");
});

test("text is dark on bright cells and light on dark ones", () => {
  assert.equal(textColorOn("rgb(246, 245, 242)"), "#1d2433");
  assert.equal(textColorOn("rgb(47, 111, 179)"), "#ffffff");
  assert.equal(textColorOn("rgb(140, 140, 140)"), "#ffffff");
  assert.equal(textColorOn("rgb(141, 141, 141)"), "#1d2433");
  assert.equal(textColorOn("rgb(0, 255, 0)"), "#1d2433");
  assert.equal(textColorOn("rgb(0, 0, 255)"), "#ffffff");
});

test("small cells and those without a value stay empty", () => {
  assert.equal(holdsText(0, 26, 14), true);
  assert.equal(holdsText(0, 25, 14), false);
  assert.equal(holdsText(0, 26, 13), false);
  assert.equal(holdsText(null, 50, 50), false);
});

test("cells share the chart's area, with a gap between them", () => {
  const dataset = {};
  sizeCells(dataset, { x: { labels: ["a", "b", "c", "d"] }, y: { labels: ["a", "b"] } });
  const chart = { chartArea: { width: 400, height: 100 } };
  assert.equal(dataset.width({ chart }), 98);
  assert.equal(dataset.height({ chart }), 48);
  assert.equal(dataset.width({ chart: { chartArea: { width: 4, height: 4 } } }), 1);
});
