"use strict";
/* Keys of the score table, its drawer and who else is in it; signing in again in place. The table works without it. */
(function () {
  const table = document.querySelector(".gd-scores");
  const place = document.getElementById("autosave");
  const dialog = document.getElementById("gd-signin");
  const CALL_MS = 15000;
  const DRAWER_MS = 250;

  /* ---- keys: Enter and arrows go down and up, Tab to the next value, Esc restores; left and right reach the links of the row ---- */
  const CELL = "input.form-control, .gd-seg input, select, summary, .gd-parts[open] input";
  const before = new WeakMap(); // values as they were when the cell was entered

  function cells() {
    const seen = new Set();
    return [...table.querySelectorAll(CELL)].filter((cell) => {
      if (cell.disabled || cell.closest("tr[hidden]")) return false;
      if (cell.type !== "radio") return true;
      if (cell.checked || !table.querySelector(`input[name="${cell.name}"]:checked`)) return !seen.has(cell.name) && seen.add(cell.name);
      return false;
    });
  }

  function enter(cell) {
    cell.focus();
    if (cell.select && cell.type === "text") cell.select();
    cell.scrollIntoView({ block: "nearest" });
  }

  function move(from, step, fits) {
    const list = cells().filter((cell) => cell === from || !fits || fits(cell));
    const at = list.findIndex((cell) => cell === from || (cell.type === "radio" && cell.name === from.name));
    const next = list[at + step];
    if (at < 0 || !next) return false;
    enter(next);
    return true;
  }

  const rowOf = (cell) => cell.closest("tr[data-item]");
  const firstOfRow = (cell) => cells().find((other) => rowOf(other) === rowOf(cell)) === cell;

  function sideways(cell, forward) {
    const list = [...rowOf(cell).querySelectorAll(`.gd-name a, ${CELL}, td a`)].filter((one) => !one.disabled);
    const next = list[list.indexOf(cell) + (forward ? 1 : -1)];
    if (next) enter(next);
    return Boolean(next);
  }

  function atEdge(cell, forward) {
    if (!cell.matches("input.form-control")) return !cell.matches("select, [type=radio]");
    const [from, to] = [cell.selectionStart, cell.selectionEnd];
    if (from !== to) return from === 0 && to === cell.value.length && before.get(cell) === cell.value;
    return forward ? to === cell.value.length : from === 0;
  }

  function restore(cell) {
    if (!before.has(cell) || before.get(cell) === cell.value) return false;
    cell.value = before.get(cell);
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    cell.dispatchEvent(new Event("change", { bubbles: true }));
    cell.select();
    return true;
  }

  const ACTS = {
    Enter: (cell, event) => cell.matches("input, select") && (move(cell, event.shiftKey ? -1 : 1, (other) => firstOfRow(other) || rowOf(other) === rowOf(cell)) || (cell.blur(), true)),
    Tab: (cell, event) => cell.matches(CELL) && move(cell, event.shiftKey ? -1 : 1),
    ArrowDown: (cell) => cell.matches("input.form-control, summary") && move(cell, 1),
    ArrowUp: (cell) => cell.matches("input.form-control, summary") && move(cell, -1),
    ArrowRight: (cell) => atEdge(cell, true) && sideways(cell, true),
    ArrowLeft: (cell) => atEdge(cell, false) && sideways(cell, false),
    Escape: (cell) => cell.matches("input.form-control") && restore(cell),
  };

  function onKey(event) {
    const cell = event.target;
    const act = ACTS[event.key];
    if (!act || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !(cell instanceof Element) || !table.contains(cell) || !rowOf(cell)) return;
    if (act(cell, event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  /* A click into a cell selects what stands there, as Tab does: typing replaces it. A second click sets the caret, dragging marks. */
  let pressed = null;

  function onPress(event) {
    const cell = event.target.closest("input.form-control");
    pressed = cell && document.activeElement !== cell ? cell : null;
  }

  function onRelease(event) {
    if (pressed && event.target === pressed && pressed.selectionStart === pressed.selectionEnd) pressed.select();
    pressed = null;
  }

  /* ---- lists of parts ---- */
  function summarize(details) {
    const boxes = [...details.querySelectorAll("input[type=checkbox]")];
    const ticked = boxes.filter((box) => box.checked && box.value !== "-").length;
    const none = boxes.some((box) => box.checked && box.value === "-");
    details.querySelector("[data-summary]").textContent = ticked ? `已选${ticked} / ${boxes.length - 1}项` : none ? "以上均无" : `选择（共${boxes.length - 1}项）`;
  }

  function onTick(event) {
    const details = event.target.closest(".gd-parts");
    if (!details || event.target.type !== "checkbox") return;
    const boxes = [...details.querySelectorAll("input[type=checkbox]")];
    const none = boxes.find((box) => box.value === "-");
    if (event.target === none && none.checked) boxes.forEach((box) => { box.checked = box === none; });
    else if (event.target.checked && none) none.checked = false;
    else if (none && !boxes.some((box) => box.checked)) none.checked = true;
    summarize(details);
  }

  /* ---- drawer: follows the row where it stands beside the table ---- */
  const drawer = () => document.getElementById("drawer");
  let following = 0;

  function follow(event) {
    const row = rowOf(event.target);
    if (event.target.matches("input.form-control")) before.set(event.target, event.target.value);
    clearTimeout(following); // gone and come back: the drawer stays
    if (!row || !drawer() || drawer().dataset.item === row.dataset.item || !drawer().offsetParent) return;
    if (getComputedStyle(drawer()).position === "fixed") return;
    following = setTimeout(() => {
      if (drawer().contains(document.activeElement)) return;
      draw(row);
    }, DRAWER_MS);
  }

  function draw(row) {
    return htmx.ajax("GET", row.querySelector(".gd-name a").getAttribute("hx-get"), { target: "#drawer", swap: "outerHTML" }).catch(() => {}); // htmx tells
  }

  function onDrawer() {
    if (!drawer()) return;
    for (const row of table.querySelectorAll("tr[aria-selected], tr[data-item]")) {
      if (row.dataset.item === drawer().dataset.item) row.setAttribute("aria-selected", "true");
      else row.removeAttribute("aria-selected");
    }
  }

  /* ---- who else is here ---- */
  let since = place?.dataset.since;
  let calling = 0;

  function tell(others) {
    for (const mark of table.querySelectorAll(".gd-here")) mark.remove();
    const line = document.getElementById("others");
    if (line) line.textContent = others.length ? `同时在填：${others.map((one) => one.name + (one.item ? `（${one.item}）` : "")).join("、")}` : "";
    for (const one of others) {
      const name = one.item && table.querySelector(`tr[data-item="${CSS.escape(one.item)}"] .gd-name`);
      if (!name) continue;
      const mark = document.createElement("small");
      mark.className = "gd-here";
      mark.textContent = `${one.name}在此`;
      name.append(mark);
    }
  }

  /* Rows that the portal has just filled, where nobody is at work. */
  async function onBrought(event) {
    for (const item of (event.target.querySelector?.("[data-brought]")?.dataset.brought || "").split(" ")) {
      const shown = item && table.querySelector(`tr[data-item="${CSS.escape(item)}"]`);
      if (shown && !shown.contains(document.activeElement) && !window.gdQueue.waits(item)) await renew(item, shown);
    }
  }

  /* The row as the portal has it now, and the drawer where it stands open for that row and nobody types in it. */
  async function renew(item, row) {
    await window.gdQueue.fresh(item);
    if (drawer()?.dataset.item === item && drawer().offsetParent && !drawer().contains(document.activeElement)) await draw(row);
  }

  async function call() {
    clearTimeout(calling);
    calling = setTimeout(call, CALL_MS);
    if (document.hidden) return;
    const item = document.activeElement && table.contains(document.activeElement) ? rowOf(document.activeElement)?.dataset.item || "" : "";
    try {
      const response = await fetch(`${place.dataset.presence}?${new URLSearchParams({ item, since })}`, { credentials: "same-origin", redirect: "manual", headers: { "X-Background": "1" } });
      if (!response.ok) return;
      const told = await response.json();
      since = told.now || since;
      tell(told.others);
      for (const [changed, version] of told.changed) {
        const shown = document.getElementById(`ver-${changed.replaceAll(".", "_")}`);
        if (shown && Number(shown.value) < version && !window.gdQueue.waits(changed)) await renew(changed, rowOf(shown));
      }
    } catch (error) { /* the queue tells that the network is away */ }
  }

  if (table) {
    document.addEventListener("keydown", onKey, true);
    table.addEventListener("pointerdown", onPress);
    table.addEventListener("click", onRelease);
    table.addEventListener("change", onTick, true);
    table.addEventListener("gd:filled", (event) => summarize(event.target), true);
    table.addEventListener("focusin", follow);
    document.addEventListener("htmx:load", onDrawer);
    document.getElementById("brought")?.addEventListener("htmx:afterSwap", onBrought);
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close-drawer]")) return;
      event.preventDefault();
      drawer().classList.remove("is-open");
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && drawer()) drawer().classList.remove("is-open");
    });
    document.addEventListener("DOMContentLoaded", () => {
      if (new URLSearchParams(location.search).has("item")) table.querySelector("tr[aria-selected]")?.scrollIntoView({ block: "center" });
      document.querySelector("#chapters [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
      if (place?.hasAttribute("data-editable") && window.gdQueue) call();
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && place?.hasAttribute("data-editable")) call(); });
    let row = null;
    table.addEventListener("focusin", (event) => {
      if (!place?.hasAttribute("data-editable") || row === rowOf(event.target)) return;
      row = rowOf(event.target);
      clearTimeout(calling);
      calling = setTimeout(call, 1000);
    });
  }

  /* ---- printing: all chapters, also by Ctrl P ---- */
  document.addEventListener("keydown", (event) => {
    const link = document.querySelector("[data-print-page]");
    if (!link || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "p") return;
    event.preventDefault();
    window.open(`${link.href}?now`);
  });
  if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print());

  /* ---- signing in again, in place ---- */
  if (!dialog) return;
  const cookie = () => (document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/) || ["", ""])[1];
  let typed = 0;
  let put_off = false;

  function ask() {
    if (dialog.open || put_off) return;
    if (Date.now() - typed < 1500) setTimeout(ask, 500); // no key meant for a cell goes into the password
    else dialog.showModal();
  }

  async function signIn(event) {
    event.preventDefault();
    const form = dialog.querySelector("form");
    const told = dialog.querySelector("[role=alert]");
    const headers = { "X-In-Place": "1" };
    try {
      await fetch(form.action, { headers, credentials: "same-origin", redirect: "manual" }); // the cookie of the form
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { ...headers, "X-CSRFToken": cookie() }, credentials: "same-origin", redirect: "manual" });
      if (response.status === 428) {
        dialog.querySelector("[data-second]").hidden = false;
        dialog.querySelector("[name=code]").focus();
      }
      if (response.status !== 204) {
        told.textContent = [422, 428, 429, 503].includes(response.status) ? await response.text() : "没有登录，请稍后再试";
        return;
      }
    } catch (error) {
      told.textContent = "网络没有接通，请稍后再试";
      return;
    }
    form.reset();
    told.textContent = "";
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = cookie();
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": cookie() }));
    dialog.close();
    window.gdQueue.pump();
  }

  document.addEventListener("keydown", () => { typed = Date.now(); }, true);
  document.addEventListener("gd:queue", (event) => {
    if (event.detail.trouble === 401 && event.detail.waiting) ask();
    else if (!event.detail.trouble) put_off = false;
  });
  dialog.addEventListener("cancel", () => { put_off = true; });
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-later]")) { put_off = true; dialog.close(); } });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-sign-in]")) return;
    put_off = false;
    dialog.showModal();
  });
  dialog.querySelector("form").addEventListener("submit", signIn);
})();

/* 更多: unfolds within the window, and folds by Esc and by a click elsewhere. */
(function () {
  const folds = () => [...document.querySelectorAll("details.gd-more[open]")];
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (!(fold instanceof HTMLElement) || !fold.matches("details.gd-more[open]")) return;
    const list = fold.querySelector(".gd-more-list");
    list.classList.remove("is-begun");
    list.classList.toggle("is-begun", list.getBoundingClientRect().left < 0);
  }, true); /* it does not bubble */
  document.addEventListener("click", (event) => {
    for (const fold of folds()) if (!fold.contains(/** @type {Node} */ (event.target))) fold.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const fold of folds()) {
      fold.open = false;
      fold.querySelector("summary").focus();
    }
  });
})();
