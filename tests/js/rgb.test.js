import assert from "node:assert/strict";
import { test } from "node:test";

import { channels, mix } from "#rgb";

test("channels of a hexadecimal color", () => {
  assert.deepEqual(channels("#0072b2"), [0, 114, 178]);
});

test("a mix begins at the first color and ends at the second", () => {
  assert.deepEqual(mix("#0072b2", "#e08e00", 0), [0, 114, 178]);
  assert.deepEqual(mix("#0072b2", "#e08e00", 1), [224, 142, 0]);
});

test("a mix rounds to whole channels", () => {
  assert.deepEqual(mix("#000000", "#ff0a01", 0.25), [64, 3, 0]);
});
