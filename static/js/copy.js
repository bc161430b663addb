/* Copies what stands in a box. Without this file the button stays hidden and the box can be selected by hand. */
(() => {
  "use strict";

  const unhide = () => {
    if (!navigator.clipboard) return; // plain http beyond this machine has none
    document.querySelectorAll("button[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const box = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(box.value);
      document.getElementById(`${box.id}-copied`).textContent = button.dataset.done;
    } catch {
      box.focus();
      box.select();
    }
  });

  document.addEventListener("DOMContentLoaded", unhide);
  document.addEventListener("htmx:after:swap", unhide);
})();
