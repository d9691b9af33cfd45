import assert from "node:assert/strict";
import { test } from "node:test";

import { runScript } from "./run_script.js";

// Types a password into the field of a page, and returns what its meter shows.
function type(password) {
  const field = new EventTarget();
  const meter = { low: 40, high: 70, value: 0 };
  const output = { value: "" };
  const box = { dataset: { strengthOf: "new" }, hidden: true, querySelector: (name) => ({ meter, output })[name] };
  runScript("password", {
    document: { querySelectorAll: () => [box], getElementById: (id) => (id === "new" ? field : null) },
  });
  field.value = password;
  field.dispatchEvent(new Event("input"));
  return { bits: meter.value, text: output.value, hidden: box.hidden };
}

const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test("the alphabet of a password counts", () => {
  near(type("gxkqmz").bits, 6 * Math.log2(26));
  near(type("gXkqmz").bits, 6 * Math.log2(52));
  near(type("gXk4mz").bits, 6 * Math.log2(62));
  near(type("gXk4m!").bits, 6 * Math.log2(95));
});

test("repetitions and sequences add nothing", () => {
  near(type("gxkqmzzzzz").bits, 6 * Math.log2(26));
  near(type("abcdefghijkl").bits, Math.log2(26));
  near(type("987654321").bits, Math.log2(10));
});

test("a handful of different characters is worth nothing", () => {
  assert.equal(type("gxkqgxkqgxkqgxkq").bits, 0);
});

test("a verdict for each strength", () => {
  assert.match(type("gxkqmz").text, /^Weak/);
  assert.match(type("gxkqmzvbnrt").text, /^Fair/);
  assert.match(type("gxkqmzvbnrtpwsyd").text, /^Strong/);
});

test("the meter is hidden while there is no password", () => {
  assert.equal(type("").hidden, true);
  assert.equal(type("g").hidden, false);
});
