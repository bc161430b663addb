/* A line of the ladder that is opened for the first time shows what was said instead of the link to it. */
(() => {
  "use strict";

  document.addEventListener("toggle", (event) => {
    const step = event.target;
    if (!step.open || !step.matches("details.step")) return;
    const said = step.querySelector(".step__said");
    const link = said.querySelector(":scope > a");
    // Each line asks on its own account: of several opened in a hurry none waits for another, and none is forgotten.
    if (link) htmx.ajax("GET", link.href, { source: said, target: said, swap: "innerHTML", select: ".detail" });
  }, true); // toggle does not bubble

  // The ladder of a run that has ended is folded up, but not over what somebody reads.
  document.addEventListener("htmx:after:swap", () => {
    const read = document.querySelector("#run:not([hx-get]) .ladder__fold:not([open]) .step[open]");
    if (read) read.closest(".ladder__fold").open = true;
  });
})();
