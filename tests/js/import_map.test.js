// The browser finds modules by the import map of the page, Node by "imports" in package.json: both must say the same.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const files = (folder, ending) => {
  const root = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  const names = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(ending));
  return new Map(names.map((name) => [name, readFileSync(root + name, "utf8")]));
};
const scripts = files("static/js", ".js");
const templates = [...files("templates", ".html").values()].filter((text) => text.includes('type="importmap"'));
const imported = [...scripts.values()].flatMap((text) => [...text.matchAll(/from "(.*)";/g)].map(([, name]) => name));

test("there is one import map, with a nonce", () => {
  assert.equal(templates.length, 1);
  assert.match(templates[0], /<script type="importmap" nonce="{{ request.csp_nonce }}">/);
});

test("its entries are the modules that are imported", () => {
  const text = templates[0].match(/<script type="importmap"[^>]*>(.*?)<\/script>/s)[1];
  const { imports } = JSON.parse(text.replace(/{% static '(.*?)' %}/g, "$1"));
  assert.ok(imported.length > 10);
  assert.deepEqual(Object.keys(imports).sort(), [...new Set(imported)].sort());
  for (const [name, path] of Object.entries(imports)) {
    assert.equal(path, `js/${name.slice(1)}.js`);
    assert.ok(scripts.has(`${name.slice(1)}.js`), `${name} does not exist`);
  }
});

test("modules are imported by name: the names of the files they are served from have a hash", () => {
  for (const name of imported) assert.match(name, /^#/);
});

test("the import map precedes all modules", () => {
  assert.ok(templates[0].indexOf("importmap") < templates[0].indexOf('type="module"'));
  const base = files("templates", ".html").get("base.html");
  const head = base.slice(0, base.indexOf("{% endblock head %}"));
  assert.ok(base.includes('type="module"'));
  assert.ok(!head.includes('type="module"'));
});
