"use strict";
/* Autosave of score tables and reports: what is not acknowledged stays in IndexedDB under user and table, is shown as 未保存,
   restored after a reload, sent again after signing in, and cleared at sign-out. Also keys of the table. Pages work without it. */
(function () {
  const place = document.getElementById("autosave");
  const table = document.querySelector(".gd-scores");
  const ANSWERED = new Set([409, 410, 422]);
  const RETRY_MS = 20000;

  /* ---- keys ---- */
  const cells = () => [...table.querySelectorAll("input.form-control, .gd-seg input:checked, .gd-seg:not(:has(:checked)) input:first-of-type, select, summary")];

  function move(from, step) {
    const list = cells();
    const group = from.closest(".gd-seg");
    const at = list.findIndex((cell) => cell === from || (group && group.contains(cell)));
    const next = list[at + step];
    if (at < 0 || !next) return false;
    next.focus();
    if (next.select && next.type === "text") next.select();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function onKey(event) {
    const cell = event.target;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !table.contains(cell)) return;
    const number = cell.matches("input.form-control");
    if (event.key === "Enter" && cell.matches("input, select")) {
      event.preventDefault();
      if (!move(cell, event.shiftKey ? -1 : 1)) cell.blur();
    } else if (number && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(cell, event.key === "ArrowDown" ? 1 : -1);
    }
  }

  function onTick(event) {
    const details = event.target.closest(".gd-parts");
    if (!details || event.target.type !== "checkbox") return;
    const boxes = [...details.querySelectorAll("input[type=checkbox]")];
    const none = boxes.find((box) => box.value === "-");
    if (event.target === none && none.checked) boxes.forEach((box) => { box.checked = box === none; });
    else if (event.target.checked && none) none.checked = false;
    const ticked = boxes.filter((box) => box.checked && box !== none).length;
    details.querySelector("[data-summary]").textContent = ticked ? `已选${ticked} / ${boxes.length - 1}项` : "以上均无";
  }

  function onDrawer() {
    const drawer = document.getElementById("drawer");
    if (!drawer || !table) return;
    for (const row of table.querySelectorAll("tr[data-item]")) {
      if (row.dataset.item === drawer.dataset.item) row.setAttribute("aria-selected", "true");
      else row.removeAttribute("aria-selected");
    }
  }

  if (table) {
    document.addEventListener("DOMContentLoaded", () => {
      if (new URLSearchParams(location.search).has("item")) table.querySelector("tr[aria-selected]")?.scrollIntoView({ block: "center" });
      document.querySelector("#chapters [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    });
    document.addEventListener("keydown", onKey);
    table.addEventListener("change", onTick, true);
    document.addEventListener("htmx:load", onDrawer);
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-close-drawer]")) return;
      event.preventDefault();
      document.getElementById("drawer").classList.remove("is-open");
    });
    document.addEventListener("keydown", (event) => {
      const drawer = document.getElementById("drawer");
      if (event.key === "Escape" && drawer) drawer.classList.remove("is-open");
    });
  }
  if (!place) return;

  /* ---- queue ---- */
  const { user, table: scope, login } = place.dataset;
  const prefix = `${user}:${scope}:`;
  const opened = new Promise((resolve) => {
    const request = indexedDB.open("gd-autosave", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("cells", { keyPath: "key" });
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => resolve(null);
  });
  const memory = new Map(); // also where IndexedDB is refused

  async function store(mode, act) {
    const db = await opened;
    if (!db) return undefined;
    return new Promise((resolve) => {
      const transaction = db.transaction("cells", mode);
      const request = act(transaction.objectStore("cells"));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onerror = () => resolve(undefined);
    });
  }

  function keep(entry) {
    memory.set(entry.key, entry);
    return store("readwrite", (cells_) => cells_.put(entry));
  }

  function forget(entry) {
    const current = memory.get(entry.key);
    if (current && current.token !== entry.token) return Promise.resolve(); // typed again meanwhile
    memory.delete(entry.key);
    return store("readwrite", (cells_) => cells_.delete(entry.key));
  }

  function say(text, href) {
    const saved = document.getElementById("saved");
    if (!saved) return;
    const note = document.createElement("span");
    note.className = "gd-saved gd-saved-fail";
    note.setAttribute("role", "alert");
    note.textContent = text;
    if (href) {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = "去登录";
      note.append("　", link);
    }
    saved.replaceChildren(note);
  }

  function show(status) {
    if (!memory.size) return;
    const names = [...memory.values()].map((entry) => entry.item).slice(0, 3).join("、");
    const words = `未保存${memory.size}项（${names}），已存在本机`;
    if (status === 401 || status === 403) say(`登录已过期，${words}`, `${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    else say(`${words}，接通后自动补存`);
  }

  const cookie = (name) => (document.cookie.split("; ").find((part) => part.startsWith(`${name}=`)) || "").slice(name.length + 1);
  const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const versionOf = (item) => document.getElementById(`ver-${item.replaceAll(".", "_")}`) || document.getElementById("report-version");

  /* ---- sending ---- */
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters, headers, verb, path } = event.detail;
    if (verb !== "post") return;
    headers["X-CSRFToken"] = cookie("csrftoken") || headers["X-CSRFToken"];
    const item = elt.dataset.item || elt.name;
    const field = elt.dataset.field || (elt.dataset.item ? "value" : elt.name);
    parameters.field = field;
    parameters.token = token();
    if (elt.dataset.item) parameters.drawer = document.getElementById("drawer")?.dataset.item || "";
    const version = versionOf(item);
    if (elt.dataset.item) {
      if (version) parameters[`${item}-version`] = version.value;
    } else if (version) parameters.version = version.value;
    const body = new URLSearchParams();
    for (const [name, value] of event.detail.formData || Object.entries(parameters)) if (name !== "csrfmiddlewaretoken" && !(value instanceof File)) body.append(name, value);
    const entry = { key: `${prefix}${item}:${field}`, item, field, path, token: parameters.token, body: body.toString() };
    keep(entry);
    elt.gdEntry = entry;
  });

  const refusedHere = (xhr) => xhr.getResponseHeader("X-Refused") === "1";

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if ([403, 410].includes(xhr.status) && refusedHere(xhr)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (xhr.status === 401) event.detail.isError = false;
    if (ANSWERED.has(xhr.status)) event.detail.isError = false;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const entry = event.detail.elt.gdEntry;
    const { xhr } = event.detail;
    if (!entry || event.detail.requestConfig.verb !== "post") return;
    const status = xhr.status;
    const done = (status >= 200 && status < 300) || ANSWERED.has(status) || (status === 403 && refusedHere(xhr));
    if (done) forget(entry).then(() => setTimeout(() => show(0), 0));
    else show(status);
  });

  /* ---- what was left from before ---- */
  function fill(entry) {
    const data = new URLSearchParams(entry.body);
    const names = new Set([...data.keys()].filter((name) => !/^(field|token|rows|version)$|-(version|shown|had)$/.test(name)));
    let found = false;
    for (const name of names) {
      for (const input of document.getElementsByName(name)) {
        if (input.type === "hidden") continue;
        found = true;
        if (input.type === "checkbox" || input.type === "radio") input.checked = data.getAll(name).includes(input.value);
        else input.value = data.get(name);
      }
    }
    return found;
  }

  async function send(entry) {
    const body = new URLSearchParams(entry.body);
    body.delete("drawer"); // another one may be open by now
    const version = versionOf(entry.item);
    const name = body.has("version") ? "version" : `${entry.item}-version`;
    if (version && entry.bumped) body.set(name, version.value);
    const headers = { "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" };
    let response;
    try {
      response = await fetch(entry.path, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
    } catch (error) {
      return 0;
    }
    const here = document.getElementById(`msg-${entry.item.replaceAll(".", "_")}`);
    const answered = response.ok || ANSWERED.has(response.status) || response.headers.get("X-Refused") === "1";
    if (answered && here) htmx.swap(document.body, await response.text(), { swapStyle: "none" });
    if (response.ok || (answered && here)) {
      await forget(entry);
      for (const other of memory.values()) if (other.item === entry.item || body.has("version")) other.bumped = true;
    }
    return response.status;
  }

  let resending = false;
  async function resend() {
    if (resending || !memory.size) return;
    resending = true;
    let status = 200;
    for (const entry of [...memory.values()]) {
      status = await send(entry);
      if (status === 0 || status === 401 || status === 403 || status >= 500) break;
    }
    resending = false;
    show(status);
  }

  document.addEventListener("DOMContentLoaded", async () => {
    const left = (await store("readonly", (cells_) => cells_.getAll())) || [];
    const mine = left.filter((entry) => entry.key.startsWith(prefix));
    mine.forEach((entry) => { memory.set(entry.key, entry); fill(entry); });
    if (mine.length) resend();
  });
  window.addEventListener("online", resend);
  window.addEventListener("focus", resend);
  setInterval(resend, RETRY_MS);

  /* ---- both values: use mine ---- */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-resolve]");
    if (!button) {
      if (event.target.closest("[data-reload]")) setTimeout(() => location.reload(), 0);
      return;
    }
    const item = button.dataset.item || button.dataset.section;
    versionOf(item).value = button.dataset.resolve;
    if (button.dataset.section) htmx.trigger(document.getElementById(`id_${item}`), "change");
    else if (button.dataset.field === "value") htmx.trigger(document.getElementById(`row-${button.dataset.key}`), "change");
    else htmx.trigger(document.querySelector(`form[data-item="${item}"][data-field="${button.dataset.field}"]`), "change");
  });

  /* ---- sign-out ---- */
  document.addEventListener("submit", (event) => {
    if (!/logout/.test(event.target.action)) return;
    if (!memory.size || window.confirm(`还有${memory.size}项未保存，退出后将从本机清除。确定退出吗？`)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
