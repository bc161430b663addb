/* Show or hide a typed password. Listens on the document, so it survives swaps of #main. */
(() => {
  "use strict";

  const unhide = () => document.querySelectorAll("button[data-reveal][hidden]").forEach((button) => { button.hidden = false; });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-reveal]");
    if (!button) return;
    const box = document.getElementById(button.dataset.reveal);
    const shown = box.type === "text";
    box.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.textContent = shown ? button.dataset.show : button.dataset.hide;
    box.focus();
  });

  // A password left visible must not be offered by the browser's form history.
  document.addEventListener("submit", () => {
    document.querySelectorAll("button[data-reveal][aria-pressed=true]").forEach((button) => button.click());
  }, true);

  document.addEventListener("DOMContentLoaded", unhide);
  document.addEventListener("htmx:after:swap", unhide);
})();
