"""A form as it lies before a person: every field with the value it shows, ready to be changed and sent."""

from html.parser import HTMLParser
from typing import Any

from tests.web.visitor import Visitor


class Paper(HTMLParser):
    """Collects the forms of a page with what they would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name")
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in values or self._select not in self.forms[-1]):
            self.forms[-1][self._select] = values.get("value") or ""
        elif tag == "textarea" and name:
            self._textarea = name
            self.forms[-1][name] = ""
        elif tag == "input" and name and self.forms and "disabled" not in values:
            self._take_input(name, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            first = self.forms[-1][self._textarea] == ""
            self.forms[-1][self._textarea] += data.lstrip("\r\n") if first else data  # as browsers read it

    def _take_input(self, name: str, values: dict[str, str | None]) -> None:
        if values.get("type") in ("checkbox", "radio") and "checked" not in values:
            return
        self.forms[-1][name] = values.get("value") or ""


def filled(text: str, field: str) -> dict[str, str]:
    """Return what the form that has this field would send."""
    paper = Paper()
    paper.feed(text)
    return next(form for form in paper.forms if field in form)


def send(person: Visitor, page: str, field: str, action: str | None = None, **changes: Any) -> Any:
    """Open a page, change fields of its form (None clears a box), and press its button."""
    fields: dict[str, Any] = filled(person.open(page).text, field) | changes
    data = {name: value for name, value in fields.items() if value is not None}
    return person.browser.post(action or page, data=data, headers=person.headers, buffered=True)
