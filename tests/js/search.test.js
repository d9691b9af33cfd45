import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { runScript } from "./run_script.js";

let document, box, offers, links;

class Element {
  constructor(tag) {
    this.tag = tag;
  }

  matches(selector) {
    return selector.split(", ").includes(this.tag);
  }

  focus() {
    document.activeElement = this;
  }

  select() {
    this.selected = true;
  }
}

beforeEach(() => {
  document = new EventTarget();
  box = new Element("input");
  links = [new Element("a"), new Element("a"), new Element("a")];
  offers = {
    querySelectorAll: () => links,
    contains: (element) => links.includes(element),
    replaceChildren: () => (links = []),
  };
  document.getElementById = (id) => ({ "search-input": box, "search-box": offers })[id];
  document.activeElement = new Element("body");
  runScript("search", { document });
});

function send(type, target, values) {
  const event = new Event(type, { cancelable: true });
  Object.defineProperty(event, "target", { value: target });
  document.dispatchEvent(Object.assign(event, values));
  return event;
}

const press = (key, more) => send("keydown", document.activeElement, { key, ...more });

test("a slash goes to the search box, and is not typed", () => {
  const event = press("/");
  assert.equal(document.activeElement, box);
  assert.ok(box.selected);
  assert.ok(event.defaultPrevented);
});

test("a slash is typed in a field, and left to the browser with Ctrl", () => {
  const field = new Element("textarea");
  field.focus();
  assert.ok(!press("/").defaultPrevented);
  assert.equal(document.activeElement, field);
  new Element("body").focus();
  assert.ok(!press("/", { ctrlKey: true }).defaultPrevented);
  assert.notEqual(document.activeElement, box);
});

test("arrows move through the links, and stop at both ends", () => {
  const visited = [];
  box.focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"]) {
    assert.ok(press(key).defaultPrevented);
    visited.push([box, ...links].indexOf(document.activeElement));
  }
  assert.deepEqual(visited, [1, 2, 3, 3, 2, 1, 0]);
});

test("arrows elsewhere on the page are left alone", () => {
  assert.ok(!press("ArrowDown").defaultPrevented);
});

test("Escape removes the links and returns to the box", () => {
  links[1].focus();
  press("Escape");
  assert.equal(document.activeElement, box);
  assert.deepEqual(links, []);
});

for (const type of ["focusin", "click"]) {
  test(`a ${type} elsewhere removes the links, one in the search does not`, () => {
    send(type, links[0]);
    send(type, box);
    assert.equal(links.length, 3);
    send(type, new Element("main"));
    assert.equal(links.length, 0);
  });
}
