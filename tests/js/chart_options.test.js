import assert from "node:assert/strict";
import { test } from "node:test";

import { completeOptions, wrap } from "#charts/options";

import { variable } from "./theme.js";

const WIDE = { variable, narrow: false, animated: true };
const NARROW = { variable, narrow: true, animated: false };

test("axes get the theme's colors and keep their own settings", () => {
  const config = { type: "bar", options: { scales: { x: { grid: { display: false }, title: { text: "Tempo" } } } } };
  const { x } = completeOptions(config, WIDE).scales;
  assert.deepEqual(x.grid, { color: "#e6e8ed", display: false });
  assert.deepEqual(x.title, { text: "Tempo", color: "#5b6474" });
  assert.deepEqual(x.border, { display: false });
});

test("the title of an axis has lines that a narrow chart has room for", () => {
  const words = ["Component 2 (18 % of variance)", "acousticness, instrumentalness ↔ energy, loudness"];
  const titleIn = (look) => {
    const scales = { y: { title: { display: true, text: words } } };
    return completeOptions({ type: "scatter", options: { scales } }, look).scales.y.title;
  };
  assert.deepEqual(titleIn(WIDE).text, words);
  assert.deepEqual(titleIn(NARROW).text, ["Component 2 (18 % of", "variance)", "acousticness,", "instrumentalness ↔", "energy, loudness"]);
  assert.deepEqual(wrap("one two", 3), ["one", "two"]);
  assert.deepEqual(wrap("", 3), [""]);
});

test("axes of numbers have few ticks, those of names have all", () => {
  const ticksOf = (type, options) => completeOptions({ type, options }, WIDE).scales;
  const bars = ticksOf("bar", { scales: { x: {}, y: { ticks: { format: {} } } } });
  assert.deepEqual([bars.x.ticks, bars.y.ticks], [undefined, { maxTicksLimit: 5, format: {} }]);
  const lying = ticksOf("bar", { indexAxis: "y", scales: { x: { ticks: { maxTicksLimit: 3 } }, y: {} } });
  assert.deepEqual([lying.x.ticks, lying.y.ticks], [{ maxTicksLimit: 3 }, undefined]);
  const rows = ticksOf("scatter", { scales: { x: {}, y: { type: "category" } } });
  assert.deepEqual([rows.x.ticks, rows.y.ticks], [{ maxTicksLimit: 5 }, undefined]);
});

test("lines are named where they are instead of in a legend, where there is room", () => {
  const look = (labels, how) => {
    const datasets = [{ label: "interval, low", aside: true }, ...labels.map((label) => ({ label }))];
    const plugins = { legend: { display: true }, directLabels: { at: "end" } };
    const options = completeOptions({ type: "line", data: { datasets }, options: { plugins } }, how);
    return [options.plugins.legend.display, options.plugins.directLabels?.at, options.layout?.padding.right];
  };
  assert.deepEqual(look(["Silhouette", "Random baseline"], WIDE), [false, "end", 123]);
  assert.deepEqual(look(["Silhouette", "Random baseline"], NARROW), [true, undefined, undefined]);
  assert.deepEqual(look(["One line"], WIDE), [true, undefined, undefined]);
  assert.deepEqual(look([..."abcdefghi"], WIDE), [true, undefined, undefined]);
});

test("a narrow chart shortens the names beside its axis", () => {
  const scales = () => ({ x: {}, y: { ticks: { autoSkip: false } } });
  const narrow = completeOptions({ type: "bar", options: { indexAxis: "y", scales: scales() } }, NARROW).scales;
  const scale = { getLabelForValue: (place) => ["Alternative rock of the nineties"][place] };
  assert.equal(narrow.y.ticks.callback.call(scale, 0), "Alternative rock…");
  assert.equal(narrow.y.ticks.autoSkip, false);
  assert.deepEqual(narrow.y.ticks.font, { size: 10 });
  assert.equal(narrow.x.ticks.callback, undefined);
  const wide = completeOptions({ type: "bar", options: { indexAxis: "y", scales: scales() } }, WIDE).scales;
  assert.deepEqual(wide.y.ticks, { autoSkip: false });
});

test("an axis of bins says where they begin", () => {
  const scales = { x: { starts: ["0.1", "0.2"], ticks: { maxTicksLimit: 4 } }, y: { starts: [] } };
  const { x, y } = completeOptions({ type: "bar", options: { scales } }, WIDE).scales;
  assert.deepEqual([x.ticks.callback(0), x.ticks.callback(1), x.ticks.callback(2)], ["0.1", "0.2", ""]);
  assert.equal(x.ticks.maxTicksLimit, 4);
  assert.equal(y.ticks.callback, undefined);
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
