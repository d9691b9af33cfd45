import js from "@eslint/js";
import globals from "globals";
import { defineConfig, globalIgnores } from "eslint/config";

const CLASSIC_SCRIPTS = ["static/js/password.js", "static/js/site.js", "static/js/theme.js"];

export default defineConfig([
  globalIgnores(["staticfiles/", ".venv/", ".data*/", "**/htmlcov/"]),
  {
    files: ["**/*.js"],
    plugins: { js },
    extends: ["js/recommended"],
    rules: {
      eqeqeq: "error",
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 60],
      "max-params": ["error", 5],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["static/js/**/*.js", "tests/e2e/*.js"], languageOptions: { globals: globals.browser } },
  { files: CLASSIC_SCRIPTS, languageOptions: { sourceType: "script" } },
  { files: ["tests/js/**/*.js"], languageOptions: { globals: globals.node } },
]);
