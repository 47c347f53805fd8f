"use strict";
/* Keys of the review desk: C D Q choose, Enter confirms and goes on, K goes back. Without it the form and its buttons do the same. */
(function () {
  const busy = (node) => node instanceof Element && (node.matches("input:not([type=radio]), textarea, select, button, a, summary") || node.isContentEditable || node.closest("dialog[open]"));

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || busy(event.target)) return;
    const target = document.querySelector(`.gd-review [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target || target.disabled || target.closest("fieldset[disabled]")) return;
    event.preventDefault();
    if (target.matches("input")) target.focus();
    target.click();
  }

  /* Giving points means differing. */
  function onChange(event) {
    if (!event.target.matches("#id_points") || !event.target.value) return;
    const differ = document.querySelector('#review-form input[name="judgement"][value="differ"]');
    if (differ && !differ.checked) differ.checked = true;
  }

  /* The button wins over an autosave: one not sent yet is dropped, one under way is awaited, so that they never collide. */
  let leaving = null;
  let sending = false;

  function onSubmit(event) {
    if (event.target.id !== "review-form") return;
    leaving = event.submitter || document.querySelector('[form="review-form"][data-key]');
    if (sending) event.preventDefault();
  }

  function onBefore(event) {
    if (event.target.id !== "review-form") return;
    if (leaving) event.preventDefault();
    else sending = true;
  }

  function onAfter(event) {
    if (event.target.id !== "review-form") return;
    sending = false;
    const submitter = leaving;
    leaving = null;
    if (submitter) event.target.requestSubmit(submitter);
  }

  /* Why a save was not taken any more (handed in, step over) is said in the server's words. */
  function onSwap(event) {
    if (event.detail.xhr.status !== 410) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }

  function showCurrent() {
    const current = document.querySelector("#review-clauses [aria-current]");
    if (current) current.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("htmx:beforeRequest", onBefore);
  document.addEventListener("htmx:beforeSwap", onSwap);
  document.addEventListener("htmx:afterRequest", onAfter);
  document.addEventListener("change", onChange, true);
  document.addEventListener("DOMContentLoaded", showCurrent);
})();
