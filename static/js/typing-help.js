/* While the servers are typed by hand: the port follows protocol and security as long as it is a standard one,
   and a changed value is no assumption any more. The server does the same without this file. */
(() => {
  "use strict";

  const ports = {
    imap: { tls: "993", starttls: "143", none: "143" },
    pop3: { tls: "995", starttls: "110", none: "110" },
    smtp: { tls: "465", starttls: "587", none: "587" },
  };

  const chosen = (form, direction) => {
    const protocol = direction === "outgoing" ? "smtp" : form.querySelector('[name="incoming_protocol"]:checked')?.value;
    return { protocol, security: form.elements[`${direction}_security`].value || "tls" };
  };

  const before = new WeakMap();

  const remember = (form) => {
    for (const direction of ["incoming", "outgoing"]) {
      if (form.elements[`${direction}_port`]) before.set(form.elements[`${direction}_port`], chosen(form, direction));
    }
  };

  const follow = (form, direction) => {
    const port = form.elements[`${direction}_port`];
    const was = before.get(port) ?? {};
    const now = chosen(form, direction);
    const standard = ports[now.protocol]?.[now.security];
    port.placeholder = standard ?? port.placeholder;
    if (port.value && port.value === ports[was.protocol]?.[was.security]) port.value = standard;
    before.set(port, now);
  };

  document.addEventListener("focusin", (event) => {
    const form = event.target.closest?.("form[data-ports]");
    if (form && !before.has(form)) {
      before.set(form, true);
      remember(form);
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-ports]");
    const part = event.target.closest?.("[data-server]");
    if (!form || !part) return;
    event.target.closest(".field")?.querySelector(".field__label .badge")?.remove();
    if (/_(protocol|security)$/.test(event.target.name)) follow(form, part.dataset.server);
  });
})();
