import assert from "node:assert/strict";
import { test } from "node:test";

import { indexOfRow, loadColumn, loadMarks, loadPoints } from "#explore/files";

// A data URL of a file as the server writes it: length of the header, header, and columns aligned to four bytes.
function dataUrl(header, ...columns) {
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  const parts = columns.flatMap((column) => {
    const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
    return [bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)];
  });
  return `data:application/octet-stream;base64,${Buffer.concat([length, padded, ...parts]).toString("base64")}`;
}

test("points: the rows that the bits stand for, groups, and coordinates", async () => {
  const url = dataUrl(
    { songs: 6, rows: 33, map: true },
    Uint8Array.of(0b00001001, 0b00000100, 0, 0b10100000, 0b00000001), // rows 0, 3, 10, 29, 31 and 32
    Uint8Array.of(2, 0, 255, 1, 1, 7),
    Float32Array.of(0.5, -1, 2, 0, 8, 9),
    Float32Array.of(4, 5, 6, 7, 0, -3),
  );
  const points = await loadPoints(url, () => {});
  assert.deepEqual(points.x, Float32Array.of(0.5, -1, 2, 0, 8, 9));
  assert.deepEqual(points.y, Float32Array.of(4, 5, 6, 7, 0, -3));
  assert.deepEqual(points.rows, Uint32Array.of(0, 3, 10, 29, 31, 32));
  assert.deepEqual(points.group, Uint8Array.of(2, 0, 255, 1, 1, 7));
});

test("points without a run are rows only", async () => {
  const url = dataUrl({ songs: 2, rows: 5, map: false }, Uint8Array.of(0b00010010));
  assert.deepEqual(await loadPoints(url, () => {}), { rows: Uint32Array.of(1, 4) });
});

test("a column: its header, and only the codes of the songs", async () => {
  const header = { name: "tempo", edges: [0, 1, 2] };
  const url = dataUrl(header, Uint8Array.of(0, 1, 255, 1, 0));
  assert.deepEqual(await loadColumn(url, Uint32Array.of(1, 2, 4)), { ...header, codes: Uint8Array.of(1, 255, 0) });
});

test("marks are bits by row", async () => {
  const url = dataUrl({}, Uint8Array.of(0b10000010, 0b1));
  assert.deepEqual(await loadMarks(url, Uint32Array.of(0, 1, 7, 8, 9)), Uint8Array.of(0, 1, 1, 1, 0));
});

test("progress is 0 while the total size is unknown", async () => {
  const shares = [];
  await loadPoints(dataUrl({ songs: 0, rows: 0, map: false }), (share) => shares.push(share));
  assert.ok(shares.length > 0);
  assert.ok(shares.every((share) => share === 0));
});

test("progress is the share of the bytes that have arrived", async (t) => {
  const url = dataUrl({ songs: 2, rows: 4, map: false }, Uint8Array.of(0b1001));
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const half = bytes.length / 2;
  t.mock.method(globalThis, "fetch", async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, half));
        controller.enqueue(bytes.slice(half));
        controller.close();
      },
    });
    return new Response(body, { headers: { "Content-Length": String(bytes.length) } });
  });
  const shares = [];
  const { rows } = await loadPoints("/points", (share) => shares.push(share));
  assert.deepEqual(shares, [0.5, 1]);
  assert.deepEqual(rows, Uint32Array.of(0, 3));
});

test("an error response is rejected", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("", { status: 503 }));
  await assert.rejects(loadPoints("/points", () => {}), /\/points answers 503/);
});

test("the index of a row", () => {
  const rows = Uint32Array.of(2, 3, 5, 8, 13);
  assert.deepEqual([...rows].map((row) => indexOfRow(rows, row)), [0, 1, 2, 3, 4]);
  assert.deepEqual([0, 4, 6, 14].map((row) => indexOfRow(rows, row)), [-1, -1, -1, -1]);
  assert.equal(indexOfRow(new Uint32Array(), 1), -1);
});
