import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, linkSongs } from "#charts/song_links";

test("the address of a mark is by its place, by series and place, or by series", () => {
  assert.equal(addressOf(["/a", "/b"], { datasetIndex: 0, index: 1 }), "/b");
  assert.equal(addressOf([["/a", "/b"], ["/c", "/d"]], { datasetIndex: 1, index: 0 }), "/c");
  assert.equal(addressOf([["/a"], ["/b"]], { datasetIndex: 1, index: 17 }), "/b");
});

test("a click opens the songs of the mark, and elsewhere nothing", () => {
  const opened = [];
  const options = { songs: ["/a", ""] };
  linkSongs(options, (address) => opened.push(address));
  options.onClick({}, [{ datasetIndex: 0, index: 0 }]);
  options.onClick({}, [{ datasetIndex: 0, index: 1 }]);
  options.onClick({}, []);
  assert.deepEqual(opened, ["/a"]);
  const target = { style: {} };
  options.onHover({ native: { target } }, [{ datasetIndex: 0, index: 0 }]);
  assert.equal(target.style.cursor, "pointer");
  options.onHover({ native: { target } }, []);
  assert.equal(target.style.cursor, "default");
});

test("without addresses a chart stays as it is", () => {
  const options = {};
  linkSongs(options);
  linkSongs({ songs: [] });
  assert.deepEqual(options, {});
});
