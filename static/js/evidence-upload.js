"use strict";
/* Files go up piece by piece: dropped, pasted or chosen, several at once. What is not finished is kept in this browser (IndexedDB) and goes
   on where the portal stands: after a reload, a lost network, an expired login. Without this the plain form uploads. */
(function () {
  const form = document.getElementById("upload-form");
  const list = document.getElementById("uploads");
  if (!form || !("indexedDB" in window)) return;
  const { user, owner, start, arrived } = form.dataset;
  const input = form.querySelector("input[type=file]");
  const [RETRY_MS, MOST_RETRY_MS, SMALL] = [2000, 30000, 2 * 1024 * 1024];
  const cookie = () => (document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]*)/) || ["", ""])[1];

  /* ---- store ---- */
  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("gd-uploads", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files", { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  async function act(mode, deed) {
    const db = await opened;
    return new Promise((resolve, reject) => {
      const request = deed(db.transaction("files", mode).objectStore("files"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /* ---- what is shown ---- */
  function line(entry) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const told = document.createElement("small");
    const away = document.createElement("button");
    name.textContent = entry.name;
    bar.className = "gd-bar";
    bar.max = entry.size;
    bar.value = 0;
    bar.setAttribute("aria-label", `${entry.name}上传进度`);
    away.type = "button";
    away.className = "btn btn-link btn-small";
    away.textContent = "取消";
    away.setAttribute("aria-label", `取消上传${entry.name}`);
    item.append(name, bar, told, away);
    list.append(item);
    away.addEventListener("click", async () => {
      entry.gone = true;
      await act("readwrite", (files) => files.delete(entry.id));
      item.remove();
    });
    return { item, bar, told };
  }

  function tell(view, words, failing) {
    view.told.textContent = words;
    view.told.className = failing ? "gd-field-error" : "gd-muted";
  }

  const megabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;

  /* ---- talking to the portal ---- */
  class Refused extends Error {}
  class Away extends Error {}

  async function ask(address, options = {}) {
    let response;
    try {
      const headers = { "X-CSRFToken": cookie(), "X-User": user, ...options.headers };
      response = await fetch(address, { ...options, headers, credentials: "same-origin", redirect: "manual" });
    } catch (error) { throw new Away("网络没有接通，接通后自动继续"); }
    if (response.status === 401) throw new Away("登录已过期，请在新窗口登录，登录后自动继续");
    if (response.status === 413 || response.status === 422) throw new Refused((await said(response)) || "文件没有被接受");
    if (response.status === 507) throw new Away(`${(await said(response)) || "存储空间不足"}；腾出空间后自动继续`);
    if (response.status >= 500 || response.status === 0 || response.type === "opaqueredirect") throw new Away("平台暂时没有应答，稍后自动继续");
    return response;
  }

  async function said(response) {
    const text = await response.text();
    try { return JSON.parse(text).error; } catch (error) { return text; }
  }

  async function begin(entry) {
    const body = new URLSearchParams({ owner, name: entry.name, size: entry.size });
    const response = await ask(start, { method: "POST", body });
    if (!response.ok) throw new Refused(await said(response));
    const told = await response.json();
    Object.assign(entry, { key: told.key, piece: told.piece });
    await act("readwrite", (files) => files.put(entry));
    return told.offset;
  }

  async function standing(entry) {
    const response = await ask(`${start}${entry.key}/`);
    if (response.status === 404) return begin(entry); // swept meanwhile, or begun by somebody else
    return (await response.json()).offset;
  }

  async function sendPieces(entry, view) {
    let offset = entry.key ? await standing(entry) : await begin(entry);
    while (offset < entry.size && !entry.gone) {
      view.bar.value = offset;
      tell(view, `${megabytes(offset)} / ${megabytes(entry.size)}`);
      const body = entry.file.slice(offset, offset + entry.piece);
      const headers = { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" };
      const response = await ask(`${start}${entry.key}/`, { method: "POST", body, headers });
      offset = (await response.json()).offset; // 409 says where to go on
    }
    view.bar.value = offset;
  }

  async function handOver(entry, view) {
    tell(view, "正在检查");
    const body = new URLSearchParams({ key: entry.key, ...entry.described });
    const response = await ask(arrived, { method: "POST", body });
    if (!response.ok) throw new Refused(await said(response));
    await act("readwrite", (files) => files.delete(entry.id));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("evidence-files");
    document.getElementById("evidence-files").replaceWith(fresh);
    for (const field of fresh.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = cookie();
    tell(view, "已加入");
    view.item.querySelector("button").remove();
  }

  async function carry(entry) {
    const view = line(entry);
    let wait = RETRY_MS;
    while (!entry.gone) {
      try {
        await sendPieces(entry, view);
        if (!entry.gone) await handOver(entry, view);
        return;
      } catch (error) {
        if (!(error instanceof Away)) {
          tell(view, error.message, true);
          giveBack(entry);
          await act("readwrite", (files) => files.delete(entry.id));
          return;
        }
        tell(view, error.message, true);
        /** @type {Promise<void>} */
        const connected = new Promise((resolve) => {
          const timer = setTimeout(resolve, wait);
          window.addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
        });
        await connected;
        wait = Math.min(wait * 2, MOST_RETRY_MS);
      }
    }
  }

  /* ---- taking files in ---- */
  let last = Promise.resolve();
  const queue = (entry) => { last = last.then(() => alone(() => carry(entry))); };
  const alone = (deed) => (navigator.locks ? navigator.locks.request(`gd-upload:${arrived}`, deed) : deed());

  /* What is typed beside the files; a title is that of a single one. */
  function described(single) {
    const found = {};
    for (const name of [...(single ? ["title"] : []), "confidentiality", "page", "passage", "valid_from", "valid_to"]) {
      const value = form.elements[`upload-${name}`]?.value;
      if (value) found[name] = value;
    }
    const also = [...form.querySelectorAll("input[name=upload-also]:checked")].map((box) => box.value);
    if (also.length) found.also = also.join(",");
    return found;
  }

  /* The title of a file that was refused is typed only once. */
  function giveBack(entry) {
    const title = form.elements["upload-title"];
    if (title && !title.value) title.value = entry.described.title || "";
  }

  async function take(files) {
    const typed = described(files.length === 1);
    if (typed.title) form.elements["upload-title"].value = ""; // the next file is another one
    for (const file of files) {
      const name = file.name || "粘贴的图片.png";
      const entry = { user, arrived, name, size: file.size, file, described: typed };
      entry.id = await act("readwrite", (store) => store.add(entry));
      queue(entry);
    }
    input.value = "";
    form.querySelector("[data-names]").textContent = "";
  }

  document.addEventListener("drop", (event) => {
    if (event.target instanceof Element && event.target.closest(".gd-drop")) setTimeout(() => { if (input.files.length) take([...input.files]); });
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    const stamp = new Date().toTimeString().slice(0, 8).replaceAll(":", "");
    take(files.map((file, index) => (file.name === "image.png" ? new File([file], `粘贴${stamp}${index || ""}.png`, { type: file.type }) : file)));
  });
  /* One small file goes with the plain form; several, or a large one, go piece by piece. */
  form.addEventListener("submit", (event) => {
    const files = [...input.files];
    if (files.length < 2 && files.every((file) => file.size <= SMALL)) return;
    event.preventDefault();
    event.stopPropagation();
    take(files);
  }, true);

  /* ---- what was left from before ---- */
  document.addEventListener("DOMContentLoaded", async () => {
    const left = await act("readonly", (files) => files.getAll());
    for (const entry of left) if (entry.user === user && entry.arrived === arrived) queue(entry);
  });
})();
