"""Pages of one browser, cleaned and used again: a new one takes longer than most tests spend on it."""

from typing import Any, Literal
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, Page

LOCALES = {"ru": "ru-RU", "en": "en-US"}
STILL: Literal["reduce"] = "reduce"  # what turns while a page waits costs as much as all its other work
WINDOW = {"width": 1280, "height": 720}
FORGET = "() => { try { localStorage.clear(); sessionStorage.clear() } catch { /* a page that keeps nothing */ } }"

Looks = tuple[str, bool]


class Pages:
    """Lends pages; each is the first of a browser session of its own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[Looks, list[Page]] = {}
        self._lent: list[tuple[Page, Looks | None]] = []

    def lend(self, language: str, javascript: bool, fresh: bool, options: dict[str, Any]) -> Page:
        """Return a page; one with options of its own, or asked for fresh, is a new one and thrown away afterwards."""
        looks = None if fresh or options else (language, javascript)
        idle = self._idle.get(looks, []) if looks else []
        page = idle.pop() if idle else self._new(language, javascript, options)
        self._lent.append((page, looks))
        return page

    def take_back(self, *, all_is_well: bool) -> None:
        """Clean what was lent; what a failed test left is not used again."""
        for page, looks in self._lent:
            if looks is None or page.is_closed() or not all_is_well:
                page.context.close()
            else:
                clean(page)
                self._idle.setdefault(looks, []).append(page)
        self._lent.clear()

    def _new(self, language: str, javascript: bool, options: dict[str, Any]) -> Page:
        looks = {"reduced_motion": STILL, **options}
        context = self._browser.new_context(locale=LOCALES[language], java_script_enabled=javascript, **looks)
        context.set_default_timeout(30_000)
        return context.new_page()


def clean(page: Page) -> None:
    """Forget everything a test did with a page and its browser session."""
    for other in page.context.pages:
        if other is not page:
            other.close()
    page.unroute_all(behavior="ignoreErrors")
    page.context.unroute_all(behavior="ignoreErrors")
    page.evaluate(FORGET)
    leave(page)
    page.context.clear_cookies()
    page.context.clear_permissions()
    page.emulate_media(media="null", color_scheme="null", reduced_motion=STILL)
    page.set_viewport_size(WINDOW)  # type: ignore[arg-type]


def leave(page: Page) -> None:
    """Go to the smallest page of the server: for an empty one and for the next test Chromium would start processes."""
    try:
        page.goto(urljoin(page.url, "/healthz"))
    except Error:  # it was at no server, or at one a test has stopped
        page.goto("about:blank")
