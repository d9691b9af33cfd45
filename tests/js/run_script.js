// Runs a script of a page that exports nothing, with a document made by the test.

import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

export function runScript(name, globals) {
  const path = new URL(`../../static/js/${name}.js`, import.meta.url);
  const context = createContext(globals);
  runInContext(readFileSync(path, "utf8"), context, { filename: path.pathname });
  return (expression) => runInContext(expression, context);
}
