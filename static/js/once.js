/* A double click sends a form once: the second press would go, after the answer to the first, to that answer's address.
   A form that stays on the page can be sent again a second later. */
(() => {
  "use strict";

  const PAUSE_MS = 1000;
  const sent = new WeakSet();

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (sent.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      if (form.method !== "post") return;
      sent.add(form);
      setTimeout(() => sent.delete(form), PAUSE_MS);
    },
    true,
  );
})();
