/* Letters by keyboard: arrows walk through lists and folders, Delete presses the button that deletes, Escape leads back
   to the list. Everything is a link or a button as well. Listens on the document, so it survives swaps of #main. */
(() => {
  "use strict";

  const typing = (element) => element.closest?.("input:not([type=checkbox]), textarea, select");

  const walk = (event) => {
    const list = event.target.closest?.("[data-arrows]");
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (!list || !(event.key in steps || event.key === "Home" || event.key === "End")) return false;
    const rows = [...list.querySelectorAll("a")].filter((row) => row.offsetParent);
    const here = rows.findIndex((row) => row === document.activeElement || row.parentElement.contains(document.activeElement));
    const place = event.key === "Home" ? 0 : event.key === "End" ? rows.length - 1 : here + steps[event.key];
    rows[Math.min(Math.max(place, 0), rows.length - 1)]?.focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !document.querySelector(".mail") || typing(event.target)) return;
    if (walk(event)) event.preventDefault();
    else if (event.key === "Delete") document.querySelector("[data-key=Delete]")?.click();
    else if (event.key === "Escape") document.querySelector("#mail-list [aria-current]")?.focus();
  });

  // Swaps morph and would leave the ticks; what was pressed is done.
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail?.ctx?.sourceElement?.id !== "ticked") return;
    for (const tick of document.querySelectorAll(".letters__tick:checked")) tick.checked = false;
  });

  // Panes keep their place when they are drawn anew; another letter begins at its beginning.
  let open = location.pathname;
  document.addEventListener("htmx:after:settle", () => {
    const pane = document.getElementById("mail-letter");
    if (pane && location.pathname !== open) pane.scrollTop = 0;
    open = location.pathname;
  });

  // A letter opened from elsewhere is somewhere in its list.
  const show = () => document.querySelector("#mail-list [aria-current]")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("DOMContentLoaded", show);
})();
