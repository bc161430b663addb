"""What a letter has for its reader: its words, as text and as HTML, and its attachments with numbers that stay."""

from dataclasses import dataclass

from webapp.mail.messages.content import size_of
from webapp.mail.messages.file_names import safe_name
from webapp.mail.messages.header import Header, parameter_text, parameters_of, read_header
from webapp.mail.messages.parts import PLAIN, RFC822, Part, take_apart

HTML = "text/html"
SUBJECT_WITHIN = 16 * 1024  # bytes of an enclosed letter: there may be a thousand of them


@dataclass(frozen=True)
class Passage:
    """One stretch of a letter's words; with both, they say the same."""

    text: Part | None = None
    html: Part | None = None


@dataclass(frozen=True)
class Attachment:
    """One part to save. `content_id` is what HTML calls it by; `inline`: meant to be seen among the words."""

    part: Part
    number: str
    name: str
    content_type: str
    size: int
    content_id: str
    inline: bool


@dataclass(frozen=True)
class Structure:
    """A letter as its reader meets it."""

    header: Header
    passages: tuple[Passage, ...]
    attachments: tuple[Attachment, ...]

    @property
    def has_html(self) -> bool:
        """Tell whether any of the words come as HTML."""
        return any(passage.html for passage in self.passages)

    def attachment(self, number: str) -> Attachment | None:
        """Return the attachment of a number."""
        return next((one for one in self.attachments if one.number == number), None)


def structure_of(raw: bytes) -> Structure:
    """Return what the letter has."""
    letter = take_apart(raw)
    passages = _passages(letter)
    words = {id(part) for passage in passages for part in (passage.text, passage.html)}
    attachments = tuple(_attachment(raw, part) for part in letter.leaves if id(part) not in words)
    return Structure(letter.header, tuple(passages), tuple(one for one in attachments if one is not None))


def _passages(part: Part) -> list[Passage]:
    """Return the words of a part in their order."""
    if _is_words(part):
        return [Passage(html=part) if part.content_type == HTML else Passage(text=part)]
    if part.content_type == "multipart/alternative":
        return _alternatives(part)
    if part.content_type == "multipart/related":
        return _passages(_root(part))
    return [passage for child in part.children for passage in _passages(child)]


def _alternatives(part: Part) -> list[Passage]:
    """Return the one passage that says it as text and as HTML; the last of a kind is the best (RFC 2046, 5.1.4)."""
    text = html = None
    further: list[Passage] = []
    for child in part.children:
        passages = _passages(child)
        text = next((passage.text for passage in passages if passage.text), text)
        best = next((passage.html for passage in passages if passage.html), None)
        if best:
            html, further = best, [passage for passage in passages if passage.html is not best]
    return [Passage(text, html), *further] if text or html else []


def _root(part: Part) -> Part:
    """Return the part of multipart/related the others belong to (RFC 2387, 3.2)."""
    start = part.parameter("start").strip()
    named = (child for child in part.children if start and child.header.text("content-id").strip() == start)
    return next(named, part.children[0])


def _is_words(part: Part) -> bool:
    """Tell words from a file: a text with a name, or one that says so, is a file."""
    if part.children or part.content_type not in (PLAIN, HTML):
        return False
    disposition, parameters = parameters_of(part.header.first("content-disposition"))
    return disposition != "attachment" and not parameter_text(parameters, "filename") and not part.parameter("name")


def _attachment(raw: bytes, part: Part) -> Attachment | None:
    size = size_of(raw, part)
    disposition, parameters = parameters_of(part.header.first("content-disposition"))
    name = parameter_text(parameters, "filename") or part.parameter("name")
    if not size and not name:
        return None  # an empty part between others
    if part.content_type == RFC822 and not name:
        name = f"{_subject_of(raw, part)}.eml"
    return Attachment(
        part=part,
        number=part.number,
        name=safe_name(name, part.content_type, part.number),
        content_type=part.content_type,
        size=size,
        content_id=part.header.text("content-id").strip().strip("<>"),
        inline=disposition == "inline",
    )


def _subject_of(raw: bytes, part: Part) -> str:
    """Return the subject of an enclosed letter, if its header comes to it soon."""
    header, _ = read_header(raw, part.start, min(part.end, part.start + SUBJECT_WITHIN))
    return header.text("subject")
