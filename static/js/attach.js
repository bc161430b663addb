/* Files too large to attach, each by itself or all together, are said at once, before they travel. */
(() => {
  "use strict";

  const show = (id, shown) => {
    document.getElementById(id).hidden = !shown;
    return shown;
  };

  document.addEventListener(
    "change",
    (event) => {
      const box = event.target;
      const largest = Number(box.dataset?.largest);
      if (!largest) return;
      const sizes = [...box.files].map((file) => file.size);
      show("files-failed", false);
      const alone = show("files-too-large", Math.max(0, ...sizes) > largest);
      const together = sizes.reduce((sum, size) => sum + size, 0) > Number(box.dataset.room);
      if (!show("files-too-many", !alone && together) && !alone) return;
      event.stopImmediatePropagation();
      box.value = "";
    },
    true,
  );
})();
