/* While the servers are typed by hand: the port follows protocol and security as long as it is a standard one,
   and a changed value is no assumption any more. The server does the same without this file. */
(() => {
  "use strict";

  const ports = {
    imap: { tls: "993", starttls: "143", none: "143" },
    pop3: { tls: "995", starttls: "110", none: "110" },
    smtp: { tls: "465", starttls: "587", none: "587" },
    nntp: { tls: "563", starttls: "119", none: "119" },
  };

  // Incoming mail is one of two protocols; a form about another one names it: data-ports="nntp".
  const incoming = (form, one) => form.dataset.ports || one?.value;

  const chosen = (form, direction) => {
    const protocol = direction === "outgoing" ? "smtp" : incoming(form, form.querySelector('[name="incoming_protocol"]:checked'));
    return { protocol, security: form.elements[`${direction}_security`].value || "tls" };
  };

  // What the page came with, until something was changed.
  const came = (form, direction) => {
    const protocols = [...form.querySelectorAll('[name="incoming_protocol"]')];
    const options = [...form.elements[`${direction}_security`].options];
    return {
      protocol: direction === "outgoing" ? "smtp" : incoming(form, protocols.find((one) => one.defaultChecked)),
      security: options.find((one) => one.defaultSelected)?.value || "tls",
    };
  };

  const before = new WeakMap();

  const follow = (form, direction) => {
    const port = form.elements[`${direction}_port`];
    const was = before.get(port) ?? came(form, direction);
    const now = chosen(form, direction);
    const standard = ports[now.protocol]?.[now.security];
    port.placeholder = standard ?? port.placeholder;
    if (port.value && port.value === ports[was.protocol]?.[was.security]) port.value = standard;
    before.set(port, now);
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-ports]");
    const part = event.target.closest?.("[data-server]");
    if (!form || !part) return;
    event.target.closest(".field")?.querySelector(".field__label .badge")?.remove();
    if (/_(protocol|security)$/.test(event.target.name)) follow(form, part.dataset.server);
  });
})();
