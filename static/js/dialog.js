/* The page drawn as a dialog: Escape leads back to the settings behind it, as the cross does, unless that would lose
   what was typed; then it only leads to the cross. The page is whole without this file. */
(() => {
  "use strict";

  const changed = (form) =>
    [...form.elements].some((one) => {
      if (one.tagName === "SELECT") return ![...one.options].some((option) => option.selected && (option.defaultSelected || option.index === 0));
      return one.tagName === "INPUT" && one.type !== "hidden" && one.value !== one.defaultValue;
    });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const dialog = document.querySelector("[data-dialog]");
    const close = dialog?.querySelector("[data-dialog-close]");
    if (!close) return;
    event.preventDefault();
    const form = dialog.querySelector("form");
    if (form && changed(form)) close.focus();
    else close.click();
  });
})();
