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

  function showCurrent() {
    const current = document.querySelector("#review-clauses [aria-current]");
    if (current) current.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("change", onChange, true);
  document.addEventListener("DOMContentLoaded", showCurrent);
})();
