"""What the catalogue says of a way to fail: the words a page must show, and the field they must stand at."""

from dataclasses import dataclass

from tests.web.rungs.picture import Element, Page
from tests.web.rungs.ways import Way
from webapp.detection.providers import ProviderTable
from webapp.mail.settings import STANDARD_PORTS, Direction, Protocol, Security
from webapp.net.problems import Field
from webapp.web.explaining.entries import Case, Language, Part
from webapp.web.explaining.reader import catalogue

DOMAIN = "uspeh.test"
PROVIDERS = ProviderTable.load()


@dataclass(frozen=True)
class Words:
    """One explanation, filled in."""

    short: str
    happened: str
    why: str
    remedy: str
    steps: tuple[str, ...]
    field: Field
    box: str


def words_of(way: Way) -> Words:
    """Return what the catalogue says in Russian."""
    provider = PROVIDERS.by_host(way.at, DOMAIN)
    protocol = Protocol.SMTP if way.direction_blamed is Direction.OUTGOING else way.protocol
    case = Case(way.kind, way.cause, provider, way.direction_blamed, protocol=protocol)
    said = catalogue().explain(case, Language.RU)
    known = {
        "host": way.at,
        "port": way.port,
        "names": way.names_shown,
        "provider": provider.name if provider else "",
        "tls_port": STANDARD_PORTS[protocol, Security.TLS],
        "starttls_port": STANDARD_PORTS[protocol, Security.STARTTLS],
    }
    happened, why, remedy = (text.format(**known) for text in (said.happened, said.why, said.remedy))
    steps = tuple(
        catalogue().step_words(step, said.part, Language.RU, protocol).format(name=way.names_shown)
        for step in said.steps
    )
    field = field_of(way, said.part)
    return Words(said.short, happened, why, remedy, steps, field, box_of(way, field))


def field_of(way: Way, part: Part) -> Field:
    """Return the field of a part; both servers of an account share one password."""
    if part in (Part.SECRET, Part.ADDRESS):
        return Field(part.value)
    return Field(f"{way.direction_blamed}_{part}")


def box_of(way: Way, field: Field) -> str:
    """Return the id of the field's box: of a news server nothing is chosen but whether there is a login."""
    news = way.protocol is Protocol.NNTP and field is Field.INCOMING_AUTH
    return "needs_login" if news else field.value


def check_complaint(page: Page, words: Words) -> None:
    """See to it that the summary and the field say what the catalogue says."""
    summary = page.root.one(id="error-summary")
    assert summary.one("h2").words == f"Что мешает: {words.short}"
    complaint = [one for one in summary.all("li") if words.happened in one.words]
    assert len(complaint) == 1, summary.words
    for sentence in (words.why, words.remedy, *words.steps):
        assert sentence in complaint[0].words
    link = next(one for one in complaint[0].all("a") if one.words == words.happened)
    if words.field is Field.ADDRESS:
        assert "/accounts/new" in link.attributes["href"]
    else:
        assert link.attributes["href"] == f"#{words.box}"
        check_field(page.root, words)


def check_warning(page: Page, words: Words) -> None:
    """See to it that a run that reached its goal warns, and calls nothing a failure."""
    assert not list(page.root.all(id="error-summary"))
    notice = next(one for one in page.root.all("div") if words.happened in one.words and "notice" in one.classes)
    assert "tone-warn" in notice.classes
    for sentence in (words.why, words.remedy):
        assert sentence in notice.words
    assert not list(page.root.all(**{"aria-invalid": "true"}))


def check_field(root: Element, words: Words) -> None:
    """See to it that the words stand at their field, tied to it for those who hear it, and at no other."""
    said_at = [one for one in root.all("p") if words.happened in one.words and one.attributes.get("id")]
    assert [one.attributes["id"] for one in said_at] == [f"{words.box}-error"]
    control = root.one(id=words.box)
    assert f"{words.box}-error" in control.attributes["aria-describedby"].split()
    assert control.attributes["aria-invalid"] == "true"
