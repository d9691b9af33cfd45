import assert from "node:assert/strict";
import { test } from "node:test";

import { Crossfilter, allowRange, countCodes } from "#explore/crossfilter";
import { Tiles } from "#explore/tiles";

// Numbers that look like chance, the same each time.
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (1103515245 * state + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

const SIZE = 3000;
const random = chance(7);
const column = (codes) => Uint8Array.from({ length: SIZE }, () => (random(20) ? random(codes) : 255));
const columns = { energy: column(100), tempo: column(60), group: column(5) };

const plainly = (filters) =>
  Array.from({ length: SIZE }, (_, i) => i).filter((i) =>
    Object.entries(filters).every(([name, [first, last]]) => columns[name][i] >= first && columns[name][i] <= last),
  );

test("songs pass that pass each filter, and all but one", () => {
  const songs = new Crossfilter(SIZE);
  assert.ok(!songs.isFiltered);
  const filters = {};
  for (const [name, range] of [["energy", [10, 70]], ["tempo", [5, 30]], ["group", [1, 2]], ["energy", [40, 90]]]) {
    filters[name] = range;
    songs.filterCodes(name, columns[name], allowRange(...range));
    const { marks, count } = songs.passing();
    assert.deepEqual(Array.from(marks.keys()).filter((i) => marks[i]), plainly(filters));
    assert.equal(count, plainly(filters).length);
    for (const except of Object.keys(filters)) {
      const others = Object.fromEntries(Object.entries(filters).filter(([other]) => other !== except));
      assert.equal(songs.passing(except).count, plainly(others).length);
    }
  }
  songs.remove("tempo");
  delete filters.tempo;
  assert.equal(songs.passing().count, plainly(filters).length);
  for (const name of ["energy", "group", "nothing"]) songs.remove(name);
  assert.equal(songs.passing().count, SIZE);
  assert.ok(!songs.isFiltered);
});

test("marks are a filter too", () => {
  const songs = new Crossfilter(4);
  songs.filterMarks("server", Uint8Array.of(1, 0, 1, 0));
  songs.filterMarks("outline", Uint8Array.of(1, 1, 0, 0));
  assert.deepEqual(songs.passing().marks, Uint8Array.of(1, 0, 0, 0));
});

test("thirty-one filters are possible at once, and a name can come back", () => {
  const songs = new Crossfilter(2);
  for (let i = 0; i < 31; i += 1) songs.filterMarks(`f${i}`, Uint8Array.of(1, i === 30 ? 0 : 1));
  assert.equal(songs.passing().count, 1);
  assert.throws(() => songs.filterMarks("one more", Uint8Array.of(1, 1)), /too many/);
  songs.remove("f30");
  songs.filterMarks("one more", Uint8Array.of(1, 1));
  assert.equal(songs.passing().count, 2);
});

test("codes are counted, of all songs and of some", () => {
  const codes = Uint8Array.of(3, 3, 255, 0);
  assert.equal(countCodes(codes).length, 256);
  assert.deepEqual([0, 3, 255].map((code) => countCodes(codes)[code]), [1, 2, 1]);
  assert.deepEqual([0, 3, 255].map((code) => countCodes(codes, Uint8Array.of(1, 0, 1, 0))[code]), [0, 1, 1]);
});

test("tiles count for any brush what the songs themselves say", () => {
  const songs = new Crossfilter(SIZE);
  songs.filterCodes("group", columns.group, allowRange(0, 2));
  const tiles = new Tiles(columns.energy, songs.passing("energy").marks);
  tiles.add("tempo", columns.tempo);
  tiles.add("group", columns.group);
  assert.ok(tiles.has("tempo") && !tiles.has("energy"));
  for (let brush = 0; brush < 60; brush += 1) {
    const first = random(100);
    const last = first + random(100 - first);
    songs.filterCodes("energy", columns.energy, allowRange(first, last));
    const { marks, count } = songs.passing();
    assert.equal(tiles.total(first, last), count);
    assert.deepEqual(tiles.ownCounts(first, last), countCodes(columns.energy, marks));
    for (const name of ["tempo", "group"]) assert.deepEqual(tiles.counts(name, first, last), countCodes(columns[name], marks));
  }
});

test("tiles without a brush count songs without a value too", () => {
  const tiles = new Tiles(columns.energy, new Uint8Array(SIZE).fill(1));
  tiles.add("tempo", columns.tempo);
  assert.equal(tiles.total(0, 255), SIZE);
  assert.deepEqual(tiles.counts("tempo", 0, 255), countCodes(columns.tempo));
});
