/* Texts of reports through the editor's document and back: an array of texts on stdin, the texts as the editor would store them on stdout.
   tests/assessments/self_checks/test_report_beside.py holds them against what the portal reads. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";

globalThis.markdownit = createRequire(import.meta.url)("../../static/vendor/markdown-it.umd.min.js");
for (const name of ["vendor/prosemirror.js", "js/report-text.js"]) {
  vm.runInThisContext(readFileSync(new URL(`../../static/${name}`, import.meta.url), "utf8"), { filename: name });
}
const { docOf, textOf, schemaOf } = globalThis.gdReport;
const schema = schemaOf(globalThis.gdProse, (key) => `/file/${key}/`);
const texts = JSON.parse(readFileSync(0, "utf8"));
globalThis.process.stdout.write(JSON.stringify(texts.map((text) => {
  const node = schema.nodeFromJSON(docOf(text));
  node.check();
  return textOf(node.toJSON());
})));
