import assert from "node:assert/strict";
import { test } from "node:test";

import { gapAt, positionAfterDrop } from "#playlist_drop";

const rows = [{ top: 100, height: 20 }, { top: 120, height: 40 }, { top: 160, height: 20 }];

test("the gap is before the first row whose center is below the pointer", () => {
  assert.deepEqual([0, 109, 110, 139, 140, 169, 170, 999].map((y) => gapAt(y, rows)), [0, 0, 1, 1, 2, 2, 3, 3]);
});

test("a song dropped before or after itself stays", () => {
  assert.equal(positionAfterDrop(1, 1), null);
  assert.equal(positionAfterDrop(1, 2), null);
});

test("the position after a drop agrees with moving the song in a list", () => {
  const songs = ["a", "b", "c", "d"];
  let moves = 0;
  for (let from = 0; from < 4; from += 1) {
    for (let gap = 0; gap <= 4; gap += 1) {
      const marked = songs.toSpliced(gap, 0, "here");
      const moved = marked.filter((song) => song !== songs[from]);
      moved[moved.indexOf("here")] = songs[from];
      const position = positionAfterDrop(from, gap);
      if (position === null) assert.deepEqual(moved, songs);
      else assert.equal(moved.indexOf(songs[from]) + 1, position);
      moves += position !== null;
    }
  }
  assert.equal(moves, 12);
});
