import assert from "node:assert/strict";
import { test } from "node:test";

import { outlinePath } from "#map/overlay";

test("an outline is a closed path, rounded to tenths of a pixel", () => {
  assert.equal(outlinePath([[0, 0], [10.04, 0], [10, 9.96]]), "M0.0 0.0L10.0 0.0L10.0 10.0Z");
});

test("a single point has no outline", () => {
  assert.equal(outlinePath([[1, 2]]), "");
  assert.equal(outlinePath([]), "");
});
