import assert from "node:assert/strict";
import { test } from "node:test";

import { completeOptions, shorten } from "#charts/options";

import { variable } from "./theme.js";

const WIDE = { variable, narrow: false, animated: true };
const NARROW = { variable, narrow: true, animated: false };

test("long names are cut at the end, with an ellipsis", () => {
  assert.equal(shorten("Instrumentalness", 16), "Instrumentalness");
  assert.equal(shorten("Instrumentalness", 8), "Instrum…");
  assert.equal(shorten("Drum and bass", 6), "Drum…");
});

test("axes get the theme's colors and keep their own settings", () => {
  const config = { type: "bar", options: { scales: { x: { grid: { display: false }, title: { text: "Tempo" } } } } };
  const { x } = completeOptions(config, WIDE).scales;
  assert.deepEqual(x.grid, { color: "#e6e8ed", display: false });
  assert.deepEqual(x.title, { text: "Tempo", color: "#5b6474" });
  assert.deepEqual(x.border, { display: false });
});

test("the labels of a radar are smaller in a narrow chart", () => {
  const sizeIn = (look) => completeOptions({ type: "radar", options: { scales: { r: {} } } }, look).scales.r.pointLabels.font.size;
  assert.equal(sizeIn(WIDE), 12);
  assert.equal(sizeIn(NARROW), 10);
});

test("a narrow chart shortens the names beside its axis", () => {
  const scales = () => ({ x: {}, y: { ticks: { autoSkip: false } } });
  const narrow = completeOptions({ type: "bar", options: { indexAxis: "y", scales: scales() } }, NARROW).scales;
  const scale = { getLabelForValue: (place) => ["Alternative rock of the nineties"][place] };
  assert.equal(narrow.y.ticks.callback.call(scale, 0), "Alternative rock…");
  assert.equal(narrow.y.ticks.autoSkip, false);
  assert.deepEqual(narrow.y.ticks.font, { size: 10 });
  assert.equal(narrow.x.ticks, undefined);
  const wide = completeOptions({ type: "bar", options: { indexAxis: "y", scales: scales() } }, WIDE).scales;
  assert.deepEqual(wide.y.ticks, { autoSkip: false });
});

test("an axis of bins says where they begin", () => {
  const scales = { x: { starts: ["0.1", "0.2"], ticks: { maxTicksLimit: 4 } }, y: { starts: [] } };
  const { x, y } = completeOptions({ type: "bar", options: { scales } }, WIDE).scales;
  assert.deepEqual([x.ticks.callback(0), x.ticks.callback(1), x.ticks.callback(2)], ["0.1", "0.2", ""]);
  assert.equal(x.ticks.maxTicksLimit, 4);
  assert.equal(y.ticks, undefined);
});

test("animation can be turned off", () => {
  assert.deepEqual(completeOptions({ type: "bar" }, WIDE).animation, { duration: 300 });
  assert.equal(completeOptions({ type: "bar" }, NARROW).animation, false);
});

test("datasets set aside appear in neither legend nor tooltip", () => {
  const { plugins } = completeOptions({ type: "bar", options: { plugins: { legend: { position: "bottom" } } } }, WIDE);
  const data = { datasets: [{}, { aside: true }] };
  assert.equal(plugins.legend.position, "bottom");
  assert.ok(plugins.legend.labels.filter({ datasetIndex: 0 }, data));
  assert.ok(!plugins.legend.labels.filter({ datasetIndex: 1 }, data));
  assert.ok(plugins.tooltip.filter({ dataset: data.datasets[0] }));
  assert.ok(!plugins.tooltip.filter({ dataset: data.datasets[1] }));
});

test("tooltips depend on the type of chart", () => {
  const { callbacks } = completeOptions({ type: "matrix" }, WIDE).plugins.tooltip;
  const item = { raw: { x: "a", y: "b", v: 0.5 }, dataset: {}, dataIndex: 0 };
  assert.equal(callbacks.title([item]), "b · a");
  assert.equal(callbacks.label(item), "0.50");
});
