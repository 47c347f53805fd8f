/* Rules for the portal's own scripts (classic scripts of the browser) and their tests. Names of the browser are listed: a name that is not is a slip. */
import js from "@eslint/js";

const names = (text) => Object.fromEntries(text.trim().split(/\s+/).map((name) => [name, "readonly"]));
const BROWSER = names(`
  AbortController Blob BroadcastChannel CSS CustomEvent Element Event FormData HTMLElement HTMLFormElement HTMLInputElement IDBKeyRange
  IntersectionObserver MutationObserver URL URLSearchParams XMLHttpRequest clearTimeout crypto document fetch getComputedStyle getSelection
  globalThis history indexedDB localStorage location matchMedia navigator sessionStorage setInterval setTimeout clearInterval window
  HTMLTextAreaElement ResizeObserver requestAnimationFrame queueMicrotask DataTransfer DOMParser File performance
`);
const RULES = {
  ...js.configs.recommended.rules,
  "consistent-return": "error",
  eqeqeq: "error",
  "no-irregular-whitespace": ["error", { skipTemplates: true }], // an ideographic space is a sign of the text
  "no-shadow": "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-unused-vars": ["error", { caughtErrors: "none" }],
};

export default [
  { ignores: ["static/vendor/", "staticfiles/", "node_modules/", "var/", ".venv/"] },
  {
    files: ["static/js/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: { ...BROWSER, ...names("console htmx bootstrap gdOffline") } },
    rules: RULES,
  },
  { files: ["tests/js/*.mjs", "*.mjs"], languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: BROWSER }, rules: RULES },
];
