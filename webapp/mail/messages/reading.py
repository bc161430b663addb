"""What is known of a letter once it has arrived: who, when, what about, and the words that are searched in."""

import logging
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from webapp.mail.letters import MARKER
from webapp.mail.messages.content import text_of
from webapp.mail.messages.facts import LetterFacts
from webapp.mail.messages.header import BLANK_LINE, LARGEST, Header, read_header
from webapp.mail.messages.html_text import text_of_html
from webapp.mail.messages.people import line_of, people_in
from webapp.mail.messages.structure import Attachment, Structure, structure_of
from webapp.net.words import clean_words

__all__ = ["LetterFacts", "facts_of", "is_trial"]

log = logging.getLogger(__name__)

LONGEST_REFERENCES = 8000
LONGEST_SUBJECT = 1000
LONGEST_RECIPIENTS = 2000
LONGEST_SNIPPET = 200
SEARCHED = 64 * 1024
LOOKED_AT = 4 * SEARCHED  # of the bytes of each passage: HTML says little in many
LONGEST_CHARACTER = 4  # bytes of it
FIRST_YEAR, LAST_YEAR = 1970, 9998  # beyond them a moment has no other time zone
IDENTIFIER = re.compile(rb"<[!-;=?-~]{1,490}>")
MARKED = MARKER.lower().encode()
TRIAL_ID = re.compile(rb"<trial\.[0-9a-f]{32}@[^<>\s]+>")
CALLED = re.compile(r"cid:([^\"'\s<>)]{1,300})", re.IGNORECASE)
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


def facts_of(raw: bytes) -> LetterFacts:
    """Return what a letter says of itself, however it is written; its header alone will do."""
    try:
        return _facts(raw)
    except Exception:  # one letter nobody thought of must not keep all later ones out
        log.exception("A letter of %s bytes could not be read.", len(raw))
        return LetterFacts()


def is_trial(raw_header: bytes) -> bool:
    """Tell whether a letter is one of those Mailroom sends to try an account out (webapp/mail/letters.py)."""
    blank = BLANK_LINE.search(raw_header, 0, LARGEST)
    if MARKED not in raw_header[: blank.end() if blank else LARGEST].lower():
        return False  # letters come by the thousand
    header, _ = read_header(raw_header)
    marked = header.first(MARKER.lower()) == b"yes"
    return marked and TRIAL_ID.fullmatch(header.first("message-id")) is not None


def sent_at(header: Header) -> datetime | None:
    """Return the moment the Date header claims."""
    try:
        moment = parsedate_to_datetime(header.text("date")[:200])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def words_of(raw: bytes, structure: Structure, limit: int) -> str:
    """Return the words of a letter as text, looking at no more than so many bytes of each passage."""
    texts: list[str] = []
    for passage in structure.passages:
        if passage.text is not None:
            texts.append(text_of(raw, passage.text, limit))
        elif passage.html is not None:
            texts.append(text_of_html(text_of(raw, passage.html, limit)))
    return "\n\n".join(text.strip("\n") for text in texts)


def to_save(raw: bytes, structure: Structure) -> tuple[Attachment, ...]:
    """Return what people call attachments: not the pictures among the words of HTML, not the seal of a signature."""
    called: set[str] = set()
    if any(one.content_id for one in structure.attachments):
        htmls = (passage.html for passage in structure.passages if passage.html is not None)
        called = {name for html in htmls for name in CALLED.findall(text_of(raw, html, LOOKED_AT))}
    return tuple(
        one
        for one in structure.attachments
        if one.content_type not in SIGNATURES
        and not (one.content_id in called and one.content_type.startswith("image/"))
    )


def _facts(raw: bytes) -> LetterFacts:
    structure = structure_of(raw)
    header = structure.header
    sender = next(iter(people_in(header, "from", "sender", "return-path")), None)
    attachments = to_save(raw, structure)
    words = words_of(raw, structure, LOOKED_AT)
    searched = "\n".join((words[:SEARCHED], *(one.name for one in attachments)))
    return LetterFacts(
        message_id=_identifier(header, "message-id"),
        in_reply_to=_identifier(header, "in-reply-to"),
        references=_references(header),
        sender_name=sender.name if sender else "",
        sender_address=sender.address if sender else "",
        recipients=line_of(people_in(header, "to", "cc"), LONGEST_RECIPIENTS),
        subject=clean_words(header.text("subject"), LONGEST_SUBJECT),
        snippet=clean_words(_own_words(words), LONGEST_SNIPPET),
        sent_at=sent_at(header),
        attachments=len(attachments),
        text=_within(searched, SEARCHED),
    )


def _within(text: str, limit: int) -> str:
    """Return a text cut to so many bytes."""
    if len(text) * LONGEST_CHARACTER <= limit:
        return text
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def _identifier(header: Header, name: str) -> str:
    found = IDENTIFIER.search(header.first(name))
    return found[0].decode() if found else ""


def _references(header: Header) -> str:
    """Return the newest references, as many as go into the limit."""
    found: list[str] = []
    length = 0
    for identifier in reversed(IDENTIFIER.findall(header.first("references"))):
        length += len(identifier) + 1
        if length > LONGEST_REFERENCES:
            break
        found.append(identifier.decode())
    return " ".join(reversed(found))


def _own_words(words: str) -> str:
    """Return the words without what is quoted, unless all is."""
    own = [line for line in words[: LONGEST_SNIPPET * 20].split("\n") if not line.startswith(">")]
    return " ".join(own) if any(line.strip() for line in own) else words[: LONGEST_SNIPPET * 8]
