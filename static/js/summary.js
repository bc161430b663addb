/* A link of the error summary leads into its field: browsers scroll there, but leave the focus behind. */
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    // The label and the words above the control belong into view as well.
    (field.closest(".field, .fieldset, .choice") || field).scrollIntoView({ block: "center" });
  });

  // A next step may lead into a field of another page.
  document.addEventListener("DOMContentLoaded", () => {
    const field = document.getElementById(location.hash.slice(1));
    if (field?.matches("input, select")) field.focus();
  });
})();
