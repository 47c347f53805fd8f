"use strict";
/* A block of cells copied from a spreadsheet is pasted over the inputs it covers: to the right within a row, down the rows as they
   stand on the page. A preview says per clause what it is now and would be, and what is refused and why; the portal checks it. What is
   accepted goes into the inputs and is saved like anything typed, through the queue of cell-queue.js. One single cell is left to the browser. */
(function () {
  const table = document.querySelector(".gd-scores");
  const dialog = document.getElementById("gd-paste");
  if (!table || !dialog) return;
  const CELL = "input.form-control, .gd-seg, select, .gd-parts";
  const YES = /^(是|满足|√|✓|true|1|y|yes)$/i;
  const NO = /^(否|不满足|×|✗|false|0|n|no)$/i;
  const OFFLINE = "网络没有接通，取值在保存时检查";
  let plan = [];
  let from = null;

  /* Tab-separated text as spreadsheets write it: a cell with a line break or a quote stands in quotes. */
  function parsed(text) {
    const lines = [[""]];
    let quoted = false;
    for (let place = 0; place < text.length; place += 1) {
      const [sign, line] = [text[place], lines[lines.length - 1]];
      if (quoted) {
        if (sign !== '"') line[line.length - 1] += sign;
        else if (text[place + 1] === '"') { line[line.length - 1] += '"'; place += 1; } else quoted = false;
      } else if (sign === '"' && line[line.length - 1] === "") quoted = true;
      else if (sign === "\t") line.push("");
      else if (sign === "\n") lines.push([""]);
      else if (sign !== "\r") line[line.length - 1] += sign;
    }
    if (lines.length > 1 && lines[lines.length - 1].join("") === "") lines.pop();
    return lines.map((line) => line.map((cell) => cell.trim()));
  }

  const cellsOf = (row) => [...row.querySelectorAll(CELL)].filter((cell) => !cell.closest("details") || cell.matches("details"));
  const shownRows = () => [...table.querySelectorAll("tr[data-item]")].filter((row) => !row.hidden);
  const refusal = (line, words) => { line.refused = line.refused || words; };

  /* What an input would hold: (name, text), or why it takes nothing of the kind. */
  function taken(cell, text, line) {
    if (cell.matches("input")) return [cell.name, text];
    if (cell.matches("select")) {
      const found = [...cell.options].find((one) => one.value && [one.value, one.textContent.trim(), one.textContent.replace(/（\d+(\.\d+)?分）$/, "").trim()].includes(text));
      if (!found && text) refusal(line, `“${text}”不是所列选项`);
      return [cell.name, found ? found.value : ""];
    }
    if (cell.matches(".gd-seg")) {
      const value = YES.test(text) ? "true" : NO.test(text) ? "false" : "";
      if (text && !value) refusal(line, `“${text}”应为满足或不满足`);
      return [cell.querySelector("input").name, value];
    }
    refusal(line, "多项勾选的条文请逐项勾选");
    return ["", ""];
  }

  /* Which inputs the block covers, row by row; lines and columns beyond the page are counted, not lost in silence. */
  function planned(start, block) {
    const rows = shownRows();
    const first = rows.indexOf(start.closest("tr[data-item]"));
    const offset = cellsOf(rows[first]).findIndex((cell) => cell === start || cell.contains(start));
    const lines = block.slice(0, rows.length - first).map((texts, index) => {
      const row = rows[first + index];
      const line = { row, item: row.dataset.item, title: row.querySelector(".gd-name a").textContent, puts: new Map(), refused: "" };
      const cells = cellsOf(row);
      if (!cells.length) refusal(line, "这一条不填取值");
      const over = texts.slice(Math.max(cells.length - offset, 0)).filter(Boolean);
      if (cells.length && over.length) refusal(line, `多出${over.length}格没有位置：${over.join("、")}`);
      texts.slice(0, Math.max(cells.length - offset, 0)).forEach((text, place) => {
        const [name, value] = taken(cells[offset + place], text, line);
        if (name) line.puts.set(name, value);
      });
      return line;
    });
    return { lines, beyond: block.length - lines.length };
  }

  const body = (line) => {
    const data = new URLSearchParams();
    for (const cell of cellsOf(line.row)) {
      if (cell.matches("input, select")) data.set(cell.name, cell.value);
      else if (cell.matches(".gd-seg")) data.set(cell.querySelector("input").name, cell.querySelector("input:checked")?.value || "");
    }
    for (const [name, text] of line.puts) data.set(name, text);
    return data;
  };

  async function asked(lines) {
    const data = new URLSearchParams();
    for (const line of lines) {
      data.append("rows", line.item);
      for (const [name, text] of body(line)) data.append(name, text);
    }
    const token = (document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/) || ["", ""])[1];
    try {
      const response = await fetch(dialog.dataset.check, { method: "POST", body: data, headers: { "X-CSRFToken": token }, credentials: "same-origin", redirect: "manual" });
      return response.ok ? (await response.json()).rows : null;
    } catch (error) {
      return null;
    }
  }

  function cellOf(text, className) {
    const cell = document.createElement("td");
    cell.textContent = text;
    if (className) cell.className = className;
    return cell;
  }

  function drawn(line) {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = line.title;
    const then = line.refused ? cellOf(`不粘贴：${line.refused}`, "gd-no") : cellOf(line.same ? "不变" : line.then, line.same ? "gd-muted" : "");
    row.append(cellOf(line.item), head, cellOf(line.now), then);
    return row;
  }

  async function preview(start, block) {
    const { lines, beyond } = planned(start, block);
    const sent = lines.filter((line) => !line.refused);
    const told = sent.length ? await asked(sent) : [];
    for (const line of lines) {
      const answer = told?.find((one) => one.item === line.item);
      line.now = answer?.old ?? "";
      line.then = answer?.new ?? [...line.puts.values()].filter(Boolean).join("，");
      line.same = answer?.same ?? false;
      if (answer?.refused) refusal(line, answer.refused);
      if (answer && !answer.refused) for (const name of line.puts.keys()) if (name in answer.put) line.puts.set(name, answer.put[name]);
    }
    plan = lines.filter((line) => !line.refused && !line.same);
    from = start;
    const out = lines.filter((line) => line.refused).length;
    const words = [`改${plan.length}条`, `不变${lines.length - plan.length - out}条`, `不粘贴${out}条`];
    if (beyond) words.push(`另有${beyond}行超出本页的条文`);
    dialog.querySelector("[data-paste-told]").textContent = `${words.join("，")}。${told ? "" : `${OFFLINE}。`}`;
    dialog.querySelector("tbody").replaceChildren(...lines.map(drawn));
    const yes = dialog.querySelector("[data-paste-yes]");
    yes.textContent = plan.length ? `粘贴${plan.length}条` : "没有可粘贴的";
    yes.disabled = !plan.length;
    dialog.showModal();
    (plan.length ? yes : dialog.querySelector("[data-paste-no]")).focus();
  }

  /* Into the inputs, and to the queue as if typed: once a row, when all of its inputs hold what was pasted. */
  function put(line) {
    let last = null;
    for (const [name, text] of line.puts) {
      const inputs = [...line.row.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((one) => one.type !== "hidden");
      for (const input of inputs) {
        if (input.type === "radio") input.checked = input.value === text;
        else input.value = text;
        last = input;
      }
    }
    last?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  table.addEventListener("paste", (event) => {
    const start = event.target.closest?.(CELL);
    if (!start || !start.closest("tr[data-item]")) return;
    const block = parsed(event.clipboardData.getData("text/plain"));
    if (block.length < 2 && block[0].length < 2) return;
    event.preventDefault();
    preview(start, block);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-paste-no]")) dialog.close();
    if (!event.target.closest("[data-paste-yes]")) return;
    dialog.close();
    plan.forEach(put);
  });
  dialog.addEventListener("close", () => {
    const again = from && (from.matches("input, select") ? from : from.querySelector("input:checked, input, summary"));
    again?.focus();
  });
})();
