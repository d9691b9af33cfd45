import assert from "node:assert/strict";
import { test } from "node:test";

import { joined, sorted } from "../../static/js/notices.js";

test("jobs are watched once each, the newest at most fifty", () => {
  assert.deepEqual(joined(["1", "2"], ["2", "3"]), ["1", "2", "3"]);
  const many = Array.from({ length: 80 }, (_, index) => String(index));
  assert.equal(joined(many, ["new"]).length, 50);
  assert.equal(joined(many, ["new"]).at(-1), "new");
});

test("ended jobs are told once, and those that are gone are forgotten", () => {
  const jobs = [
    { id: 1, status: "succeeded", words: "Import songs: done", address: "/datasets/1/" },
    { id: 2, status: "", words: "Find groups: running", address: "/jobs/2/" },
  ];
  const { ended, left } = sorted(["1", "2", "3"], jobs);
  assert.deepEqual(ended, [jobs[0]]);
  assert.deepEqual(left, ["2"]);
});
