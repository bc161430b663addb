"""The fields of a letter's header, folded and encoded by ourselves so that no text can begin another field. Pure."""

import re
from collections.abc import Iterable
from email.utils import quote as escaped
from urllib.parse import quote as percent_encoded

from webapp.mail.addresses import addr_spec
from webapp.mail.headers import FOLD, encoded_words, mailbox
from webapp.mail.messages.recipients import Mailbox

LINE = 76  # RFC 5322, 2.1.1 asks for 78 at most
LONGEST_WORD = 900  # and forbids more than 998
LONGEST_SUBJECT = 1000
MOST_REFERENCES = 30  # the first and the newest: a thread of years still fits a header
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
PARAMETER_PIECE = 50  # characters of a long parameter on one line (RFC 2231, 3)
TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,60}")
CONTENT_SUBTYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,99}")
CHARSET = "utf-8''"


def one_line(text: str) -> str:
    """Return a text without anything a header could be broken with: each control character is a blank."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def unstructured(text: str) -> str:
    """Return the value of a field such as Subject."""
    line = one_line(text)[:LONGEST_SUBJECT]
    plain = line.isascii() and "=?" not in line and all(len(word) <= LONGEST_WORD for word in line.split(" "))
    return _folded(line.split(" ")) if plain else encoded_words(line)


def mailboxes(people: Iterable[Mailbox]) -> str:
    """Return the value of To or Cc, one address a line."""
    return f",{FOLD}".join(mailbox(one_line(person.name), addr_spec(person.address)) for person in people)


def message_ids(text: str) -> list[str]:
    """Return the Message-IDs in a text, in order and each once; whatever else stands there is left out."""
    return list(dict.fromkeys(MESSAGE_ID.findall(text)))


def references(text: str) -> str:
    """Return the value of References or In-Reply-To: the beginning of the thread and its newest letters."""
    ids = message_ids(text)
    return _folded(ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]])


def parameter(name: str, value: str) -> str:
    """Return a parameter with the line break before it: as it is, or in pieces of percent-encoded UTF-8 (RFC 2231)."""
    if TOKEN.fullmatch(value):
        return f";{FOLD}{name}={value}"
    if value.isascii() and len(value) <= 60 and value.isprintable():
        return f';{FOLD}{name}="{escaped(value)}"'
    encoded = percent_encoded(value, safe="", errors="replace")
    if len(encoded) <= PARAMETER_PIECE:
        return f";{FOLD}{name}*=utf-8''{encoded}"
    pieces = [""]
    for character in value:  # none is cut: some programs decode each piece by itself
        octets = percent_encoded(character, safe="", errors="replace")
        if len(pieces[-1]) + len(octets) > PARAMETER_PIECE:
            pieces.append("")
        pieces[-1] += octets
    marked = (f"{name}*{number}*={'' if number else CHARSET}{piece}" for number, piece in enumerate(pieces))
    return "".join(f";{FOLD}{piece}" for piece in marked)


def old_parameter(name: str, value: str) -> str:
    """Return a parameter as programs from before RFC 2231 read it: encoded words in quotation marks."""
    if value.isascii():
        return parameter(name, value)
    return f';{FOLD}{name}="{encoded_words(value)}"'


def _folded(words: list[str]) -> str:
    """Return words with line breaks at blanks where a line would be too long."""
    lines, room = [""], LINE - 20  # the name of the field stands before the first line
    for word in words:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = LINE
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return FOLD.join(lines)
