/* Copies what stands in a box or a text. Without this file the button stays hidden and the words can be selected by hand. */
(() => {
  "use strict";

  const unhide = () => {
    if (!navigator.clipboard) return; // plain http beyond this machine has none
    document.querySelectorAll("button[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  };

  const select = (box) => {
    if ("select" in box) {
      box.focus();
      box.select();
    } else {
      getSelection().selectAllChildren(box);
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const box = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText("value" in box ? box.value : box.textContent);
      document.getElementById(`${box.id}-copied`).textContent = button.dataset.done;
    } catch {
      select(box);
    }
  });

  document.addEventListener("DOMContentLoaded", unhide);
  document.addEventListener("htmx:after:swap", unhide);
})();
