"use strict";
/* Site visit on a telephone: every line and photo goes through the offline queue (offline-queue.js). Without a network nothing typed is
   lost; it is sent when the network is back, also after the page was closed. */
(function () {
  const place = document.getElementById("visit-state");
  if (!place) return;
  const prefix = `${place.dataset.user}:${place.dataset.visit}:`;
  const NAME = `gd-visit:${prefix}`;
  const [TYPING_MS, ANSWER_MS] = [1200, 60000];
  const KEPT = "已存在本机，等待上传";
  const TROUBLE = { 401: "请在另一个窗口重新登录，已填内容存在本机", 500: "暂时不能保存，稍后自动重试" };
  let closing = false; // asked for while something still waits
  /** @typedef {Entry & {row: string, url: string, finding?: string, note?: string, photo?: File, name?: string, level?: string}} Line */
  /** @type {ReturnType<typeof offlineStore<Line>>} */
  const store = gdOffline.store({ database: "gd-visit", table: "waiting", prefix, tab: gdOffline.randomName() });
  const { known, update } = store;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;

  function tell(text) {
    const photos = [...known.values()].filter((entry) => entry.photo).length;
    const lines = known.size - photos;
    const waits = [lines ? `${lines}项` : "", photos ? `${photos}张照片` : ""].filter(Boolean).join("、");
    place.textContent = text || (waits ? `${closing ? "还不能完成核查：" : ""}${waits}已存在本机，等待上传${navigator.onLine ? "" : "（没有网络）"}` : "已全部保存");
    place.classList.toggle("gd-note-amber", Boolean(waits));
  }

  const formOf = (row) => document.querySelector(`form[data-visit-row="${row}"]`);
  const said = (row, text) => { const line = formOf(row)?.querySelector("[data-saved]"); if (line) line.textContent = text; };
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

  const shownVersion = (form) => Number(form.elements.namedItem("version").value) || 0;

  function typed(form, typing) {
    const row = form.dataset.visitRow;
    const key = `${prefix}row:${row}`;
    const finding = form.querySelector("[name=finding]:checked");
    const version = known.get(key)?.version ?? shownVersion(form);
    const line = { row, url: form.action, finding: finding ? finding.value : "", note: form.elements.namedItem("note").value };
    /** @type {Entry} */
    const waits = { key, group: row, version, typing, state: "waiting", token: gdOffline.randomName(), at: Date.now() };
    said(row, navigator.onLine ? "保存中" : KEPT);
    count(form);
    const kept = store.keep({ ...line, ...waits });
    tell();
    return kept;
  }

  function count(form) {
    const group = form.closest("details");
    const done = group?.querySelector("[data-done]");
    if (done) done.textContent = group.querySelectorAll("[name=finding]:checked").length;
  }

  /* Answers with status and data; status 0 where nothing answered, data missing where it was not this page that answered. */
  async function send(entry) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    if (entry.photo) { body.append("token", entry.token); body.append("photo", entry.photo, entry.name); body.append("photo-confidentiality", entry.level || ""); }
    else {
      body.append("finding", entry.finding);
      body.append("note", entry.note);
      entry.version = store.versionOf(entry);
      body.append("version", String(entry.version));
    }
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_MS);
    try {
      const answer = await fetch(entry.url, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", signal: patience.signal });
      const ours = !answer.redirected && (answer.headers.get("Content-Type") || "").startsWith("application/json");
      return { status: answer.status, data: ours ? await answer.json() : null };
    } catch {
      return { status: 0, data: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns {Outcome} */
  function outcome({ status, data }) {
    if (!data) return status >= 500 ? { kind: "broken" } : { kind: "away", status: status && (status < 400 || status === 403) ? 401 : status };
    if (status >= 500) return { kind: "broken" };
    return { kind: status === 200 ? "taken" : "refused" };
  }

  const drop = (entry) => update(entry.key, (now) => (now && now.token === entry.token ? null : undefined)); // typed on meanwhile: the newer text still waits

  async function refused(entry, { status, data }) {
    const form = formOf(entry.row);
    if (status === 409 && data.version !== undefined && form) {
      form.elements.namedItem("version").value = data.version;
      said(entry.row, `${data.by || "他人"}已填：${form.querySelector(`[value="${data.finding}"]`)?.nextElementSibling?.textContent || "未填"}　${data.note}。如以您的为准，再改一次即保存`);
    } else said(entry.row, data.text || "没有保存");
    await drop(entry);
    waiting(entry.row);
  }

  async function taken(entry, { data }) {
    if (entry.photo) {
      await drop(entry);
      showPhoto(entry.row, data.html);
      channel?.postMessage({ row: entry.row, html: data.html });
      return;
    }
    const renumbered = store.renumber(entry, data.version);
    await drop(entry);
    await renumbered;
    const news = { row: entry.row, finding: entry.finding, note: entry.note, version: data.version, saved: data.saved };
    showSaved(news);
    channel?.postMessage(news);
  }

  function showPhoto(row, html) {
    document.querySelector(`[data-photos="${row}"]`)?.insertAdjacentHTML("beforeend", html);
    waiting(row);
  }

  function showSaved({ row, version, saved }) {
    const form = formOf(row);
    if (!form) return;
    form.elements.namedItem("version").value = version;
    if (!known.has(`${prefix}row:${row}`)) said(row, `已保存 ${saved}`);
  }

  /* What another tab has sent: it stands here too, where nothing else was typed. */
  if (channel) channel.onmessage = async ({ data }) => {
    await store.all();
    if (data.html) showPhoto(data.row, data.html);
    else {
      if (!known.has(`${prefix}row:${data.row}`)) fill(data);
      showSaved(data);
    }
    tell();
  };

  /** @param {{row: string, finding?: string, note?: string}} line */
  function fill({ row, finding = "", note = "" }) {
    const form = formOf(row);
    if (!form) return;
    form.elements.namedItem("note").value = note;
    const chosen = form.querySelector(`[name=finding][value="${finding}"]`);
    if (chosen) chosen.checked = true;
    count(form);
  }

  function waiting(row) {
    const number = [...known.values()].filter((entry) => entry.photo && entry.row === row).length;
    const label = document.querySelector(`form[data-visit-photo="${row}"] [data-waiting]`);
    if (label) label.textContent = number ? `${number}张等待上传` : "";
  }

  const queue = gdOffline.queue(store, {
    name: NAME,
    send,
    outcome,
    taken,
    refused,
    running: (on) => document.body.toggleAttribute("data-saving", on),
    rested: ({ trouble }) => {
      if (trouble) for (const entry of known.values()) if (!entry.photo) said(entry.row, KEPT);
      tell(known.size ? TROUBLE[trouble] : "");
    },
    failures: Infinity, // there is no place on this page for what is set aside: it waits
    failuresAlone: Infinity,
  });

  async function start() {
    try { await store.gather(); } catch { /* no local storage here */ }
    for (const entry of await store.all()) {
      await update(entry.key, (now) => now && { ...now, typing: false });
      if (entry.photo) waiting(entry.row);
      else if (formOf(entry.row)) {
        fill(entry);
        said(entry.row, KEPT);
      }
    }
    if (known.size) queue.pump();
  }

  /* Typed and not touched for a while: it goes. */
  function rested(form) {
    const key = `${prefix}row:${form.dataset.visitRow}`;
    update(key, (now) => now && { ...now, typing: false }).then(queue.pump);
  }

  const timers = new Map();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-visit-row]");
    if (!form) return;
    typed(form, true);
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => rested(form), event.target.type === "radio" ? 0 : TYPING_MS));
  });
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-visit-photo]");
    if (!form || !event.target.files?.length) return;
    const row = form.dataset.visitPhoto;
    const level = form.elements["photo-confidentiality"].value;
    for (const photo of [...event.target.files]) {
      const number = crypto.randomUUID();
      /** @type {Entry} */
      const waits = { key: `${prefix}photo:${number}`, group: `photo:${number}`, state: "waiting", token: number, at: Date.now() };
      await store.keep({ ...waits, row, url: form.action, photo, name: photo.name, level });
      waiting(row);
      tell();
    }
    event.target.value = "";
    queue.pump();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-visit-row]");
    if (!form) return;
    event.preventDefault();
    typed(form, false).then(queue.pump);
  });
  document.addEventListener("click", (event) => {
    if (!known.size || !event.target.closest("[data-visit-close]")) return;
    event.preventDefault(); // a closed visit takes no more lines and photos
    closing = true;
    tell();
    queue.pump();
  });
  window.addEventListener("pagehide", store.spill);
  window.addEventListener("pageshow", (event) => { if (event.persisted) store.unspill(); });
  window.addEventListener("online", queue.pump);
  window.addEventListener("offline", () => tell());
  start();
})();
