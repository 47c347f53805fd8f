"use strict";
/* Cells of score tables, judgements and sections of reports: what is typed goes through the offline queue (offline-queue.js), answers of the
   portal are put on the page. A save repeated by accident carries the same token and is applied once. Pages work without this. */
(function () {
  const place = document.getElementById("autosave");
  if (!place) return;
  const { user, table: scope, rows, chapter = "" } = place.dataset;
  const prefix = `${user}:${scope}:`;
  const NAME = `gd-saving:${prefix}`;
  const [TYPING_MS, ANSWER_MS] = [3000, 20000];
  const { ABANDONED_MS, randomName } = gdOffline;
  const PROBLEM = { 409: "conflict", 422: "invalid" };
  const tab = randomName();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
  /** @typedef {Entry & {item: string, field: string, path: string, body: string, text: string}} Cell */
  /** @type {ReturnType<typeof offlineStore<Cell>>} */
  const store = gdOffline.store({ database: "gd-autosave", table: "cells", prefix, tab });
  const { known, update, all } = store;
  window.addEventListener("pagehide", store.spill);

  /* ---- the page ---- */
  const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )(?:__Host-)?${name}=([^;]*)`)) || ["", ""])[1];
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

  /* Put an answer on the page; what waits for the same row stays in its cells, and the caret where it was. A cell that is taken out while
     the person is in it reports a change when its successor already stands beside it: what was typed is kept by then. */
  let applying = false;
  async function apply(html, group) {
    if (!versionField(group)) return;
    const at = document.activeElement;
    const [name, from, to] = [at?.name, at?.selectionStart, at?.selectionEnd];
    applying = true;
    try { htmx.swap(document.body, shown(html), { swapStyle: "none" }); } finally { applying = false; }
    for (const entry of [...known.values()].filter((one) => one.group === group).sort((one, other) => one.at - other.at)) fill(entry.body);
    if (!name || at.isConnected) return;
    const again = [...document.getElementsByName(name)].find((control) => control.type !== "hidden");
    again?.focus();
    if (from !== null && from !== undefined && again?.setSelectionRange) again.setSelectionRange(from, to);
  }

  /* ---- what is told ---- */
  function say(text, failing, button) {
    const saved = document.getElementById("saved");
    if (!saved) return;
    const line = document.createElement("span");
    line.className = failing ? "gd-saved gd-saved-fail" : "gd-saved";
    line.setAttribute("role", failing ? "alert" : "status");
    line.textContent = text;
    if (button) line.append("　", button);
    saved.replaceChildren(line);
  }

  function show(savedAt) {
    const { trouble } = queue;
    const entries = [...known.values()];
    const waiting = entries.filter((entry) => entry.state === "waiting");
    const rest = [...new Set(entries.filter((entry) => entry.state !== "waiting").map((entry) => entry.item))];
    if (trouble && waiting.length) {
      const names = [...new Set(waiting.map((entry) => entry.item))].slice(0, 3).join("、");
      const words = `未保存${waiting.length}项（${names}），已存在本机`;
      if (trouble === 401) say(`登录已过期，${words}`, true, signInButton());
      else say(`${words}，${trouble === 500 ? "平台处理时出错，将自动再试" : "接通后自动补存"}`, true);
    } else if (rest.length) say(`${savedAt ? `已保存${savedAt}，` : ""}${rest.slice(0, 3).join("、")} 待处理`, true);
    else if (savedAt) say(`已保存${savedAt}`, false);
    showAside();
  }

  /* What was set aside, below the messages of the page: to be sent once more, copied or given up. */
  function showAside() {
    const entries = [...known.values()].filter((entry) => entry.state === "aside");
    const names = entries.map((entry) => entry.token).join(" ");
    const note_ = document.getElementById("set-aside");
    if ((note_?.dataset.tokens || "") === names) return;
    note_?.remove();
    if (!names) return;
    const list = document.createElement("ul");
    list.append(...entries.map((entry) => leftover(entry, true)));
    noted("set-aside", "待处理：以下内容没有存入，仍在本机，其余各项照常保存。", list).dataset.tokens = names;
  }

  function noted(id, words, list) {
    const note_ = document.createElement("div");
    note_.className = "gd-note gd-note-amber gd-score-note";
    note_.id = id;
    note_.setAttribute("role", "alert");
    note_.append(words, list);
    document.getElementById("messages")?.append(note_);
    return note_;
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
  const began = Date.now(); // what waited before this page for a cell is overtaken by what is typed into it here
  const moment = () => (last = Math.max(Date.now(), last + 1)); // tells keystrokes of one millisecond apart
  const firsts = new Map(); // bodies as they were before the person began, by item and field

  function note(unit, typing) {
    const place_ = described(unit);
    const name = `${place_.item}:${place_.field}`;
    const [key, body] = [`${prefix}${name}:${tab}`, bodyOf(unit)];
    clearTimeout(timers.get(key));
    const before = known.get(key);
    const older = [...known.values()].filter((entry) => sameCell(entry, place_) && (entry.state !== "waiting" || (entry.key !== key && entry.at < began)));
    if (before?.state === "waiting" && before.body === body && before.typing === typing) return;
    if (body === firsts.get(name) && !older.length && (!before || before.typing)) {
      if (before) update(key, () => null).then(() => show());
      return;
    }
    if (typing) timers.set(key, setTimeout(() => note(unit, false), TYPING_MS));
    const version = before?.version ?? older[0]?.version ?? (Number(versionField(place_.group)?.value ?? -1) || 0);
    /** @type {Cell} */
    const entry = { ...place_, key, body, typing, version, state: "waiting", token: randomName(), at: moment(), text: wordsOf(body) };
    const kept = store.keep(entry);
    for (const other of older) if (other.key !== key) update(other.key, () => null);
    kept.then(() => { if (!typing) queue.pump(); });
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
    const unit = applying ? null : unitOf(event.target);
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
    queue.pump();
    while (queue.running) await new Promise((done) => document.addEventListener("gd:queue", done, { once: true }));
    if ([...known.values()].some((entry) => entry.item === form.dataset.item)) return;
    if (form.hasAttribute("hx-post")) { form.dispatchEvent(new CustomEvent("gd:leave")); return; } // the next one is put into this page
    form.dataset.saved = "";
    form.requestSubmit(event.submitter || undefined);
  }

  /* A link to a page that looks at what is stored waits for what was typed last; with the network away the person decides. */
  const LEAVE_MS = 5000;
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-after-saving]") : null;
    const waits = () => [...known.values()].some((entry) => entry.state === "waiting");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !waits()) return;
    event.preventDefault();
    for (const entry of known.values()) if (entry.typing) await update(entry.key, (now) => now && { ...now, typing: false });
    queue.pump();
    const until = Date.now() + LEAVE_MS;
    while (waits() && Date.now() < until && (queue.running || !queue.trouble)) await new Promise((done) => setTimeout(done, 50));
    if (!waits() || window.confirm(`还有${known.size}项没有存入平台，已存在本机，回到本页后补存。现在离开吗？`)) location.assign(link.href);
  });

  /* ---- sending ---- */
  async function send(entry) {
    const body = new URLSearchParams(entry.body);
    entry.version = store.versionOf(entry);
    body.set("field", entry.field);
    body.set("token", entry.token);
    body.set(entry.group === "report" ? "version" : `${entry.item}-version`, entry.version);
    body.set("chapter", chapter);
    body.set("drawer", document.getElementById("drawer")?.dataset.item || "");
    const headers = { "X-CSRFToken": cookie("csrftoken"), "X-User": user, "HX-Request": "true" };
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_MS);
    try {
      const response = await fetch(entry.path, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual", signal: patience.signal });
      return { status: response.status, headers: response.headers, html: await response.text() };
    } catch (error) {
      return { status: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  async function acknowledge(entry, answer) {
    const version = Number(answer.headers.get("X-Version"));
    const field = versionField(entry.group);
    let renumbered = null;
    if (!answer.headers.has("X-Rebased")) {
      if (field && Number(field.value) === entry.version) field.value = version;
      renumbered = store.renumber(entry, version);
    }
    await update(entry.key, (now) => (now && now.token === entry.token ? null : undefined)); // typed again meanwhile: stays
    await renumbered;
    const past = (one) => sameCell(one, entry) && one.at < entry.at && one.state !== "waiting";
    for (const other of (await all()).filter(past)) await update(other.key, () => null);
    firsts.delete(`${entry.item}:${entry.field}`);
    const news = { group: entry.group, body: entry.body, html: answer.html, at: answer.headers.get("X-Saved-At") };
    apply(news.html, entry.group);
    channel?.postMessage(news);
    show(news.at);
  }

  async function problem(entry, answer) {
    const told = answer.html.includes("hx-swap-oob"); // an answer for the row; else there is no place on the page for it
    const state = told || answer.status === 410 || answer.status === 404 ? PROBLEM[answer.status] || "refused" : "aside";
    const reason = told ? "" : wordsIn(answer.html);
    await update(entry.key, (now) => (now && now.token === entry.token ? { ...now, state, reason } : undefined));
    apply(answer.html, entry.group);
  }

  function wordsIn(html) {
    const answer = document.createElement("template");
    answer.innerHTML = html;
    return (answer.content.querySelector("[role=alert]") || answer.content).textContent.replace(/\s+/g, " ").trim().slice(0, 200);
  }

  /** @returns {Outcome} */
  function outcome(answer) {
    const { status, headers } = answer;
    if (status === 500) return { kind: "broken" };
    if (status >= 200 && status < 300) return { kind: "taken" };
    if (PROBLEM[status] || status === 404 || status === 410 || headers?.has("X-Refused")) return { kind: "refused" };
    return { kind: "away", status: status === 403 ? 401 : status };
  }

  const queue = gdOffline.queue(store, {
    name: NAME,
    send,
    outcome,
    taken: acknowledge,
    refused: problem,
    running: (on) => document.body.toggleAttribute("data-saving", on),
    rested: (rest) => {
      if (rest.trouble || known.size) show();
      document.dispatchEvent(new CustomEvent("gd:queue", { detail: rest }));
    },
  });

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
      await update(mine.key, (now) => now && { ...now, state: "waiting", version: Number(button.dataset.resolve), token: randomName() });
      queue.pump();
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

  window.gdQueue = { pump: queue.pump, fresh, waits: (item) => [...known.values()].some((entry) => entry.item === item) };

  /* ---- what was left from before ---- */
  function leftover(entry, sendable = false) {
    const line = document.createElement("li");
    const retry = document.createElement("button");
    const copy = document.createElement("button");
    const away = document.createElement("button");
    for (const button of [retry, copy, away]) {
      button.type = "button";
      button.className = "btn btn-link btn-small";
    }
    [retry.textContent, copy.textContent, away.textContent] = ["重试", "复制", "不再保留"];
    const text = document.createElement("b");
    text.textContent = entry.text || "（清空）";
    copy.onclick = () => {
      getSelection().selectAllChildren(text);
      navigator.clipboard?.writeText(entry.text);
    };
    away.onclick = () => update(entry.key, () => null).then(() => { line.remove(); show(); });
    retry.onclick = () => update(entry.key, (now) => now && { ...now, state: "waiting", failures: 0 }).then(() => { show(); queue.pump(); });
    line.append(`${entry.item}　`, text, ...(entry.reason ? [`　${entry.reason}　`] : []), ...(sendable ? [retry] : []), copy, away);
    return line;
  }

  const sameCell = (one, other) => one.item === other.item && one.field === other.field;

  /* What a page that is gone has left for a cell becomes this page's own, the latest alone: the cell does not wait twice. */
  async function adopt(left) {
    for (const entry of left.filter((one) => !one.typing || Date.now() - one.at > ABANDONED_MS)) {
      const own = `${prefix}${entry.item}:${entry.field}:${tab}`;
      const later = left.some((one) => one !== entry && sameCell(one, entry) && one.at > entry.at);
      if (entry.key === own) continue;
      if (!later) await update(own, (now) => (now && now.at > entry.at ? undefined : { ...entry, key: own, state: "waiting", typing: false, failures: 0 }));
      await update(entry.key, () => null); // second: at no moment does it stand nowhere
    }
  }

  /* What was typed before this script listened. Fields that the browser itself fills in again (no autocomplete="off") say nothing of it. */
  function typedEarly() {
    if (!place.hasAttribute("data-editable")) return;
    /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */
    const fields = document.querySelectorAll('input[autocomplete="off"], textarea[autocomplete="off"]');
    for (const field of fields) {
      const unit = field.type !== "hidden" && field.value !== field.defaultValue ? unitOf(field) : null;
      if (unit) note(unit, field === document.activeElement);
    }
  }

  async function begin() {
    try { await store.gather(); } catch (error) { /* no local storage here */ }
    typedEarly();
    const left = await all();
    if (!left.length) return;
    if (!place.hasAttribute("data-editable")) {
      const list = document.createElement("ul");
      list.append(...left.map((entry) => leftover(entry)));
      noted("leftovers", "评分表已不能修改，以下内容没有存入，仍在本机，可以复制留用：", list);
      return;
    }
    for (const entry of left) {
      if (versionField(entry.group)) fill(entry.body);
    }
    await adopt(left);
    queue.pump();
  }

  document.addEventListener("DOMContentLoaded", begin);
  /* A form that htmx has put into the page shows what waits for it, as a page that is opened does. */
  document.addEventListener("htmx:load", (event) => {
    if (!event.detail.elt.querySelector("form[data-leaves]")) return;
    for (const entry of known.values()) if (versionField(entry.group)) fill(entry.body);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) store.unspill(); });
  for (const name of ["online", "focus", "pageshow"]) window.addEventListener(name, () => { if (known.size) queue.pump(); });
  document.addEventListener("visibilitychange", () => { if (known.size) queue.pump(); });

  /* ---- sign-out ---- */
  document.addEventListener("submit", (event) => {
    if (!/logout/.test(event.target.action)) return;
    if (!known.size || window.confirm(`还有${known.size}项未保存，退出后将从本机清除。确定退出吗？`)) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
