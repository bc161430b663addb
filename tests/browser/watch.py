"""An eye on a page: what it does that nobody asked for, and what must not stand in it."""

from dataclasses import dataclass, field

from playwright.sync_api import Dialog, Page, Route

# What must not be in any document that shows foreign words; our own pages have scripts and forms of their own.
HARMFUL = """own => {
    const found = [];
    const foreign = ['OBJECT', 'EMBED', 'BASE', 'MATH', 'AUDIO', 'VIDEO', 'FRAMESET', 'TEMPLATE'];
    const ours = ['SCRIPT', 'FORM', 'INPUT', 'LINK', 'IFRAME', 'BUTTON', 'SVG'];
    const wrong = new Set(own ? foreign : [...foreign, ...ours]);
    const script = /^[\\s\\x00-\\x1f]*(javascript|vbscript|data:text)/i;
    const look = root => {
        for (const one of root.querySelectorAll('*')) {
            const name = one.tagName.toUpperCase();
            if (one.shadowRoot) look(one.shadowRoot);
            if (wrong.has(name)) found.push(name);
            if (name === 'SCRIPT' && !String(one.src).startsWith(`${location.origin}/static/`)) found.push('SCRIPT');
            if (name === 'META' && !own && /refresh/i.test(one.httpEquiv)) found.push('META refresh');
            for (const {name: attribute, value} of one.attributes) {
                const leads = /^(href|src|action|formaction|data|xlink:href)$/i.test(attribute);
                if (/^(data-)?(on|hx-on)/i.test(attribute) || (leads && script.test(value))) {
                    found.push(`${name} ${attribute}=${value}`);
                }
            }
        }
    };
    look(document);
    return found;
}"""


@dataclass
class Watch:
    """Notes what a page does that nobody asked for."""

    page: Page
    address: str
    happened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin."""
        self.page.on("dialog", self._dialog)
        self.page.on("popup", self._popup)
        # What a policy stops never comes this far.
        self.page.route(self._elsewhere, self._refuse)

    def end(self) -> None:
        """Let go of the page, which others use after us."""
        self.page.remove_listener("dialog", self._dialog)
        self.page.remove_listener("popup", self._popup)
        self.page.unroute(self._elsewhere, self._refuse)

    def _dialog(self, dialog: Dialog) -> None:
        self.happened.append(f"said {dialog.message}")
        dialog.dismiss()

    def _popup(self, page: Page) -> None:
        self.happened.append(f"opened {page.url}")

    def _elsewhere(self, url: str) -> bool:
        return not url.startswith((self.address + "/", "data:", "about:"))

    def _refuse(self, route: Route) -> None:
        self.happened.append(f"asked for {route.request.url}")
        route.abort()
