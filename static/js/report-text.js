"use strict";
/* The stored text of a report as a document of the editor and back, without a page: what `greendistrict/core/layout_text.py` and
   `marked_text.py` read, this reads, with the same library. */
(function () {
  const INSET = "　";
  const MARKED = /^(?:(?:#{1,6}|[-+*]|\d{1,9}[.)])(?:\s|$)|\||[-:|\s]*-[-:|\s]*$)/;
  const PICTURE = /^!\[([^[\]]*[^[\]\s][^[\]]*)\]\(file:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$/;
  const UNNAMED = "插图"; /* the caption of a picture is never empty */

  const spaced = (text) => text.split(/\s+/).filter(Boolean).join(" ");

  /* ---- words inside a line ---- */
  const tags = () => /<(\/?)([bi])>/g;

  /* Runs that look alike as one; none is empty. */
  function joined(runs) {
    const found = [];
    for (const run of runs) {
      const last = found[found.length - 1];
      if (!run.text) continue;
      if (last && last.bold === run.bold && last.italic === run.italic) last.text += run.text;
      else found.push({ ...run });
    }
    return found;
  }

  function runsOf(line) {
    const on = { b: false, i: false };
    const found = [];
    let start = 0;
    const until = (end) => found.push({ text: line.slice(start, end), bold: on.b, italic: on.i });
    for (const tag of line.matchAll(tags())) {
      const [whole, closes, kind] = tag;
      const after = tag.index + whole.length;
      if (closes ? !on[kind] : on[kind] || line.indexOf(`</${kind}>`, after) < 0) continue;
      until(tag.index);
      on[kind] = !closes;
      start = after;
    }
    until(line.length);
    return joined(found);
  }

  function cleaned(runs) {
    return joined(joined(runs).flatMap((run) => {
      if (!run.bold && !run.italic) return [run];
      const [, before, core, after] = /^([ \t\u00a0\u3000]*)([^]*?)([ \t\u00a0\u3000]*)$/.exec(run.text);
      return [{ text: before, bold: false, italic: false }, { ...run, text: core }, { text: after, bold: false, italic: false }];
    }));
  }

  function tagged(run) {
    const text = run.italic ? `<i>${run.text}</i>` : run.text;
    return run.bold ? `<b>${text}</b>` : text;
  }

  /* A line as it is stored; words that would be read as marks get a full-width sign. */
  function storedLine(runs) {
    const clean = cleaned(runs);
    const line = clean.map(tagged).join("");
    if (JSON.stringify(runsOf(line)) === JSON.stringify(clean)) return line;
    return clean.map((run) => tagged({ ...run, text: run.text.replace(tags(), (tag) => `＜${tag.slice(1)}`) })).join("");
  }

  /* ---- the document of a text ---- */
  const plain = (text) => (text ? [{ type: "text", text }] : []);

  function worded(line) {
    return runsOf(line).map(({ text, bold, italic }) => {
      const marks = [...(bold ? [{ type: "strong" }] : []), ...(italic ? [{ type: "em" }] : [])];
      return { type: "text", text, ...(marks.length ? { marks } : {}) };
    });
  }

  const paragraph = (line) => ({ type: "paragraph", content: worded(line) });

  /* Items of a list with how many lists stand around each. */
  function itemsOf(tokens) {
    const items = [];
    let depth = -1;
    for (const token of tokens) {
      if (/^(bullet|ordered)_list_open$/.test(token.type)) depth += 1;
      else if (/^(bullet|ordered)_list_close$/.test(token.type)) depth -= 1;
      else if (token.type === "list_item_open") items.push({ depth, text: "" });
      else if (token.type === "inline") {
        const item = items[items.length - 1];
        item.text = spaced(`${item.text} ${token.content}`);
      }
    }
    return items;
  }

  function listOf(items, type, attrs) {
    const list = { type, ...(attrs ? { attrs } : {}), content: [] };
    const [outer] = items;
    for (let at = 0; at < items.length;) {
      let end = at + 1;
      while (end < items.length && items[end].depth > outer.depth) end += 1;
      const inner = items.slice(at + 1, end);
      list.content.push({ type: "list_item", content: [paragraph(items[at].text), ...(inner.length ? [listOf(inner, "bullet_list")] : [])] });
      at = end;
    }
    return list;
  }

  function tableOf(tokens) {
    const rows = [];
    for (const token of tokens) {
      if (token.type === "tr_open") rows.push([]);
      else if (token.type === "inline") rows[rows.length - 1].push(token.content.trim());
    }
    const cell = (text, isHead) => (isHead ? { type: "table_header", content: [{ type: "plain", content: plain(text) }] } : { type: "table_cell", content: [paragraph(text)] });
    return { type: "table", content: rows.map((row, at) => ({ type: "table_row", content: row.map((text) => cell(text, at === 0)) })) };
  }

  function lineOf(line) {
    const picture = PICTURE.exec(line.trim());
    return picture ? { type: "picture", attrs: { file: picture[2] }, content: plain(picture[1]) } : paragraph(line);
  }

  /* Blocks with a place for the caret before, between and behind what it could not stand in. */
  function withRoom(blocks) {
    const found = [];
    for (const block of blocks) {
      if (stiff(block.type) && (!found.length || stiff(found[found.length - 1].type))) found.push({ type: "paragraph" });
      found.push(block);
    }
    if (!found.length || found[found.length - 1].type !== "paragraph") found.push({ type: "paragraph" });
    return found;
  }
  const stiff = (type) => type === "table" || type === "picture";

  function docOf(text) {
    const tokens = globalThis.markdownit("zero").enable(["heading", "list", "table"]).parse(text, {});
    const found = [];
    let wasText = false;
    for (let at = 0; at < tokens.length; at += 1) {
      const { type, attrs } = tokens[at];
      let end = at;
      for (let depth = tokens[at].nesting; depth > 0;) depth += tokens[++end].nesting;
      const inside = tokens.slice(at, end + 1);
      const isText = type === "paragraph_open";
      if (isText) found.push(...(wasText ? [paragraph("")] : []), ...inside[1].content.split("\n").map(lineOf));
      else if (type === "heading_open") found.push({ type: "heading", content: plain(inside[1].content) });
      else if (type === "bullet_list_open") found.push(listOf(itemsOf(inside), "bullet_list"));
      else if (type === "ordered_list_open") found.push(listOf(itemsOf(inside), "ordered_list", { order: Number(new Map(attrs || []).get("start") ?? 1) }));
      else if (type === "table_open") found.push(tableOf(inside));
      wasText = isText;
      at = end;
    }
    return { type: "doc", content: withRoom(found) };
  }

  /* ---- the text of a document ---- */
  const wordsIn = (node) => (node.content || []).map((one) => one.text || wordsIn(one)).join("");

  function lineIn(node) {
    const has = (one, name) => (one.marks || []).some((mark) => mark.type === name);
    return storedLine((node.content || []).map((one) => ({ text: one.text, bold: has(one, "strong"), italic: has(one, "em") })));
  }

  function itemsIn(list, depth, found) {
    for (const item of list.content || []) {
      for (const part of item.content || []) {
        if (part.type !== "paragraph") itemsIn(part, depth + 1, found);
        else {
          const text = spaced(lineIn(part));
          if (text) found.push({ depth: Math.min(depth, found.length ? found[found.length - 1].depth + 1 : 0), text });
        }
      }
    }
    return found;
  }

  /* Rows of a table; a cell over several places has its words in the first. */
  function rowsIn(table) {
    const grid = (table.content || []).map(() => []);
    (table.content || []).forEach((row, at) => {
      for (const cell of row.content || []) {
        const { colspan = 1, rowspan = 1 } = cell.attrs || {};
        let place = 0;
        while (grid[at][place] !== undefined) place += 1;
        const text = spaced((cell.content || []).map((part) => (at ? lineIn(part) : wordsIn(part))).join(" "));
        for (let down = at; down < Math.min(at + rowspan, grid.length); down += 1) {
          for (let over = place; over < place + colspan; over += 1) grid[down][over] = down === at && over === place ? text : "";
        }
      }
    });
    const width = Math.max(0, ...grid.map((row) => row.length));
    return grid.map((row) => Array.from({ length: width }, (_, at) => row[at] || ""));
  }

  function blockIn(node) {
    if (node.type === "heading") return { kind: "heading", text: spaced(wordsIn(node)) };
    if (node.type === "picture") return { kind: "picture", text: spaced(wordsIn(node)) || UNNAMED, file: node.attrs.file };
    if (node.type === "paragraph") return { kind: "paragraph", lines: [lineIn(node).trim()] };
    if (node.type !== "table") return { kind: node.type, items: itemsIn(node, 0, []), first: node.attrs?.order ?? 1 };
    const [head, ...rows] = rowsIn(node);
    while (rows.length && !rows[rows.length - 1].some(Boolean)) rows.pop();
    return { kind: "table", rows: [head, ...rows] };
  }

  const hasWords = (block) => block.kind === "paragraph" || (block.items ? block.items.length > 0 : block.rows ? block.rows.length > 1 || block.rows[0].some(Boolean) : Boolean(block.text));

  function runsOn(above, block) {
    if (above?.kind !== block.kind) return false;
    if (block.kind === "ordered_list") return block.first === above.first + above.items.filter((one) => !one.depth).length;
    return block.kind === "paragraph" || block.kind === "bullet_list";
  }

  function blocksIn(doc) {
    const found = [];
    for (const block of (doc.content || []).map(blockIn).filter(hasWords)) {
      const above = found[found.length - 1];
      if (runsOn(above, block)) {
        if (block.kind === "paragraph") above.lines.push(...block.lines);
        else above.items.push(...block.items);
      } else found.push(block);
    }
    return found.filter((block) => block.kind !== "paragraph" || block.lines.some(Boolean));
  }

  const unmarked = (line) => (MARKED.test(line) ? `${INSET}${line}` : line);
  const rowText = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

  function listText(block, turn) {
    const starts = [0];
    let number = block.first;
    return block.items.map(({ depth, text }) => {
      const mark = depth ? "-" : block.kind === "bullet_list" ? "-*"[turn] : `${number++}${".)"[turn]}`;
      starts.splice(depth + 1, starts.length, starts[depth] + mark.length + 1);
      return `${" ".repeat(starts[depth])}${mark} ${unmarked(text)}`;
    }).join("\n");
  }

  function written(block, turn) {
    if (block.kind === "heading") return `## ${block.text}${block.text.endsWith("#") ? " ##" : ""}`;
    if (block.kind === "picture") return `![${block.text.replaceAll("[", "［").replaceAll("]", "］")}](file:${block.file})`;
    if (block.kind === "table") return [block.rows[0], block.rows[0].map(() => "---"), ...block.rows.slice(1)].map(rowText).join("\n");
    if (block.kind === "paragraph") return block.lines.map(unmarked).join("\n").replace(/\n{3,}/g, "\n\n").replace(/^\n+|\n+$/g, "");
    return listText(block, turn);
  }

  function textOf(doc) {
    let [above, turn] = ["", 0];
    return blocksIn(doc).map((block) => {
      turn = above === block.kind ? 1 - turn : 0;
      above = block.kind;
      return written(block, turn);
    }).join("\n\n");
  }

  /* ---- what a document may hold: what the text can say, nothing more ---- */
  function schemaOf(need, address) {
    const { Schema } = need("prosemirror-model");
    const { tableNodes } = need("prosemirror-tables");
    const tables = tableNodes({ tableGroup: "block", cellContent: "paragraph", cellAttributes: {} });
    const list = (tag) => ({ group: "block", content: "list_item+", parseDOM: [{ tag }], toDOM: () => [tag, 0] });
    const bold = [{ tag: "b" }, { tag: "strong" }];
    return new Schema({
      nodes: {
        doc: { content: "block+" },
        paragraph: { group: "block", content: "text*", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
        plain: { content: "text*", marks: "", toDOM: () => ["p", 0] },
        heading: {
          group: "block", content: "text*", marks: "", defining: true,
          parseDOM: ["h1", "h2", "h3", "h4", "h5", "h6"].map((tag) => ({ tag })), toDOM: () => ["h3", 0],
        },
        bullet_list: list("ul"),
        ordered_list: {
          group: "block", content: "list_item+", attrs: { order: { default: 1 } },
          parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: dom.hasAttribute("start") ? Math.max(0, Number(dom.getAttribute("start")) || 0) : 1 }) }],
          toDOM: (node) => ["ol", node.attrs.order === 1 ? {} : { start: node.attrs.order }, 0],
        },
        list_item: { content: "paragraph bullet_list?", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
        picture: {
          group: "block", content: "text*", marks: "", isolating: true, draggable: true, attrs: { file: {} },
          parseDOM: [{ tag: "figure[data-file]", contentElement: "figcaption", getAttrs: (dom) => ({ file: dom.dataset.file }) }],
          toDOM: (node) => [
            "figure", { class: "gd-picture", "data-file": node.attrs.file },
            ["img", { src: address(node.attrs.file), alt: "", contenteditable: "false" }], ["figcaption", 0],
          ],
        },
        ...tables,
        table_header: { ...tables.table_header, content: "plain" },
        text: {},
      },
      marks: {
        strong: { parseDOM: bold, toDOM: () => ["b", 0] },
        em: { parseDOM: [{ tag: "i" }, { tag: "em" }], toDOM: () => ["i", 0] },
      },
    });
  }

  globalThis.gdReport = { docOf, textOf, withRoom, stiff, schemaOf };
})();
