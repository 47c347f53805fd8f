"use strict";
/* Site visit on a telephone: every line is kept in this browser (IndexedDB, by person and visit) until the portal has taken it, photos
   too. Without a network nothing typed is lost; it is sent when the network is back, also after the page was closed. */
(function () {
  const place = document.getElementById("visit-state");
  if (!place) return;
  const prefix = `${place.dataset.user}:${place.dataset.visit}:`;
  const [TYPING_MS, RETRY_MS, ANSWER_MS] = [1200, 8000, 60000];
  const KEPT = "已存在本机，等待上传";
  let closing = false; // asked for while something still waits
  const known = new Map(); // what waits; the truth where IndexedDB is refused
  const opened = new Promise((resolve) => {
    let request;
    try { request = indexedDB.open("gd-visit", 1); } catch (error) { resolve(null); return; }
    request.onupgradeneeded = () => request.result.createObjectStore("waiting", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  });

  async function store(act) {
    const db = await opened;
    if (!db) return undefined;
    return new Promise((resolve) => {
      const transaction = db.transaction("waiting", "readwrite");
      const request = act(transaction.objectStore("waiting"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => resolve(undefined);
    });
  }

  async function keep(entry) {
    known.set(entry.key, entry);
    await store((waiting) => waiting.put(entry));
    tell();
  }

  async function drop(entry) {
    if (known.get(entry.key) !== entry) return; // typed on meanwhile: the newer text still waits
    known.delete(entry.key);
    await store((waiting) => waiting.delete(entry.key));
  }

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

  function typed(form) {
    const row = form.dataset.visitRow;
    const finding = form.querySelector("[name=finding]:checked");
    const entry = { key: `${prefix}row:${row}`, row, url: form.action, finding: finding ? finding.value : "", note: form.note.value };
    said(row, navigator.onLine ? "保存中" : KEPT);
    count(form);
    return keep(entry);
  }

  function count(form) {
    const group = form.closest("details");
    const done = group?.querySelector("[data-done]");
    if (done) done.textContent = group.querySelectorAll("[name=finding]:checked").length;
  }

  async function send(entry) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    if (entry.photo) { body.append("token", entry.token); body.append("photo", entry.photo, entry.name); }
    else {
      body.append("finding", entry.finding);
      body.append("note", entry.note);
      body.append("version", formOf(entry.row)?.version.value || "0");
    }
    const stop = AbortSignal.timeout ? AbortSignal.timeout(ANSWER_MS) : undefined;
    const answer = await fetch(entry.url, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", signal: stop });
    if (answer.redirected || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
      if (answer.ok || answer.status === 403) throw new Error("请在另一个窗口重新登录，已填内容存在本机");
      throw new Error("暂时不能保存，稍后自动重试");
    }
    return { status: answer.status, data: await answer.json() };
  }

  async function taken(entry, status, data) {
    const form = formOf(entry.row);
    if (status === 409 && data.version !== undefined && form) {
      form.version.value = data.version;
      said(entry.row, `${data.by || "他人"}已填：${form.querySelector(`[value="${data.finding}"]`)?.nextElementSibling?.textContent || "未填"}　${data.note}。如以您的为准，再改一次即保存`);
      await drop(entry);
      return;
    }
    if (status >= 500) throw new Error("暂时不能保存，稍后自动重试");
    await drop(entry);
    if (status !== 200) { said(entry.row, data.text || "没有保存"); return; }
    if (entry.photo) {
      const list = document.querySelector(`[data-photos="${entry.row}"]`);
      if (list) list.insertAdjacentHTML("beforeend", data.html);
      waiting(entry.row);
    } else if (form) {
      form.version.value = data.version;
      if (!known.has(entry.key)) said(entry.row, `已保存 ${data.saved}`);
    }
  }

  function waiting(row) {
    const count = [...known.values()].filter((entry) => entry.photo && entry.row === row).length;
    const label = document.querySelector(`form[data-visit-photo="${row}"] [data-waiting]`);
    if (label) label.textContent = count ? `${count}张等待上传` : "";
  }

  let sending = false;
  let timer = 0;
  async function flush() {
    clearTimeout(timer);
    timer = 0;
    if (sending) return;
    sending = true;
    let trouble = "";
    let next = 0;
    try {
      for (const entry of [...known.values()]) {
        const { status, data } = await send(entry);
        await taken(entry, status, data);
      }
      if (known.size) next = TYPING_MS; // typed on while it was sent
    } catch (error) {
      trouble = error.name === "TypeError" || error.name === "TimeoutError" ? "" : error.message;
      next = RETRY_MS;
      for (const entry of known.values()) if (!entry.photo) said(entry.row, KEPT);
    }
    sending = false;
    tell(trouble);
    if (next) timer = setTimeout(flush, next);
  }

  async function start() {
    const found = await store((entries) => entries.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
    for (const entry of found || []) {
      known.set(entry.key, entry);
      const form = formOf(entry.row);
      if (entry.photo) waiting(entry.row);
      else if (form) {
        form.note.value = entry.note;
        const chosen = form.querySelector(`[name=finding][value="${entry.finding}"]`);
        if (chosen) chosen.checked = true;
        said(entry.row, KEPT);
        count(form);
      }
    }
    if (known.size) flush();
  }

  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-visit-row]");
    if (!form) return;
    typed(form);
    clearTimeout(typing);
    typing = setTimeout(flush, event.target.type === "radio" ? 0 : TYPING_MS);
  });
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-visit-photo]");
    if (!form || !event.target.files.length) return;
    for (const photo of event.target.files) {
      const number = crypto.randomUUID();
      const row = form.dataset.visitPhoto;
      await keep({ key: `${prefix}photo:${number}`, row, url: form.action, photo, name: photo.name, token: number });
      waiting(row);
    }
    event.target.value = "";
    flush();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-visit-row]");
    if (!form) return;
    event.preventDefault();
    typed(form).then(flush);
  });
  document.addEventListener("click", (event) => {
    if (!known.size || !event.target.closest("[data-visit-close]")) return;
    event.preventDefault(); // a closed visit takes no more lines and photos
    closing = true;
    tell();
    flush();
  });
  window.addEventListener("online", flush);
  window.addEventListener("offline", () => tell());
  start();
})();
