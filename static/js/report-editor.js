"use strict";
/* 自评报告 as a document (ProseMirror): over each field stands what it says, with headings, lists, tables, pictures, bold and italic. The field
   stays what is saved: what is written here is put into it as if typed, what others put into it is shown here. Without this, and below the
   browser floor, the field itself is written in. */
(function () {
  const form = document.getElementById("report");
  const need = globalThis.gdProse;
  if (!form || !need || !globalThis.markdownit || !Array.prototype.at) return;
  const { docOf, textOf, withRoom, stiff, schemaOf } = globalThis.gdReport;
  const { Fragment, Slice } = need("prosemirror-model");
  const { EditorState, TextSelection, Plugin } = need("prosemirror-state");
  const { ReplaceAroundStep } = need("prosemirror-transform");
  const { EditorView } = need("prosemirror-view");
  const { keymap } = need("prosemirror-keymap");
  const { baseKeymap, chainCommands, setBlockType, toggleMark } = need("prosemirror-commands");
  const { history: undoing, closeHistory, undo, redo } = need("prosemirror-history");
  const { wrapInList, splitListItem, liftListItem } = need("prosemirror-schema-list");
  const tables = need("prosemirror-tables");
  const PLAIN = "gd-report-plain"; /* kept: this person writes in the field itself */
  const EMPTY = "00000000-0000-0000-0000-000000000000";
  const schema = schemaOf(need, (key) => form.dataset.files.replace(EMPTY, key));
  const { nodes, marks } = schema;
  const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");

  /* ---- commands ---- */
  function around(state, ...types) {
    const { $from } = state.selection;
    for (let depth = 1; depth <= $from.depth; depth += 1) if (types.includes($from.node(depth).type)) return { node: $from.node(depth), pos: $from.before(depth) };
    return null;
  }

  function toggleHeading(state, dispatch) {
    const on = state.selection.$from.parent.type === nodes.heading;
    return setBlockType(on ? nodes.paragraph : nodes.heading)(state, dispatch);
  }

  const toggleList = (type) => (state, dispatch) => {
    const outer = around(state, nodes.bullet_list, nodes.ordered_list);
    if (!outer) return wrapInList(type)(state, dispatch);
    if (outer.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
    if (dispatch) dispatch(state.tr.setNodeMarkup(outer.pos, type));
    return true;
  };

  /* An item into the list of the one above it: a list inside another has points, as in the stored text. */
  function sink(state, dispatch) {
    const { $from, $to } = state.selection;
    const range = $from.blockRange($to, (node) => node.childCount > 0 && node.firstChild.type === nodes.list_item);
    if (!range || !range.startIndex) return false;
    if (dispatch) {
      const nested = range.parent.child(range.startIndex - 1).lastChild.type === nodes.bullet_list;
      const inner = Fragment.from(nodes.bullet_list.create(null, nested ? nodes.list_item.create() : null));
      const slice = new Slice(Fragment.from(nodes.list_item.create(null, inner)), nested ? 3 : 1, 0);
      dispatch(state.tr.step(new ReplaceAroundStep(range.start - (nested ? 3 : 1), range.end, range.start, range.end, slice, 1, true)).scrollIntoView());
    }
    return true;
  }

  const tableOf = (rows) => {
    const width = Math.max(...rows.map((row) => row.length));
    const cell = (text, isHead) => {
      const words = (text || "").trim();
      const inner = (isHead ? nodes.plain : nodes.paragraph).create(null, words ? schema.text(words) : null);
      return (isHead ? nodes.table_header : nodes.table_cell).create(null, inner);
    };
    return nodes.table.create(null, rows.map((row, at) => nodes.table_row.create(null, Array.from({ length: width }, (_, place) => cell(row[place], !at)))));
  };

  /* A block behind the one in which the caret stands, in the place of an empty paragraph. */
  const putBlock = (block, into) => (state, dispatch) => {
    if (!dispatch) return true;
    const top = state.selection.$from;
    const [from, to] = top.depth ? [top.before(1), top.after(1)] : [top.pos, top.pos];
    const isEmpty = top.depth === 1 && top.parent.type === nodes.paragraph && !top.parent.content.size;
    const tr = state.tr.replaceWith(isEmpty ? from : to, to, block());
    dispatch(closeHistory(tr.setSelection(TextSelection.near(tr.doc.resolve((isEmpty ? from : to) + into))).scrollIntoView())); /* undone by itself */
    return true;
  };
  const putTable = putBlock(() => tableOf([["项目", "数值"], ["", ""]]), 1);

  /* Enter in a cell: the one below, in a new row behind the last; in a caption: a paragraph behind the picture. */
  function enter(state, dispatch, view) {
    if (state.selection.$from.parent.type !== nodes.plain && !tables.isInTable(state)) {
      const picture = around(state, nodes.picture);
      if (!picture) return false;
      if (dispatch) {
        const after = picture.pos + picture.node.nodeSize;
        const tr = state.tr.insert(after, nodes.paragraph.create());
        dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(after + 1))).scrollIntoView());
      }
      return true;
    }
    if (!dispatch) return true;
    const { map, tableStart, top, left } = tables.selectedRect(state);
    if (top + 1 >= map.height) tables.addRowAfter(state, dispatch);
    const now = view.state;
    const rect = tables.selectedRect(now);
    const cell = tableStart + rect.map.positionAt(top + 1, left, rect.table);
    view.dispatch(now.tr.setSelection(TextSelection.near(now.doc.resolve(cell + 1))).scrollIntoView());
    return true;
  }

  const inTable = (state) => tables.isInTable(state);
  const inList = (state) => Boolean(around(state, nodes.list_item));
  const hasMark = (type) => (state) => (state.selection.empty ? Boolean(type.isInSet(state.storedMarks || state.selection.$from.marks())) : state.doc.rangeHasMark(state.selection.from, state.selection.to, type));
  const isList = (type) => (state) => around(state, nodes.bullet_list, nodes.ordered_list)?.node.type === type;
  const ACTS = [
    { name: "标题", act: toggleHeading, on: (state) => state.selection.$from.parent.type === nodes.heading },
    { name: "加粗", keys: "Control+B", act: toggleMark(marks.strong), on: hasMark(marks.strong) },
    { name: "斜体", keys: "Control+I", act: toggleMark(marks.em), on: hasMark(marks.em) },
    { name: "项目符号", act: toggleList(nodes.bullet_list), on: isList(nodes.bullet_list) },
    { name: "编号", act: toggleList(nodes.ordered_list), on: isList(nodes.ordered_list) },
    { name: "降一级", keys: "Control+]", act: sink, shown: inList },
    { name: "升一级", keys: "Control+[", act: liftListItem(nodes.list_item), shown: inList },
    { name: "表格", act: putTable, shown: (state) => !inTable(state) },
    { name: "加一行", act: tables.addRowAfter, shown: inTable },
    { name: "加一列", act: tables.addColumnAfter, shown: inTable },
    { name: "删本行", act: tables.deleteRow, shown: inTable },
    { name: "删本列", act: tables.deleteColumn, shown: inTable },
    { name: "删表格", act: tables.deleteTable, shown: inTable },
    { name: "撤销", keys: "Control+Z", act: undo },
    { name: "重做", keys: "Control+Y", act: redo },
  ];

  /* ---- what is pasted ---- */
  /* Without inline styles, which the portal's pages refuse; a cell is one line. */
  function plainer(html) {
    const pasted = new DOMParser().parseFromString(html.replace(/\sstyle=("[^"]*"|'[^']*')/gi, ""), "text/html");
    for (const cell of pasted.querySelectorAll("td, th")) if (!cell.querySelector("p:only-child")) cell.textContent = cell.textContent.replace(/\s+/g, " ").trim();
    for (const idle of pasted.querySelectorAll("style, script, meta, link, img")) idle.remove();
    return pasted.body.innerHTML;
  }

  function paste(view, event) {
    const data = event.clipboardData;
    if (!data || data.getData("text/html")) return false;
    const rows = data.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    if (rows.length < 2 || rows.some((row) => row.length < 2) || inTable(view.state)) return false;
    return putBlock(() => tableOf(rows), 1)(view.state, view.dispatch);
  }

  /* The caret can always stand before, between and behind tables and pictures. */
  const room = new Plugin({
    appendTransaction(_done, _before, state) {
      const tops = [];
      state.doc.forEach((node, offset) => tops.push({ type: node.type.name, offset }));
      if (withRoom(tops).length === tops.length) return null;
      const tr = state.tr.setMeta("addToHistory", false);
      if (tops.at(-1)?.type !== "paragraph") tr.insert(state.doc.content.size, nodes.paragraph.create());
      for (let at = tops.length - 1; at >= 0; at -= 1) {
        if (stiff(tops[at].type) && (!at || stiff(tops[at - 1].type))) tr.insert(tops[at].offset, nodes.paragraph.create());
      }
      return tr;
    },
  });

  const keys = [
    keymap({
      Enter: chainCommands(enter, splitListItem(nodes.list_item)), "Mod-b": toggleMark(marks.strong), "Mod-i": toggleMark(marks.em),
      "Mod-z": undo, "Mod-y": redo, "Shift-Mod-z": redo, "Mod-]": sink, "Mod-[": liftListItem(nodes.list_item),
      Tab: tables.goToNextCell(1), "Shift-Tab": tables.goToNextCell(-1),
    }),
    keymap(baseKeymap),
  ];
  const stateOf = (text) => EditorState.create({ doc: schema.nodeFromJSON(docOf(text)), plugins: [...keys, undoing(), tables.tableEditing(), room] });

  /* ---- one field ---- */
  function stand(field) {
    const label = field.labels[0];
    const row = field.parentElement.querySelector(".gd-layout");
    const place = document.createElement("div");
    place.className = "gd-editor";
    field.before(place);
    label.id = `l-${field.name}`;
    let shown = field.value;
    let changed = false;
    let isPlain = false;

    const tell = (kind) => field.dispatchEvent(new Event(kind, { bubbles: true }));
    const view = new EditorView(place, {
      state: stateOf(shown),
      attributes: {
        id: field.id, class: "gd-editor-text form-control", role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id,
        "aria-describedby": field.getAttribute("aria-describedby"),
      },
      transformPastedHTML: plainer,
      handlePaste: paste,
      handleDOMEvents: {
        focus: () => { field.dispatchEvent(new Event("focusin", { bubbles: true })); return false; },
        blur: () => { settle(); return false; },
      },
      dispatchTransaction(tr) {
        view.updateState(view.state.apply(tr));
        mirror(tr.docChanged);
      },
    });
    field.id = `${field.id}-text`;

    function mirror(isChanged) {
      if (isChanged) {
        const text = textOf(view.state.doc.toJSON());
        if (text !== shown) {
          shown = text;
          changed = true;
          value.set.call(field, text);
          tell("input");
        }
      }
      refresh();
    }

    function settle() {
      if (!changed) return;
      changed = false;
      tell("change");
    }

    function load(text) {
      if (text === shown) return;
      shown = text;
      changed = false;
      view.updateState(stateOf(text));
      refresh();
    }

    /* What scripts put into the field is shown at once; what is written in it itself, when it is left for this. */
    Object.defineProperty(field, "value", {
      configurable: true,
      get: () => value.get.call(field),
      set(text) { value.set.call(field, text); if (!isPlain) load(text); },
    });
    field.focus = () => (isPlain ? HTMLElement.prototype.focus.call(field) : view.focus());
    label.addEventListener("click", () => field.focus());

    const bar = document.createElement("div");
    bar.className = "gd-acts gd-layout";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", `${label.textContent.trim()}格式`);
    const buttons = ACTS.map((one) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-plain btn-small";
      button.textContent = one.name;
      if (one.keys) button.setAttribute("aria-keyshortcuts", one.keys);
      if (one.keys) button.title = one.keys.replace("Control", "Ctrl");
      button.addEventListener("mousedown", (event) => event.preventDefault()); /* the caret stays where it is */
      button.addEventListener("click", () => { one.act(view.state, view.dispatch, view); view.focus(); });
      bar.append(button);
      return { ...one, button };
    });
    place.prepend(bar);

    const picture = row?.querySelector("a[data-picture]")?.cloneNode(true);
    if (picture) {
      const address = picture.href.replace(/&at=.*/, "");
      picture.addEventListener("mousedown", (event) => event.preventDefault());
      picture.addEventListener("click", () => {
        const whole = textOf(view.state.doc.toJSON());
        const index = view.state.selection.$from.index(0);
        const before = { type: "doc", content: view.state.doc.toJSON().content.slice(0, index + 1) };
        if (whole !== value.get.call(field)) { value.set.call(field, whole); shown = whole; tell("input"); tell("change"); }
        picture.href = `${address}&at=${textOf(before).length}`;
      }, true);
      bar.insertBefore(picture, buttons.find((one) => one.name === "撤销").button);
    }

    const swap = document.createElement("button");
    swap.type = "button";
    swap.className = "btn btn-link btn-small";
    swap.addEventListener("click", () => { plainly(!isPlain, true); field.focus(); });
    place.before(swap);

    /* `asked`: by the person, who is asked no second time. */
    function plainly(on, asked) {
      settle();
      isPlain = on;
      place.hidden = on;
      field.hidden = !on;
      if (row) row.hidden = !on;
      field.closest(".gd-report-card").toggleAttribute("data-document", !on);
      swap.textContent = on ? "回到排版编辑" : "改用纯文本编辑";
      if (!on) load(value.get.call(field));
      if (!asked) return;
      try { if (on) localStorage.setItem(PLAIN, "1"); else localStorage.removeItem(PLAIN); } catch { /* not kept */ }
    }

    function refresh() {
      for (const { button, act, on, shown: seen } of buttons) {
        button.hidden = Boolean(seen && !seen(view.state));
        button.disabled = !act(view.state, undefined, view);
        if (on) button.setAttribute("aria-pressed", String(on(view.state)));
      }
    }

    let kept = false;
    try { kept = localStorage.getItem(PLAIN) === "1"; } catch { /* nothing kept */ }
    const wasIn = document.activeElement === field; /* somebody who wrote before this came goes on behind it */
    plainly(kept, false);
    refresh();
    if (wasIn && !kept) {
      view.focus();
      view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)));
    }
    window.addEventListener("pagehide", settle);
    return view;
  }

  for (const field of form.querySelectorAll("textarea[data-report]")) stand(field);
})();
