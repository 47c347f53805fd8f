"use strict";
/* 自评报告: last year's text and figures are put into the field on the page, where they are saved as if typed. Without this the buttons
   send the form. */
(function () {
  const form = document.getElementById("report");
  if (!form) return;
  const area = (key) => form.querySelector(`textarea[name="${CSS.escape(key)}"]`);

  function put(field, text) {
    field.value = text;
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  /* The text with the sentence in place of older ones about the same figures, or at its end; `with_figures` of the portal. */
  function withFigures(label, text, sentence) {
    const name = label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const older = new RegExp(`[^。\\n]*（${name}数据，\\d{4}年\\d{1,2}月\\d{1,2}日取自平台）。?`, "g");
    let placed = false;
    const replaced = text.replace(older, () => {
      const first = !placed;
      placed = true;
      return first ? sentence : "";
    });
    return placed ? replaced : `${text.trimEnd()}\n\n${sentence}`.trimStart();
  }

  function take(button) {
    const field = area(button.dataset.take);
    if (!field || field.value.trim()) return;
    put(field, button.dataset.text);
    field.focus();
    field.setSelectionRange(0, 0);
    button.hidden = true;
  }

  function insert(button) {
    const field = area(button.dataset.insert);
    if (!field) return;
    const { label, text } = button.dataset;
    put(field, withFigures(label, field.value, text));
    const at = field.value.indexOf(text);
    field.focus();
    field.setSelectionRange(at, at + text.length);
    button.textContent = "更新";
    button.setAttribute("aria-label", `更新${label}`);
    button.closest("[data-figure]").querySelector("[data-stale]")?.remove();
  }

  /* ---- layout: marks at the beginning of lines, tables from a workbook or from Word ---- */
  const MARKS = [
    { name: "标题", mark: () => "## ", mine: /^#{1,6} / },
    { name: "项目符号", mark: () => "- ", mine: /^- / },
    { name: "编号", mark: (at) => `${at + 1}. `, mine: /^\d+\. / },
  ];
  const EMPTY = [["项目", "数值"], ["", ""]];

  /* Text in place of what is selected, which the browser can undo; the caret behind it. */
  function type(field, from, to, text) {
    field.focus();
    field.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) field.setRangeText(text, from, to, "end");
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  /* Set the mark before each selected line, or take it away where all lines have it. */
  function mark(field, { mark: begin, mine }) {
    const from = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const after = field.value.indexOf("\n", Math.max(field.selectionEnd, from));
    const to = after < 0 ? field.value.length : after;
    const lines = field.value.slice(from, to).split("\n");
    const has = lines.every((line) => mine.test(line));
    const plain = lines.map((line) => MARKS.reduce((left, one) => left.replace(one.mine, ""), line));
    type(field, from, to, (has ? plain : plain.map((line, at) => begin(at) + line)).join("\n"));
  }

  /* Rows of cells as a table, with an empty line around it. */
  function drawn(rows) {
    const width = Math.max(...rows.map((row) => row.length));
    const line = (cells) => `| ${Array.from({ length: width }, (_, at) => (cells[at] || "").trim().replaceAll("|", "\\|")).join(" | ")} |`;
    const [head, ...rest] = rows;
    return [line(head), line(Array(width).fill("---")), ...rest.map(line)].join("\n");
  }

  function putTable(field, rows) {
    const [from, to] = [field.selectionStart, field.selectionEnd];
    const before = field.value.slice(0, from).trimEnd();
    const after = field.value.slice(to).trimStart();
    type(field, before.length, field.value.length - after.length, `${before && "\n\n"}${drawn(rows)}\n\n`);
  }

  function paste(event) {
    const field = event.target;
    const lines = (event.clipboardData?.getData("text/plain") || "").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    const rows = lines.map((line) => line.split("\t"));
    if (!field.matches("textarea[data-report]") || rows.length < 2 || rows.some((row) => row.length < 2)) return;
    event.preventDefault();
    putTable(field, rows);
  }

  function tools(field) {
    const row = document.createElement("div");
    row.className = "gd-acts gd-layout";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", `${field.labels[0]?.textContent.trim() || ""}排版`);
    const acts = [...MARKS.map((one) => ({ name: one.name, act: () => mark(field, one) })), { name: "表格", act: () => putTable(field, EMPTY) }];
    for (const { name, act } of acts) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain btn-small";
      button.textContent = name;
      button.addEventListener("click", act);
      row.append(button);
    }
    const place = field.parentElement.querySelector(".gd-layout");
    const picture = place.querySelector("a[data-picture]");
    place.replaceWith(row);
    if (!picture) return;
    row.append(picture);
    const href = picture.href;
    field.addEventListener("blur", () => { picture.href = `${href}&at=${field.selectionStart}`; });
  }

  for (const field of form.querySelectorAll("textarea[data-report]")) tools(field);
  form.addEventListener("paste", paste);

  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-take], button[data-insert], [data-take-all] button") : null;
    if (!button) return;
    event.preventDefault();
    if (button.dataset.insert) insert(button);
    else if (button.dataset.take) take(button);
    else {
      for (const one of form.querySelectorAll("button[data-take]")) take(one);
      button.closest("[data-take-all]").hidden = true;
    }
  });
})();
