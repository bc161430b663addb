/* What is typed in a letter is kept also when somebody leaves before the pause after which it is kept anyway: by a link, by
   another address, by closing the tab. And when keeping fails, the page says so and stays as it is. */
(() => {
  "use strict";

  let changed = null; // the #typed whose words are not on their way yet

  const keep = () => {
    if (!changed?.isConnected) return;
    const form = new FormData();
    for (const box of changed.querySelectorAll("[name]")) form.append(box.name, box.value);
    const url = changed.getAttribute("hx-post");
    // A beacon outlives its page, and carries 64 kB at most.
    if (!navigator.sendBeacon(url, form)) fetch(url, { method: "POST", body: form }).catch(() => {});
    changed = null;
  };

  const source = (event) => event.detail?.ctx?.sourceElement;
  const part = (event) => source(event)?.closest?.("#letter");

  document.addEventListener("input", (event) => {
    changed = event.target.closest?.("#typed") || changed;
  });

  document.addEventListener("htmx:before:request", (event) => {
    if (part(event)) changed = null;
    else if (source(event)?.matches?.("a")) keep();
  });

  // Signing out, or another language: forms of the bar, which leave the page. After them it would be too late.
  document.addEventListener("submit", (event) => event.target.closest(".bar") && keep());
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());

  const failed = (event) => {
    const form = part(event);
    if (!form || event.detail.ctx.response?.status === 422) return;
    const line = document.getElementById(source(event).id === "files" ? "files-failed" : "keeping-failed");
    if (line) line.hidden = false;
    if (source(event).matches("form")) line?.scrollIntoView({ block: "center" });
    if (source(event).id === "files") source(event).value = "";
    changed = document.getElementById("typed");
  };

  document.addEventListener("htmx:error", failed);
  document.addEventListener("htmx:response:error", failed);
})();
