/* A file too large to attach is said at once, before it travels. */
(() => {
  "use strict";

  document.addEventListener(
    "change",
    (event) => {
      const box = event.target;
      const largest = Number(box.dataset?.largest);
      if (!largest) return;
      const tooLarge = [...box.files].some((file) => file.size > largest);
      document.getElementById("files-too-large").hidden = !tooLarge;
      if (!tooLarge) return;
      event.stopImmediatePropagation();
      box.value = "";
    },
    true,
  );
})();
