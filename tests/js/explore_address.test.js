import assert from "node:assert/strict";
import { test } from "node:test";

import { cleared, hasFilters, queryOf } from "#explore/address";
import { chipsOf } from "#explore/chips";

const NOTHING = { ranges: {}, group: [], decade: [], first_genre: [], genre: [], q: "", also: "", outline: [], sort: "row", show: [], color: "" };
const MUCH = {
  ranges: { energy: [0.35, 0.7], "extra:Beats, min": [null, 1e21] },
  group: ["0", "2"],
  decade: ["1980"],
  first_genre: ["r&b"],
  genre: ["drum=bass"],
  q: "love me",
  also: "8:3",
  outline: [[-0.5, 1], [2, 1.25], [0, -3]],
  sort: "-tempo",
  show: ["title", "energy"],
  color: "tempo",
};

test("an address holds all that is seen", () => {
  assert.equal(queryOf(NOTHING, "7"), "run=7");
  assert.deepEqual([...new URLSearchParams(queryOf(MUCH, "7"))], [
    ["run", "7"], ["energy", "0.35..0.7"], ["extra:Beats, min", "..1e+21"], ["group", "0"], ["group", "2"], ["decade", "1980"],
    ["first_genre", "r&b"], ["genre", "drum=bass"], ["also", "8:3"], ["q", "love me"], ["outline", "-0.5,1,2,1.25,0,-3"], ["sort", "-tempo"],
    ["show", "title"], ["show", "energy"], ["color", "tempo"],
  ]);
});

test("the filters alone, and the look alone", () => {
  assert.ok(!queryOf(MUCH, "7", { look: false }).includes("sort"));
  assert.equal(queryOf(MUCH, "7", { filters: false }), "run=7&sort=-tempo&show=title&show=energy&color=tempo");
});

test("clearing keeps the look", () => {
  assert.ok(hasFilters(MUCH));
  assert.ok(!hasFilters(cleared(MUCH)));
  assert.equal(cleared(MUCH).sort, "-tempo");
  for (const part of [{ q: "a" }, { outline: [[1, 2]] }, { genre: ["a"] }, { ranges: { a: [null, null] } }]) {
    assert.ok(hasFilters({ ...NOTHING, ...part }));
  }
});

test("filters in words, each of which can be taken away", () => {
  const filters = new Map([
    ["energy", { label: "Energy", column: { edges: [0, 0.35, 0.7, 1], labels: ["0", "0.35", "0.7", "1"] } }],
    ["extra:Beats, min", { label: "Beats, min" }],
    ["group", { values: ["0", "1", "2"], names: ["Calm", "Loud", "Fast"] }],
  ]);
  const chips = chipsOf(MUCH, filters);
  assert.deepEqual(chips.map(({ text }) => text), [
    "Energy: 0.35 to under 0.7", "Beats, min: under 1e+21", "Genre: drum=bass", "First genre: r&b", "Decade: 1980",
    "Group: Calm or Fast", "“love me”", "Also in a group of another run", "Within the outline",
  ]);
  const left = chips.reduce((state, { remove }) => remove(state), MUCH);
  assert.ok(!hasFilters(left));
  assert.deepEqual(chipsOf(NOTHING, filters), []);
});
