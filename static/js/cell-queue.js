"use strict";
/* What is typed into score tables and reports is kept in this browser (IndexedDB, by person and table) until the portal has taken it.
   It survives a reload, a lost network, an expired login and a second tab: one tab sends at a time (Web Locks), a save repeated by
   accident carries the same token and is applied once. What is refused stays here to be copied. Pages work without this. */
(function () {
  const place = document.getElementById("autosave");
  if (!place) return;
  const { user, table: scope, rows, chapter = "" } = place.dataset;
  const prefix = `${user}:${scope}:`;
  const NAME = `gd-saving:${prefix}`;
  const [TYPING_MS, ABANDONED_MS, ANSWER_MS, SLOWEST_MS] = [3000, 10000, 20000, 15000];
  const PROBLEM = { 409: "conflict", 422: "invalid" };
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const tab = random();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  const known = new Map(); // what waits, as this tab last saw it; the truth where IndexedDB is refused

  /* ---- store ---- */
  const opened = new Promise((resolve) => {
    let request;
    try { request = indexedDB.open("gd-autosave", 1); } catch (error) { resolve(null); return; }
    request.onupgradeneeded = () => request.result.createObjectStore("cells", { keyPath: "key" });
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => resolve(null);
  });

  function transact(db, act) {
    return new Promise((resolve) => {
      let transaction;
      try { transaction = db.transaction("cells", "readwrite"); } catch (error) { resolve(undefined); return; }
      const request = act(transaction.objectStore("cells"));
      transaction.oncomplete = () => resolve(request.result ?? null);
      transaction.onerror = transaction.onabort = () => resolve(undefined);
    });
  }

  /* Change one entry: `act` gets what is there and answers with the new entry, null to remove it, undefined to leave it. */
  async function update(key, act) {
    const db = await opened;
    let next;
    const put = (was) => {
      if (next === undefined || known.get(key)?.at > (next || was)?.at) return; // typed again meanwhile: that one follows
      if (next === null) known.delete(key);
      else known.set(key, (next = { ...next, unwritten: true }));
    };
    if (!db) { next = act(known.get(key)); put(known.get(key)); return; }
    const taken = await transact(db, (cells) => {
      const request = cells.get(key);
      request.onsuccess = () => {
        next = act(request.result);
        if (next === null) cells.delete(key);
        else if (next) cells.put(next);
        put(request.result);
      };
      return request;
    });
    if (next && taken !== undefined) next.unwritten = false;
  }

  async function all() {
    const db = await opened;
    const found = db && (await transact(db, (cells) => cells.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))));
    if (found) {
      const unwritten = [...known.values()].filter((entry) => entry.unwritten && !found.some((one) => one.key === entry.key && one.at >= entry.at));
      known.clear();
      for (const entry of [...found, ...unwritten]) known.set(entry.key, entry);
    }
    return [...known.values()].sort((one, other) => one.at - other.at);
  }

  /* IndexedDB answers late: what it has not taken when the page goes is set down at once, and taken in by the next page. */
  const SPILL = `gd-spill:${prefix}`;
  window.addEventListener("pagehide", () => {
    const unwritten = [...known.values()].filter((entry) => entry.unwritten).map(({ unwritten: _, ...entry }) => entry);
    if (!unwritten.length) return;
    try { localStorage.setItem(`${SPILL}${tab}`, JSON.stringify(unwritten)); } catch (error) { /* full or refused: IndexedDB may still make it */ }
  });

  async function gather() {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(SPILL))) {
      for (const entry of JSON.parse(localStorage.getItem(name))) {
        await update(entry.key, (now) => (now && now.at > entry.at ? undefined : entry));
      }
      localStorage.removeItem(name);
    }
  }

  /* ---- the page ---- */
  const cookie = (name) => (document.cookie.split("; ").find((part) => part.startsWith(`${name}=`)) || "").slice(name.length + 1);
  const keyOf = (item) => item.replaceAll(".", "_");
  const unitOf = (node) => (node instanceof Element ? node.closest("tr[data-item], form[data-item], textarea[data-report]") : null);
  const versionField = (group) => document.getElementById(`ver-${keyOf(group)}`) || document.getElementById("report-version");
  const IDLE = /^(csrfmiddlewaretoken|rows|field|version|token)$|-(version|shown)$/;

  function described(unit) {
    if (unit.matches("textarea")) return { item: unit.name, field: unit.name, group: "report", path: location.pathname };
    const item = unit.dataset.item;
    return { item, group: item, field: unit.dataset.field || "value", path: unit.getAttribute("action") || `${rows}${item}/` };
  }

  function bodyOf(unit) {
    const body = new URLSearchParams();
    for (const control of unit.matches("textarea") ? [unit] : unit.querySelectorAll("input, select, textarea")) {
      if (!control.name || IDLE.test(control.name) || (/^(radio|checkbox)$/.test(control.type) && !control.checked)) continue;
      body.append(control.name, control.value);
    }
    return body.toString();
  }

  const wordsOf = (body) => [...new URLSearchParams(body)].filter(([name]) => !name.endsWith("-had")).map(([, value]) => value).filter(Boolean).join("，");

  function fill(body) {
    const data = new URLSearchParams(body);
    for (const name of new Set(data.keys())) {
      for (const control of document.getElementsByName(name)) {
        if (control.type === "hidden") continue;
        if (/^(radio|checkbox)$/.test(control.type)) control.checked = data.getAll(name).includes(control.value);
        else if (control.value !== data.get(name)) control.value = data.get(name);
        control.closest("details")?.dispatchEvent(new Event("gd:filled"));
      }
    }
  }

  /* Parts of an answer whose place is not on the page any more, such as a drawer that has gone on to another row, are left out. */
  function shown(html) {
    const answer = document.createElement("template");
    answer.innerHTML = html;
    for (const part of answer.content.querySelectorAll("[hx-swap-oob]")) if (!document.getElementById(part.id)) part.remove();
    return answer.innerHTML;
  }

  /* Put an answer on the page; what waits for the same row stays in its cells, and the caret where it was. */
  async function apply(html, group) {
    if (!versionField(group)) return;
    const at = document.activeElement;
    const [name, from, to] = [at?.name, at?.selectionStart, at?.selectionEnd];
    htmx.swap(document.body, shown(html), { swapStyle: "none" });
    for (const entry of [...known.values()].filter((one) => one.group === group).sort((one, other) => one.at - other.at)) fill(entry.body);
    if (!name || at.isConnected) return;
    const again = [...document.getElementsByName(name)].find((control) => control.type !== "hidden");
    again?.focus();
    if (from !== null && from !== undefined && again?.setSelectionRange) again.setSelectionRange(from, to);
  }

  /* ---- what is told ---- */
  let trouble = 0;
  function say(text, failing, button) {
    const saved = document.getElementById("saved");
    if (!saved) return;
    const note = document.createElement("span");
    note.className = failing ? "gd-saved gd-saved-fail" : "gd-saved";
    note.setAttribute("role", failing ? "alert" : "status");
    note.textContent = text;
    if (button) note.append("　", button);
    saved.replaceChildren(note);
  }

  function show(savedAt) {
    const entries = [...known.values()];
    const waiting = entries.filter((entry) => entry.state === "waiting");
    const rest = [...new Set(entries.filter((entry) => entry.state !== "waiting").map((entry) => entry.item))];
    if (trouble && waiting.length) {
      const names = [...new Set(waiting.map((entry) => entry.item))].slice(0, 3).join("、");
      const words = `未保存${waiting.length}项（${names}），已存在本机`;
      if (trouble === 401) say(`登录已过期，${words}`, true, signInButton());
      else say(`${words}，接通后自动补存`, true);
    } else if (rest.length) say(`${savedAt ? `已保存${savedAt}，` : ""}${rest.slice(0, 3).join("、")} 待处理`, true);
    else if (savedAt) say(`已保存${savedAt}`, false);
  }

  function signInButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-small";
    button.textContent = "登录";
    button.dataset.signIn = "";
    return button;
  }

  /* ---- typing ---- */
  const timers = new Map();
  let last = 0;
  const moment = () => (last = Math.max(Date.now(), last + 1)); // tells keystrokes of one millisecond apart
  const firsts = new Map(); // bodies as they were before the person began, by item and field

  function note(unit, typing) {
    const place_ = described(unit);
    const name = `${place_.item}:${place_.field}`;
    const [key, body] = [`${prefix}${name}:${tab}`, bodyOf(unit)];
    clearTimeout(timers.get(key));
    const before = known.get(key);
    const older = [...known.values()].filter((entry) => entry.item === place_.item && entry.field === place_.field && entry.state !== "waiting");
    if (before?.state === "waiting" && before.body === body && before.typing === typing) return;
    if (body === firsts.get(name) && !older.length && (!before || before.typing)) {
      if (before) update(key, () => null).then(() => show());
      return;
    }
    if (typing) timers.set(key, setTimeout(() => note(unit, false), TYPING_MS));
    const version = before?.version ?? older[0]?.version ?? (Number(versionField(place_.group)?.value ?? -1) || 0);
    const entry = { ...place_, key, body, typing, version, state: "waiting", token: random(), at: moment(), text: wordsOf(body) };
    known.set(key, { ...entry, unwritten: true });
    for (const other of older) if (other.key !== key) update(other.key, () => null);
    update(key, () => entry).then(() => { if (!typing) pump(); });
  }

  document.addEventListener("focusin", (event) => {
    const unit = unitOf(event.target);
    if (!unit) return;
    const { item, field } = described(unit);
    if (![...known.values()].some((entry) => entry.item === item && entry.field === field)) firsts.set(`${item}:${field}`, bodyOf(unit));
  });
  document.addEventListener("input", (event) => {
    const unit = unitOf(event.target);
    if (unit && event.target.matches("input:not([type=radio], [type=checkbox]), textarea")) note(unit, true);
  });
  document.addEventListener("change", (event) => {
    const unit = unitOf(event.target);
    if (unit) note(unit, false);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-item]")) return;
    if (form.matches("[data-leaves]")) leave(event, form);
    else { event.preventDefault(); note(form, false); }
  });

  /* A form whose button also leads on: what it holds is saved first, and only then the page is left. */
  async function leave(event, form) {
    if (form.dataset.saved !== undefined || event.submitter?.name) return;
    event.preventDefault();
    note(form, false);
    pump();
    while (running) await new Promise((done) => document.addEventListener("gd:queue", done, { once: true }));
    if ([...known.values()].some((entry) => entry.item === form.dataset.item)) return;
    form.dataset.saved = "";
    form.requestSubmit(event.submitter || undefined);
  }

  /* ---- sending ---- */
  async function send(entry) {
    const body = new URLSearchParams(entry.body);
    body.set("field", entry.field);
    body.set("token", entry.token);
    body.set(entry.group === "report" ? "version" : `${entry.item}-version`, entry.version);
    body.set("chapter", chapter);
    body.set("drawer", document.getElementById("drawer")?.dataset.item || "");
    const headers = { "X-CSRFToken": cookie("csrftoken"), "X-User": user, "HX-Request": "true" };
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_MS);
    try {
      const options = { method: "POST", body, headers, credentials: "same-origin", redirect: "manual", signal: patience.signal };
      const response = await fetch(entry.path, options);
      return { status: response.status, headers: response.headers, html: await response.text() };
    } catch (error) {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  async function acknowledge(entry, answer) {
    const version = Number(answer.headers.get("X-Version"));
    const rebased = answer.headers.has("X-Rebased");
    await update(entry.key, (now) => (now && now.token === entry.token ? null : undefined)); // typed again meanwhile: stays
    if (!rebased) {
      const same = (await all()).filter((other) => other.group === entry.group && other.version === entry.version);
      for (const other of same) await update(other.key, (now) => now && { ...now, version });
    }
    firsts.delete(`${entry.item}:${entry.field}`);
    const news = { group: entry.group, body: entry.body, html: answer.html, at: answer.headers.get("X-Saved-At") };
    apply(news.html, entry.group);
    channel?.postMessage(news);
    show(news.at);
  }

  async function problem(entry, answer) {
    const state = PROBLEM[answer.status] || "refused";
    await update(entry.key, (now) => (now && now.token === entry.token ? { ...now, state } : undefined));
    apply(answer.html, entry.group);
  }

  /* One after the other, oldest first, until something stands in the way. Answers with the status that does, or 0 for none. */
  async function sendAll() {
    const tried = new Set();
    for (;;) {
      const due = (one) => one.state === "waiting" && !tried.has(one.token) && (!one.typing || Date.now() - one.at > ABANDONED_MS);
      const entry = (await all()).find(due);
      if (!entry) return 0;
      tried.add(entry.token);
      const answer = await send(entry);
      if (answer.status >= 200 && answer.status < 300) await acknowledge(entry, answer);
      else if (PROBLEM[answer.status] || answer.status === 404 || answer.status === 410 || answer.headers?.has("X-Refused")) await problem(entry, answer);
      else return answer.status === 403 ? 401 : answer.status || -1;
    }
  }

  const alone = (act) => (navigator.locks ? navigator.locks.request(NAME, act) : act());
  let [running, again, slower, timer] = [false, false, 1000, 0];

  async function pump() {
    if (running) { again = true; return; }
    running = true;
    document.body.toggleAttribute("data-saving", true);
    clearTimeout(timer);
    do {
      again = false;
      trouble = await alone(sendAll);
    } while (again && !trouble);
    running = false;
    document.body.toggleAttribute("data-saving", false);
    const waiting = [...known.values()].some((entry) => entry.state === "waiting");
    slower = trouble ? Math.min(slower * 2, SLOWEST_MS) : 1000;
    if (waiting) timer = setTimeout(pump, trouble ? slower : ABANDONED_MS);
    if (trouble || known.size) show();
    document.dispatchEvent(new CustomEvent("gd:queue", { detail: { trouble, waiting } }));
  }

  if (channel) channel.onmessage = async ({ data }) => {
    const mine = (await all()).some((entry) => entry.group === data.group);
    if (!mine && versionField(data.group)) fill(data.body);
    apply(data.html, data.group);
    show(data.at);
  };

  /* ---- both values ---- */
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-resolve], [data-theirs]") : null;
    if (!button) return;
    const item = button.dataset.item || button.dataset.section || button.dataset.theirs;
    const field = button.dataset.field || item;
    const entries = (await all()).filter((entry) => entry.item === item && entry.field === field && entry.state === "conflict");
    const mine = entries.pop();
    for (const other of entries) await update(other.key, () => null);
    if (!mine) return;
    if ("resolve" in button.dataset) {
      await update(mine.key, (now) => now && { ...now, state: "waiting", version: Number(button.dataset.resolve), token: random() });
      pump();
    } else {
      await update(mine.key, () => null);
      if (button.dataset.section) location.reload();
      else fresh(item);
    }
  });

  /* The row as the portal has it now. */
  async function fresh(item) {
    if (!rows) { location.reload(); return; }
    try {
      const response = await fetch(`${rows}${item}/?fresh=1&chapter=${chapter}`, { headers: { "HX-Request": "true", "X-User": user }, credentials: "same-origin", redirect: "manual" });
      if (response.ok) apply(await response.text(), item);
    } catch (error) { /* told by the next save */ }
  }

  window.gdQueue = { pump, fresh, waits: (item) => [...known.values()].some((entry) => entry.item === item) };

  /* ---- what was left from before ---- */
  function leftover(entry) {
    const line = document.createElement("li");
    const copy = document.createElement("button");
    const away = document.createElement("button");
    for (const [button, words] of [[copy, "复制"], [away, "不再保留"]]) {
      button.type = "button";
      button.className = "btn btn-link btn-small";
      button.textContent = words;
    }
    const text = document.createElement("b");
    text.textContent = entry.text || "（清空）";
    copy.onclick = () => {
      getSelection().selectAllChildren(text);
      navigator.clipboard?.writeText(entry.text);
    };
    away.onclick = () => update(entry.key, () => null).then(() => line.remove());
    line.append(`${entry.item}　`, text, copy, away);
    return line;
  }

  async function begin() {
    try { await gather(); } catch (error) { /* no local storage here */ }
    const left = await all();
    if (!left.length) return;
    if (!place.hasAttribute("data-editable")) {
      const note_ = document.createElement("div");
      note_.className = "gd-note gd-note-amber gd-score-note";
      note_.id = "leftovers";
      const list = document.createElement("ul");
      list.append(...left.map(leftover));
      note_.append("评分表已不能修改，以下内容没有存入，仍在本机，可以复制留用：", list);
      document.getElementById("messages")?.append(note_);
      return;
    }
    for (const entry of left) {
      if (versionField(entry.group)) fill(entry.body);
      if (entry.state !== "waiting" || entry.typing) await update(entry.key, (now) => now && { ...now, state: "waiting", typing: now.typing && Date.now() - now.at < ABANDONED_MS });
    }
    pump();
  }

  document.addEventListener("DOMContentLoaded", begin);
  window.addEventListener("pageshow", (event) => { if (event.persisted) localStorage.removeItem(`${SPILL}${tab}`); }); // this page goes on itself
  for (const name of ["online", "focus", "pageshow"]) window.addEventListener(name, () => { if (known.size) pump(); });
  document.addEventListener("visibilitychange", () => { if (known.size) pump(); });

  /* ---- sign-out ---- */
  document.addEventListener("submit", (event) => {
    if (!/logout/.test(event.target.action)) return;
    if (!known.size || window.confirm(`还有${known.size}项未保存，退出后将从本机清除。确定退出吗？`)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
