/* “Tick all on this page” without loading it again: the link beside the boxes does the same without JavaScript. */
(() => {
  "use strict";

  const boxes = (link) => [...link.closest("form").querySelectorAll(`input[name="${link.dataset.tickAll}"]`)];

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-tick-all]");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    const every = boxes(link);
    const ticked = every.every((box) => box.checked);
    for (const box of every) box.checked = !ticked;
    link.textContent = ticked ? link.dataset.tick : link.dataset.clear;
  }, true); // before htmx, which would follow the link
})();
