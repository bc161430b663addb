/* Menus are <details data-menu>: they open and close by themselves; here they also close on Escape and outside,
   and the arrow keys walk through them. Listens on the document, so it survives swaps of #main. */
(() => {
  "use strict";

  const open = () => [...document.querySelectorAll("details[data-menu][open]")];

  const close = (menu, focus) => {
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  };

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu]");
    if (event.key === "Escape") {
      for (const one of open()) close(one, one.contains(document.activeElement));
      return;
    }
    if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    menu.open = true;
    const items = [...menu.querySelectorAll("ul a, ul button")];
    const at = items.indexOf(document.activeElement);
    const places = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 };
    items[(places[event.key] + items.length) % items.length].focus();
  });

  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) close(menu, false);
  });
})();
