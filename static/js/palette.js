"use strict";
/* Palette (Ctrl K): pages of the seat and everything that the search finds, without the mouse. shell.js loads it at the first Ctrl K. */
(function () {
  const form = document.querySelector(".gd-search");
  const WAIT_MS = 150; /* between two letters of somebody who types */
  const KEYS = "↑ ↓ 选择，Enter 打开，Esc 关闭";
  const words = (count) => (count ? `找到${count}条。${KEYS}` : "没有找到。");
  let waiting = 0;
  let asked = 0;

  const dialog = document.createElement("dialog");
  dialog.className = "gd-dialog gd-palette";
  dialog.id = "gd-palette";
  dialog.setAttribute("aria-label", "查找并前往");
  const input = Object.assign(document.createElement("input"), { type: "search", className: "form-control", maxLength: 60, autocomplete: "off" });
  input.placeholder = "页面、操作、城区、办件、到期事项、材料、条文";
  input.setAttribute("aria-label", "查找并前往");
  const told = Object.assign(document.createElement("p"), { className: "gd-hint" });
  told.setAttribute("role", "status");
  const place = Object.assign(document.createElement("div"), { className: "gd-stack gd-palette-hits" });
  dialog.append(input, told, place);
  document.body.append(dialog);

  const links = () => [...place.querySelectorAll("a.gd-item")];

  async function find() {
    const mine = ++asked;
    const address = `${form.action}?${new URLSearchParams({ q: input.value })}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (mine !== asked) return; /* an answer to older letters */
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
      told.textContent = words(links().length);
    } catch {
      if (mine === asked) told.textContent = "没有查到：网络没有接通或登录已过期。按 Enter 打开搜索页。";
    }
  }

  function onKey(event) {
    if (event.isComposing) return;
    const all = links();
    const at = all.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    if (event.key === "ArrowDown" && all.length) {
      event.preventDefault();
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      if (at > 0) all[at - 1].focus();
      else input.focus();
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      location.assign(all.length && !waiting ? all[0].href : `${form.action}?${new URLSearchParams({ q: input.value })}`);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = 0;
      find();
    }, WAIT_MS);
  });
  dialog.addEventListener("keydown", onKey);
  document.addEventListener("gd:palette", () => {
    if (dialog.open) return;
    dialog.showModal();
    input.select();
    find();
  });
})();
