import assert from "node:assert/strict";
import { test } from "node:test";

import { Trail, changedFilters } from "#explore/trail";

const NOTHING = { ranges: {}, group: [], decade: [], first_genre: [], genre: [], q: "", also: "", outline: [], sort: "row", show: [], color: "" };

function walk(...moves) {
  const steps = [];
  let now = 0;
  const history = {
    pushState: ({ explored }, _title, address) => steps.push([explored, address]),
    replaceState: ({ explored }, _title, address) => steps.splice(-1, 1, [explored, address]),
  };
  const trail = new Trail(history, NOTHING, () => now);
  trail.record(NOTHING, "/");
  for (const [wait, change, address] of moves) {
    now += wait;
    trail.record({ ...trail.state, ...change }, address);
  }
  return { trail, addresses: steps.map(([, address]) => address), steps };
}

test("each change of a filter is a step, and a change of the look is none", () => {
  const { addresses } = walk(
    [10, { group: ["1"] }, "/a"], [10, { ranges: { energy: [0.5, null] } }, "/b"], [10, { sort: "-energy", color: "tempo" }, "/c"],
    [5000, { ranges: {} }, "/d"],
  );
  assert.deepEqual(addresses, ["/", "/a", "/c", "/d"]);
});

test("letters that are typed one after the other are one step, and a later word another", () => {
  const { addresses } = walk([300, { q: "ro" }, "/ro"], [300, { q: "rock" }, "/rock"], [5000, { q: "jazz" }, "/jazz"]);
  assert.deepEqual(addresses, ["/", "/rock", "/jazz"]);
});

test("after a step back the next change is a step again, and the step itself records nothing new", () => {
  const { trail, steps } = walk([10, { group: ["1"] }, "/a"]);
  assert.equal(trail.arrive({ explored: steps[0][0] }), NOTHING);
  trail.record(NOTHING, "/");
  assert.equal(steps.length, 2);
  trail.record({ ...NOTHING, group: ["2"] }, "/2");
  assert.equal(steps.at(-1)[1], "/2");
  assert.equal(trail.arrive(null), null);
});

test("tells which filters differ", () => {
  const now = { ...NOTHING, ranges: { tempo: [1, 2], energy: [null, 3] }, q: "x", show: ["title"] };
  assert.equal(changedFilters(NOTHING, now), "q,range energy,range tempo");
  assert.equal(changedFilters(now, { ...now, sort: "tempo" }), "");
});
