import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { querySelector: () => ({ dataset: { fileStem: "sample-songs-5-groups" } }) };
const { fileName } = await import("#charts/files");
const { parsedFont } = await import("#charts/svg");

test("pictures are called after the dataset, the run and the chart", () => {
  assert.equal(fileName("heatmap", "svg"), "sample-songs-5-groups-heatmap.svg");
  globalThis.document = { querySelector: () => null };
  assert.equal(fileName("heatmap", "png"), "heatmap.png");
});

test("a font is read without asking a style", () => {
  const font = parsedFont("normal 600 12px Inter, sans-serif");
  assert.deepEqual([font.weight, font.size, font.family], ["600", "12px", "Inter, sans-serif"]);
  assert.equal(parsedFont("12px/1.2 Arial").family, "Arial");
});
