"""Presses on: sends every form of a page as it lies there, every box ticked, and those of the pages that follow."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.web.visitor import Visitor
from webapp.web.extensions import runner

MOST_PRESSES = 14
PATIENCE_S = 60.0
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)  # a page is mostly other things, and reading them takes long
NOT_PRESSED = ("/sign-out", "/language", "/theme", "/stop", "/delete", "/default", "/remove")


@dataclass
class Form:
    """One form: where it goes, what it sends, the buttons it has."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def presses(self) -> list[dict[str, str]]:
        """Return what each of its buttons sends."""
        return [self.fields | {name: value} for name, value in self.buttons] or [self.fields]


class Forms(HTMLParser):
    """Collects the forms that change something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._page, self._open = page, False
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a field, a button, or the beginning of a form."""
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self._open = values.get("method") == "post"
            if self._open:
                self.forms.append(Form(values.get("action") or self._page))
        elif self._open and name:
            self._take(tag, name, values)
        elif self._open and tag == "option" and self._select and "selected" in values:
            self.forms[-1].fields[self._select] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        self._open = self._open and tag != "form"

    def _take(self, tag: str, name: str, values: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag == "button":
            form.buttons.append((name, values.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "input" and (values.get("type") != "radio" or "checked" in values):
            form.fields[name] = values.get("value", "y")


def press_on(person: Visitor, path: str, answer: TestResponse) -> list[str]:
    """Send everything that can be sent from an answer on, each once; return where it was sent."""
    pressed: list[str] = []
    seen: list[tuple[str, dict[str, str]]] = []
    waiting = [(path, answer)]
    while waiting:
        page, shown = follow(person, *waiting.pop(0))
        for action, fields in presses_of(page, shown.text):
            if (action, fields) not in seen and len(pressed) < MOST_PRESSES:
                seen.append((action, fields))
                pressed.append(action)
                waiting.append((action, post(person, action, fields)))
    return pressed


def presses_of(page: str, text: str) -> list[tuple[str, dict[str, str]]]:
    """Return what every button of a page sends, but those that end something."""
    found = Forms(page)
    for form in FORM.findall(text):
        found.feed(form)
    forms = [form for form in found.forms if not any(part in form.action for part in NOT_PRESSED)]
    return [(form.action, fields) for form in forms for fields in form.presses()]


def follow(person: Visitor, path: str, answer: TestResponse) -> tuple[str, TestResponse]:
    """Return the page an answer leads to, after the run on it has ended."""
    while answer.status_code == 303:
        path = urlsplit(answer.location or "").path
        wait_for_runs(person, path)
        answer = person.open(answer.location or "")
    return path, answer


def wait_for_runs(person: Visitor, path: str) -> None:
    """Wait until the run a page is about is over."""
    if path.startswith("/runs/"):
        with person.app.app_context():
            assert runner().wait(path.split("/")[2], PATIENCE_S), "the run does not end"


def post(person: Visitor, path: str, fields: dict[str, str]) -> TestResponse:
    """Send a form as it is."""
    return person.browser.post(path, data=fields, headers=person.headers, buffered=True)
