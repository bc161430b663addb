/* A link of the error summary leads into its field: browsers scroll there, but leave the focus behind. */
(() => {
  "use strict";

  const FIELDS = "input, select, textarea, fieldset";
  let awaited = ""; // the field of another page that a link on this one leads to

  const named = (hash) => document.getElementById(decodeURIComponent(hash.slice(1)));

  function lead(to) {
    // A step of the ladder opens, and everything it is folded into.
    for (let folded = to.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
    (to.matches("details") ? to.querySelector("summary") : to).focus({ preventScroll: true });
    // The label and the words above the control belong into view as well.
    (to.closest(".field, .fieldset, .choice") || to).scrollIntoView({ block: to.matches("details") ? "start" : "center" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#error-summary a[href*='#']");
    if (!link) return;
    awaited = link.getAttribute("href").startsWith("#") ? "" : link.hash;
    const to = !awaited && named(link.hash);
    if (!to) return;
    event.preventDefault();
    lead(to);
  });

  function arrive(hash) {
    const field = hash ? named(hash) : null;
    if (field && field.matches(FIELDS)) lead(field);
  }

  document.addEventListener("DOMContentLoaded", () => arrive(location.hash));
  document.addEventListener("htmx:after:settle", () => {
    if (!awaited || location.hash !== awaited) return;
    arrive(awaited);
    awaited = "";
  });
})();
