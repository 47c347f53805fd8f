"use strict";
/* Frame of every page: keys, 关怀版, unsaved forms, blocked buttons, upload areas, lists of boxes, errors of htmx in words. Pages work without it. */
(function () {
  const root = document.documentElement;
  const LEFT = "gd-left"; /* when somebody last signed out in this browser */
  const ACROSS = 7; /* columns that an upright page holds */
  const UPRIGHT = 768; /* below it lists stand as blocks */
  const MANY = 8; /* boxes of a list that are too many to find one at a glance */
  const TYPED = "gd-typed"; /* of this tab: what the form sent last held */
  const LISTS = "gd-lists";
  const AWAY = /\/accounts\/(login|proof)\/$/; /* pages between a form and its sending */
  const typing = (node) => node instanceof Element && (node.matches("input, textarea, select") || node.isContentEditable);

  function openKeys() {
    const dialog = document.getElementById("gd-keys");
    if (dialog && !dialog.open) dialog.showModal();
  }

  /* The palette's script comes with the first Ctrl K; it opens on this event then and later. */
  function openPalette() {
    const { palette } = document.querySelector(".gd-search").dataset;
    const open = () => document.dispatchEvent(new CustomEvent("gd:palette"));
    if (document.querySelector(`script[src="${palette}"]`)) {
      open();
      return;
    }
    document.head.append(Object.assign(document.createElement("script"), { src: palette, onload: open }));
  }

  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      if (!document.querySelector(".gd-search") || document.querySelector("dialog[open]:not(#gd-palette)")) return;
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const search = document.querySelector(".gd-search input");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "?") {
      event.preventDefault();
      openKeys();
    }
  }

  /* 关怀版 at once; the form still tells the server, which keeps the choice. */
  function onCare(form) {
    const field = form.elements.care;
    const on = field.value === "on";
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", credentials: "same-origin" }).catch(() => form.submit());
    if (on) root.dataset.care = "on";
    else delete root.dataset.care;
    field.value = on ? "off" : "on";
    const button = form.querySelector("button");
    button.textContent = on ? "退出关怀版" : "关怀版";
    button.setAttribute("aria-pressed", String(on));
  }

  /* A form marked data-guard asks before it is left with changes. */
  const snapshot = (form) => new URLSearchParams([...new FormData(form)].map(([key, value]) => [key, value instanceof File ? value.name : value])).toString();
  const guarded = new Map();

  function guard(scope) {
    for (const form of scope.querySelectorAll("form[data-guard]")) if (!guarded.has(form)) guarded.set(form, snapshot(form));
  }

  /* On a phone the cells of a list stand below one another: each of a table marked data-heads says the head of its column. */
  function headed(scope) {
    for (const table of scope.querySelectorAll("table[data-heads]")) {
      const heads = [...table.querySelectorAll("thead tr:first-child th")].map((head) => head.textContent.trim());
      for (const row of table.querySelectorAll(":is(tbody, tfoot) tr")) {
        let place = 0;
        for (const cell of row.cells) {
          if (place && cell.matches("td:not(.gd-state, [colspan])")) cell.dataset.head = heads[place] || "";
          place += cell.colSpan;
        }
      }
    }
  }

  function hasUnsaved() {
    for (const [form, before] of guarded) if (form.isConnected && snapshot(form) !== before) return true;
    return false;
  }

  /* What was typed into a form whose sending ends at the sign-in page is put back when the same person is back at the page. */
  const controls = (form) => [...form.elements].filter((node) => node.name && node.matches("input:not([type=hidden], [type=file], [type=password], [type=submit]), select, textarea"));
  const owner = () => (document.querySelector(".gd-who") || { textContent: "" }).textContent.trim();
  const values = (node) => (node.multiple ? [...node.selectedOptions].map((option) => option.value) : node.value);

  function keepTyped(form) {
    sessionStorage.removeItem(TYPED);
    if (form.method !== "post" || !form.matches("[data-guard], [data-once]") || !controls(form).length) return;
    const typed = controls(form).map((node) => [node.name, values(node), node.checked]);
    sessionStorage.setItem(TYPED, JSON.stringify({ page: location.pathname, action: form.getAttribute("action"), owner: owner(), typed }));
  }

  function fill(node, value, checked) {
    if (node.type === "checkbox" || node.type === "radio") node.checked = checked;
    else if (node.multiple) for (const option of node.options) option.selected = value.includes(option.value);
    else node.value = value;
  }

  function putBack() {
    const text = sessionStorage.getItem(TYPED);
    if (!text) return;
    const kept = JSON.parse(text);
    if (AWAY.test(location.pathname)) {
      sessionStorage.setItem(TYPED, JSON.stringify({ ...kept, away: true }));
      return;
    }
    sessionStorage.removeItem(TYPED);
    if (!kept.away || kept.page !== location.pathname || kept.owner !== owner()) return;
    const typed = kept.typed.map((entry) => entry[0]).join();
    const same = (form) => form.getAttribute("action") === kept.action && controls(form).map((node) => node.name).join() === typed;
    const form = [...document.forms].find(same);
    if (!form) return;
    controls(form).forEach((node, place) => fill(node, kept.typed[place][1], kept.typed[place][2]));
    for (const folded of document.querySelectorAll("details")) if (folded.contains(form)) folded.open = true;
    say("登录前填写的内容已经放回，尚未保存，请核对后再提交。", "amber");
    form.scrollIntoView({ block: "nearest" });
  }

  function onSubmit(event) {
    const form = event.target;
    if (form.matches("[data-care-form]")) {
      event.preventDefault();
      onCare(form);
      return;
    }
    if (event.submitter && event.submitter.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    guarded.delete(form);
    if (/\/logout\/$/.test(form.action)) {
      indexedDB.deleteDatabase("gd-autosave"); /* cells not yet acknowledged: cell-queue.js asks first */
      for (const name of Object.keys(localStorage)) if (name.startsWith("gd-spill:")) localStorage.removeItem(name);
      localStorage.setItem(LEFT, String(Date.now()));
      sessionStorage.removeItem(TYPED);
    }
    if (form.hasAttribute("data-once")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    }
    if (!AWAY.test(location.pathname)) keepTyped(form);
  }

  function onClick(event) {
    const blocked = event.target.closest("[aria-disabled='true']");
    if (blocked) event.preventDefault();
    const print = event.target.closest("[data-print]");
    if (print) window.print();
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
  }

  /* The upload area takes dropped files and names what was chosen. */
  function names(input) {
    const out = input.closest(".gd-drop").querySelector("[data-names]");
    if (out) out.textContent = [...input.files].map((file) => file.name).join("、") || "未选择文件";
  }

  /* The folded choice of confidentiality says what is chosen. */
  function level(select) {
    select.closest("[data-level-choice]").querySelector("[data-level]").textContent = select.selectedOptions[0].text.split("：")[0];
  }

  function onDrag(event) {
    const area = event.target instanceof Element ? event.target.closest(".gd-drop") : null;
    for (const other of document.querySelectorAll(".gd-drop.is-over")) if (other !== area || event.type === "drop") other.classList.remove("is-over");
    if (!area) return;
    event.preventDefault();
    if (event.type === "dragover") area.classList.add("is-over");
    if (event.type !== "drop") return;
    const input = area.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    names(input);
  }

  function say(text, colour = "red") {
    const place = document.getElementById("messages");
    if (!place) return;
    const note = document.createElement("div");
    note.className = `gd-note gd-note-${colour}`;
    note.setAttribute("role", "alert");
    note.textContent = text;
    place.replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
  }

  function onFailure(event) {
    const status = event.detail.xhr ? event.detail.xhr.status : 0;
    const words = { 0: "网络没有接通，内容还在页面上，请稍后再试。", 401: "登录已过期，请重新登录后再试。", 403: "没有办理这一步的权限。", 404: "内容不存在，或不在可见范围内。" };
    say(words[status] || "系统没有完成这一步，请稍后再试；内容还在页面上。");
    const waiting = event.detail.elt && event.detail.elt.closest("[data-converting]");
    if (waiting) waiting.querySelector("b").textContent = "没有得到转换的结果，请下载"; /* it asks no more */
  }

  /* Back to a page that the browser kept whole: its form may be sent again; nobody reads on after signing out. */
  function onReturn(event) {
    if (!event.persisted) return;
    if (Number(localStorage.getItem(LEFT)) > performance.timeOrigin) {
      location.reload();
      return;
    }
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    guard(document);
  }

  /* A list wider than the window scrolls by itself; others keep their head in sight. */
  function fit(scope) {
    for (const wrap of scope.querySelectorAll(".gd-tablewrap")) {
      const table = wrap.querySelector("table");
      const wide = Boolean(table) && table.offsetWidth > wrap.clientWidth + 1;
      wrap.classList.toggle("is-wide", wide);
      if (wide) wrap.tabIndex = 0;
    }
  }

  /* A list of many columns is printed across, what is folded as well. */
  function onPrint() {
    const columns = [...document.querySelectorAll(".gd-tablewrap table")].map((table) => (table.rows[0] ? table.rows[0].cells.length : 0));
    const main = document.getElementById("main");
    if (main) main.classList.toggle("gd-print-wide", Math.max(0, ...columns) > ACROSS);
    for (const fold of document.querySelectorAll("#main details:not([open], .gd-delete, form *, .gd-filter *)")) fold.setAttribute("open", "print");
  }

  /* A long list of boxes: narrowed by typing; what is chosen stands above it in words. */
  const worded = (box) => box.closest("[data-box]").textContent.trim();

  function tellChosen(list) {
    const chosen = [...list.querySelectorAll("[data-box] input:checked")].map(worded);
    list.querySelector("[data-boxlist-chosen]").textContent = chosen.length ? `已选${chosen.length}项：${chosen.join("、")}` : "未选择";
  }

  function narrow(filter) {
    const list = filter.closest("[data-boxlist]");
    const words = filter.value.trim().toLowerCase();
    const rows = [...list.querySelectorAll("[data-box]")];
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(words);
    list.querySelector("[data-boxlist-none]").hidden = !rows.length || rows.some((row) => !row.hidden);
  }

  function boxes(scope) {
    for (const list of scope.querySelectorAll("[data-boxlist]")) {
      list.querySelector("[data-boxlist-filter]").hidden = list.querySelectorAll("[data-box]").length < MANY;
      tellChosen(list);
    }
  }

  /* Figures typed in full width become those that the portal stores: １６９．５％ → 169.5. */
  const NUMBERS = "input[inputmode=decimal], input[inputmode=numeric]";
  const WIDE = "０１２３４５６７８９．，－＋−﹣﹢。％";
  const NARROW = "0123456789.,-+--+.%";
  const narrowed = (text) => [...text].map((sign) => NARROW[WIDE.indexOf(sign)] || sign).join("");

  function onFigure(event) {
    const field = event.target;
    if (!(field instanceof Element) || event.isComposing || !field.matches(NUMBERS)) return;
    let text = narrowed(field.value);
    if (event.type === "change") text = text.trim().replace(field.dataset.unit === "%" ? /\s*%$/ : /$^/, "");
    if (text === field.value) return;
    const [from, to] = [field.selectionStart, field.selectionEnd];
    field.value = text;
    if (document.activeElement === field) field.setSelectionRange(from, to);
  }

  /* The current tab, step or chapter stands in the middle of a row wider than the screen. */
  function reveal(scope) {
    for (const now of scope.querySelectorAll(":is(.gd-tabs, .gd-steps, .gd-chapters) [aria-current]")) {
      const row = now.closest(".gd-tabs, .gd-steps, .gd-chapters");
      row.scrollLeft += now.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - now.offsetWidth) / 2;
    }
  }

  for (const name of ["input", "compositionend", "change"]) document.addEventListener(name, onFigure, true); /* before anybody reads the field */
  /* A line of steps begins at the one that is due; on a phone the list comes before its conditions. */
  function positioned(scope) {
    for (const now of scope.querySelectorAll(".gd-steps .is-now")) {
      const line = now.parentElement;
      if (line.scrollWidth > line.clientWidth) line.scrollLeft = now.offsetLeft - line.offsetLeft - (line.clientWidth - now.offsetWidth) / 2;
    }
    if (window.innerWidth < UPRIGHT) for (const long of scope.querySelectorAll("details[data-long]")) long.removeAttribute("open");
  }

  /* The menu leads back to a list with its conditions. */
  function remembered() {
    const kept = JSON.parse(sessionStorage.getItem(LISTS) || "{}");
    const lists = kept.owner === owner() ? kept.lists : {};
    if (document.querySelector(".gd-filter")) {
      const asked = new URLSearchParams(location.search);
      asked.delete("page");
      lists[location.pathname] = String(asked);
      sessionStorage.setItem(LISTS, JSON.stringify({ owner: owner(), lists }));
    }
    for (const link of document.querySelectorAll(".gd-side a[href]")) {
      if (link instanceof window.HTMLAnchorElement && lists[link.pathname]) link.search = lists[link.pathname];
    }
  }

  function unfolded() {
    const there = document.querySelector(":target");
    if (!there) return;
    for (const fold of document.querySelectorAll("details:not([open])")) if (fold.contains(there)) fold.open = true;
    there.scrollIntoView();
  }
  window.addEventListener("hashchange", unfolded);

  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("[data-boxlist-filter]")) event.preventDefault(); /* narrows, never sends the form */
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-boxlist-filter]")) narrow(event.target);
  });
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("dragover", onDrag);
  document.addEventListener("drop", onDrag);
  document.addEventListener("change", (event) => {
    if (event.target.matches(".gd-drop input[type=file]")) names(event.target);
    if (event.target.matches("[data-level-choice] select")) level(event.target);
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-box] input")) tellChosen(event.target.closest("[data-boxlist]"));
  });
  document.addEventListener("htmx:sendError", onFailure);
  document.addEventListener("htmx:responseError", onFailure);
  document.addEventListener("htmx:load", (event) => {
    guard(event.detail.elt);
    headed(document);
    boxes(event.detail.elt);
    reveal(event.detail.elt);
    fit(document);
  });
  window.addEventListener("resize", () => fit(document));
  window.addEventListener("beforeprint", onPrint);
  window.addEventListener("afterprint", () => document.querySelectorAll("[open=print]").forEach((fold) => fold.removeAttribute("open")));
  window.addEventListener("pageshow", onReturn);
  window.addEventListener("beforeunload", (event) => {
    if (!hasUnsaved()) return;
    event.preventDefault();
    event.returnValue = "1"; // Chromium before 119
  });
  document.addEventListener("DOMContentLoaded", () => {
    guard(document);
    headed(document);
    fit(document);
    reveal(document);
    putBack();
    boxes(document);
    positioned(document);
    unfolded();
    remembered();
    const errors = document.querySelector(".gd-errors");
    if (errors) errors.focus();
  });
})();
