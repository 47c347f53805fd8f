"use strict";
/* Keys of the review desk: C D Q choose, D goes on to the points, Q to the comment; Enter, and Ctrl+Enter from a field, confirms and goes on,
   J goes on without confirming, K goes back. Without it the form and its buttons do the same. */
(function () {
  const busy = (node) => node instanceof Element && (node.matches("input:not([type=radio]), textarea, select, button, a, summary") || node.isContentEditable || node.closest("dialog[open]"));

  const THEN = { d: "#id_points, #id_comment", q: "#id_comment" }; /* what is filled in after the choice; the first that the clause has */

  function onKey(event) {
    const confirms = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !document.querySelector("dialog[open]");
    if (event.altKey || event.isComposing || event.repeat) return;
    if (!confirms && (event.ctrlKey || event.metaKey || busy(event.target))) return;
    const key = event.key.toLowerCase();
    const target = document.querySelector(`.gd-review [data-key~="${CSS.escape(key)}"]`);
    if (!target || target.disabled || target.closest("fieldset[disabled]")) return;
    event.preventDefault();
    if (target.matches("input")) target.focus();
    target.click();
    const next = THEN[key] && document.querySelector(THEN[key]);
    if (next && !next.disabled) next.focus();
  }

  /* Giving points means differing. */
  function onChange(event) {
    if (!event.target.matches("#id_points") || !event.target.value) return;
    const differ = document.querySelector('#review-form input[name="judgement"][value="differ"]');
    if (differ && !differ.checked) differ.checked = true;
  }

  function showCurrent() {
    const current = document.querySelector("#review-clauses [aria-current]");
    if (current) current.scrollIntoView({ block: "center" });
  }

  /* Another clause was put into the page: the list stands where it stood, and the keyboard begins at what was refused, else at the clause. */
  let stood = 0;
  function onLeave(event) {
    if (event.detail.target?.id === "clause") stood = document.getElementById("review-clauses")?.scrollTop || 0;
  }
  function onArrival(event) {
    if (!event.detail.elt.matches(".gd-case")) return;
    const list = document.getElementById("review-clauses");
    list.scrollTop = stood;
    const [current, box] = [list.querySelector("[aria-current]"), list.getBoundingClientRect()];
    const place = current?.getBoundingClientRect();
    if (place && (place.top < box.top || place.bottom > box.bottom)) list.scrollTop += place.top - box.top - box.height / 2;
    event.detail.elt.querySelector(".gd-errors, h2[tabindex]").focus({ preventScroll: true });
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange, true);
  document.addEventListener("DOMContentLoaded", showCurrent);
  document.addEventListener("htmx:beforeSwap", onLeave);
  document.addEventListener("htmx:load", onArrival);
})();
