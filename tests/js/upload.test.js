import assert from "node:assert/strict";
import { test } from "node:test";

import { runScript } from "./run_script.js";

test("megabytes have a decimal below ten", () => {
  const evaluate = runScript("upload", { document: { querySelectorAll: () => [] } });
  const megabytes = (bytes) => evaluate(`megabytes(${bytes})`);
  assert.equal(megabytes(0), "0.0");
  assert.equal(megabytes(1_572_864), "1.5");
  assert.equal(megabytes(10_485_759), "10.0");
  assert.equal(megabytes(10_485_760), "10");
  assert.equal(megabytes(1_073_741_824), "1024");
});

test("a small file is not 0.0 MB", () => {
  const evaluate = runScript("upload", { document: { querySelectorAll: () => [] } });
  assert.equal(evaluate("size(29_000)"), "28 KB");
  assert.equal(evaluate("size(12)"), "1 KB");
  assert.equal(evaluate("size(1_572_864)"), "1.5 MB");
});
