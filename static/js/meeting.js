"use strict";
/* The meeting in several browsers: asks for one version every three seconds. The screen on the wall takes up what is new by itself; a page with forms
   only says so, because somebody may be typing. Keys of the screen: → J PageDown go on, ← K PageUp back, Home first, End last;
   J and K lead through the agenda of the page with forms. */
(function () {
  const EVERY_MS = 3000;
  const SLOWEST_MS = 30000;
  const KEYS = { ArrowRight: "following", PageDown: "following", j: "following", ArrowLeft: "before", PageUp: "before", k: "before", Home: "first", End: "last" };
  let wait = EVERY_MS;

  const meeting = () => document.querySelector("[data-meeting]");
  const busy = (node) => node instanceof Element && (node.matches("input, textarea, select") || node.isContentEditable);

  /* The heading after or before the one that has the keyboard, else after or before what stands at the top of the window. */
  function goTo(way) {
    const heads = /** @type {HTMLElement[]} */ (Array.from(document.querySelectorAll("[data-agenda]")));
    const own = document.activeElement?.closest("[id^='agree-']")?.querySelector("[data-agenda]");
    const at = own ? heads.indexOf(/** @type {HTMLElement} */ (own)) : heads.filter((head) => head.getBoundingClientRect().top < 0).length - 1;
    const next = heads[way === "before" ? at - 1 : at + 1];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || busy(event.target)) return;
    const way = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const link = way && document.querySelector(`.gd-screen [data-way~="${way}"]`);
    if (!link && "jk".includes(event.key.toLowerCase())) goTo(way);
    if (!link) return;
    event.preventDefault();
    link.click();
  }

  async function takeUp() {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Background": "1" } });
    if (!answer.ok || answer.redirected) {
      location.reload();
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-meeting]");
    if (fresh) meeting().replaceWith(document.importNode(fresh, true));
  }

  function tell(words) {
    const place = document.getElementById("meeting-news");
    if (!place || place.textContent === words) return;
    place.textContent = words;
    place.hidden = !words;
  }

  async function ask() {
    const here = meeting();
    if (!here) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(here.dataset.meeting, { credentials: "same-origin", headers: { Accept: "application/json", "X-Background": "1" } });
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        const { version, item } = await answer.json();
        wait = EVERY_MS;
        const moved = "item" in here.dataset && item !== here.dataset.item; /* a screen that follows the secretary */
        if (version === here.dataset.version && !moved) tell("");
        else if ("live" in here.dataset) await takeUp();
        else document.getElementById("meeting-changed").hidden = false;
      } catch {
        wait = Math.min(2 * wait, SLOWEST_MS);
        tell("连接中断，正在重试");
      }
    }
    setTimeout(ask, wait);
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("DOMContentLoaded", () => setTimeout(ask, EVERY_MS));
})();
