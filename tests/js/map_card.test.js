import assert from "node:assert/strict";
import { test } from "node:test";

import { SongCard, cardPosition } from "#map/card";

const view = { width: 600, height: 400 };
const size = { width: 200, height: 100 };

test("a card is on the side of its dot that has more space", () => {
  assert.deepEqual(cardPosition([100, 100], size, view), [114, 114]);
  assert.deepEqual(cardPosition([500, 100], size, view), [286, 114]);
  assert.deepEqual(cardPosition([500, 300], size, view), [286, 186]);
});

test("the center of the view divides the sides", () => {
  assert.deepEqual(cardPosition([300, 200], size, view), [314, 214]);
  assert.deepEqual(cardPosition([301, 201], size, view), [87, 87]);
});

test("a card stays within the view", () => {
  assert.deepEqual(cardPosition([-500, -500], size, view), [4, 4]);
  assert.deepEqual(cardPosition([5000, 5000], size, view), [396, 296]);
});

test("a card larger than the view begins at its corner", () => {
  assert.deepEqual(cardPosition([10, 390], { width: 700, height: 500 }, view), [4, 4]);
});

test("a song is fetched once", async (t) => {
  const fetched = t.mock.method(globalThis, "fetch", async (url) => new Response(`card of ${url}`));
  const card = new SongCard({}, "/song?run=3");
  assert.equal(await card.load(7), "card of /song?run=3&row=7");
  assert.equal(await card.load(7), "card of /song?run=3&row=7");
  assert.equal(await card.load(8), "card of /song?run=3&row=8");
  assert.equal(fetched.mock.callCount(), 2);
});

test("a song that could not be loaded is fetched again", async (t) => {
  const answers = [new Response("", { status: 500 }), new Response("card")];
  t.mock.method(globalThis, "fetch", async () => answers.shift());
  const card = new SongCard({}, "/song?run=3");
  await assert.rejects(card.load(7), /song 7 answers 500/);
  assert.equal(await card.load(7), "card");
});
