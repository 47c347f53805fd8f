/* What the viewer of evidence works out without a page. */
import assert from "node:assert/strict";
import { test } from "node:test";

await import("../../static/js/viewer-parts.js");
const { lacks, pageOf, opening, citedPages, citedStep, zoomed, turned, keyed, holding, placed, cited } = globalThis.gdViewer;
const able = { structuredClone() {}, Array, IntersectionObserver() {}, ResizeObserver() {}, FontFace() {}, Worker() {} };

test("a page is opened where it is cited, else at the beginning, and never behind the end", () => {
  assert.deepEqual([opening("46", 82), opening("", 82), opening("0", 82), opening("99", 82), opening("x", 82)], [46, 1, 1, 82, 1]);
});

test("the pages cited end with the paper, and one goes from each to the next and no further", () => {
  assert.deepEqual([citedPages("12", "14", 82), citedPages("12", "", 82), citedPages("12", "14", 13), citedPages("12", "14", 5)],
    [{ first: 12, last: 14 }, { first: 12, last: 12 }, { first: 12, last: 13 }, { first: 5, last: 5 }]);
  const range = { first: 12, last: 14 };
  assert.deepEqual([3, 12, 13, 14, 20].map((page) => citedStep(page, 1, range)), [12, 13, 14, null, null]);
  assert.deepEqual([3, 12, 13, 14, 20].map((page) => citedStep(page, -1, range)), [null, null, 12, 13, 14]);
});

test("a typed page counts when the paper has it, also in full-width digits", () => {
  assert.deepEqual(["3", " ４ ", "0", "9", "", "-1", "1.5", "x"].map((typed) => pageOf(typed, 8)), [3, 4, null, null, null, null, null, null]);
});

test("zoom goes by usual steps and stops at both ends", () => {
  assert.deepEqual([zoomed(1, 1), zoomed(1, -1), zoomed(0.83, 1), zoomed(0.83, -1), zoomed(4, 1), zoomed(0.25, -1)], [1.1, 0.9, 0.9, 0.75, 4, 0.25]);
});

test("four turns lead back", () => {
  assert.deepEqual([turned(0, 1), turned(270, 1), turned(0, -1)], [90, 0, 270]);
});

test("a browser that lacks something is named with what it lacks", () => {
  assert.deepEqual(lacks(able), []);
  assert.deepEqual(lacks({ ...able, structuredClone: undefined, Worker: undefined }), ["structuredClone", "Worker"]);
});

test("keys turn pages, zoom and search; a field keeps its own", () => {
  const key = (name, more = {}) => ({ key: name, target: { matches: () => false }, ...more });
  const field = { target: { matches: () => true } };
  const rest = { searching: false, finding: false };
  assert.deepEqual(["ArrowRight", "ArrowLeft", "+", "-", "R", "t", "/", "c", "Enter", "Escape"].map((name) => keyed(key(name), rest)),
    ["after", "before", "larger", "smaller", "turn", "thumbs", "find", "", "", ""]);
  assert.equal(keyed(key("f", { ctrlKey: true }), rest), "find");
  assert.equal(keyed(key("r", { ctrlKey: true }), rest), "", "the browser's own");
  assert.equal(keyed(key("r", field), rest), "");
  assert.equal(keyed(key("Escape", field), { searching: true, finding: true }), "find-close");
  assert.deepEqual([false, true].map((shiftKey) => keyed(key("Enter", { ...field, shiftKey }), { searching: true, finding: true })), ["find-after", "find-before"]);
});

test("a passage is found over pieces, blanks and differences of width", () => {
  const pieces = ["5.3 可再生能源", " 利用率为", "１２．６％", "，满足不低于12%的要求。"];
  assert.deepEqual(holding(pieces, "能源利用率为12.6%"), [0, 1, 2]);
  assert.deepEqual(holding(pieces, "12%的要求"), [3]);
  assert.deepEqual(holding(pieces, "地源热泵"), []);
  assert.deepEqual([holding(pieces, "  "), holding([], "能源")], [[], []]);
});

test("a picture on its side is moved so that its edges stand where they are seen", () => {
  assert.deepEqual(placed(400, 200, 0.5, false), { width: 200, height: 100, shift: 0 });
  assert.deepEqual(placed(400, 200, 0.5, true), { width: 200, height: 100, shift: -50 });
});

/* Pieces of a page: rows of cells at x, one line each 20 below the other. */
const page = (...rows) => rows.flatMap((cells, row) => cells.map(([left, text]) => ({ text, left, right: left + text.length * 12, top: row * 20, bottom: row * 20 + 12 })));
const words = (pieces, passage) => cited(pieces, passage).map((place) => pieces[place].text);

test("a cited table is marked with its lines, and nothing after it", () => {
  const pieces = page(
    [[0, "可再生能源折算的结果见表5-3。"]], [[100, "表5-3 替代率测算"]], [[0, "种类"], [150, "替代率"]], [[0, "太阳能"], [150, "7.9"]], [[0, "光伏"]], [[0, "合计"], [150, "12.6"]],
    [[0, "建筑年总用能折算一次能源为33976。"]], [[0, "光伏年等效利用小时数取1050。"]], [[100, "表5-4 其他"]], [[0, "甲"], [150, "乙"]],
  );
  assert.deepEqual(words(pieces.slice(1), "表5-3"), ["表5-3 替代率测算", "种类", "替代率", "太阳能", "7.9", "光伏", "合计", "12.6"]);
  assert.deepEqual(words(pieces, "表5-4"), ["表5-4 其他", "甲", "乙"]);
  assert.deepEqual(words(pieces, "合计"), ["合计"], "words are no table");
  assert.deepEqual(words(pieces, "表9-9"), []);
});

test("the caption is meant, not the sentence that speaks of the table", () => {
  const pieces = page([[0, "结果见表5-3。"]], [[100, "表5-3 替代率测算"]], [[0, "种类"], [150, "替代率"]]);
  assert.deepEqual(words(pieces, "表5-3"), ["表5-3 替代率测算", "种类", "替代率"]);
});

test("a wide gap ends a table", () => {
  const pieces = page([[0, "表1"]], [[0, "甲"], [150, "乙"]], [], [], [], [[0, "丙"], [150, "丁"]]);
  assert.deepEqual(words(pieces, "表1"), ["表1", "甲", "乙"]);
});
