/* A file too large to attach is said at once, before it travels. */
(() => {
  "use strict";

  document.addEventListener(
    "change",
    (event) => {
      const box = event.target;
      const largest = Number(box.dataset?.largest);
      if (!largest || ![...box.files].some((file) => file.size > largest)) return;
      event.stopImmediatePropagation();
      box.value = "";
      box.setCustomValidity(box.dataset.tooLarge);
      box.reportValidity();
      box.addEventListener("click", () => box.setCustomValidity(""), { once: true });
    },
    true,
  );
})();
