"""Names and addresses in From, To, Cc and their like, however they are written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from webapp.mail.messages.header import Header
from webapp.mail.messages.words import decoded_words, raw_text
from webapp.net.words import clean_words

MOST_PEOPLE = 1000
LONGEST = 320
SHORT = 500  # bytes of a field that are worth remembering
# Encoded words first: some hold a comma, against the rules. What is never closed ends with the
# value, or before the next bracket; each of these matches where it begins, or a hostile value costs its square.
TOKEN = re.compile(
    r'=\?[^?\s]+\?[BbQq]\?[^?]*\?=|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|\((?:[^()\\]|\\.)*+[)\\]?|<[^<>]*(?:>|\Z)|[,;:]'
    r'|[^=",;:<>()]+|.',
    re.DOTALL,
)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Person:
    """Somebody a letter names; either part may be missing."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name and self.address else self.name or self.address


def people_in(header: Header, *names: str) -> list[Person]:
    """Return the people of all fields of these names, in their order."""
    values = (value for name in names for value in header.all(name))
    people = (_of_short(value) if len(value) <= SHORT else people_of(value) for value in values)
    return list(islice(chain.from_iterable(people), MOST_PEOPLE))


def people_of(value: bytes) -> list[Person]:
    """Return the people one field names; groups are opened (RFC 5322, 3.4)."""
    people: list[Person] = []
    waiting: list[str] = []
    for token in TOKEN.finditer(raw_text(value)):
        if token[0] == ":":  # what stood before is the name of a group, unless it is no name
            waiting = [] if not any("@" in part or part.startswith("<") for part in waiting) else [*waiting, ":"]
        elif token[0] in ",;":
            people += _person(waiting)
            waiting = []
            if len(people) >= MOST_PEOPLE:
                break
        else:
            waiting.append(token[0])
    return (people + list(_person(waiting)))[:MOST_PEOPLE]


def line_of(people: Iterable[Person], limit: int) -> str:
    """Return people as one line, as many as go in whole."""
    line = ""
    for person in people:
        longer = f"{line}, {person}" if line else str(person)
        if len(longer) > limit - 2:
            return f"{line}, …" if line else longer[: limit - 1] + "…"
        line = longer
    return line


@lru_cache(maxsize=1000)  # the same people write all the time
def _of_short(value: bytes) -> tuple[Person, ...]:
    return tuple(people_of(value))


def _person(tokens: list[str]) -> Iterable[Person]:
    angle = next((token for token in tokens if token.startswith("<")), None)
    phrase = "".join(_plain(token) for token in tokens if token is not angle and not token.startswith("("))
    comment = " ".join(_plain(token) for token in tokens if token.startswith("("))
    if angle is not None:
        name, address = phrase, angle.strip("<>").rpartition(":")[2]  # an old route may stand before it
    elif "@" in phrase:
        name, address = comment, phrase
    else:
        name, address = phrase or comment, ""
    person = Person(clean_words(decoded_words(name), LONGEST), "".join(clean_words(address, LONGEST).split()))
    if person.name.strip("'\" ") == person.address:  # said twice
        person = Person("", person.address)
    if person.name or person.address:
        yield person


def _plain(token: str) -> str:
    """Return a token without the quotes or brackets around it."""
    if token[:1] == '"':
        return ESCAPED.sub(r"\1", token[1:].removesuffix('"'))
    if token[:1] == "(":
        return ESCAPED.sub(r"\1", token[1:].removesuffix(")"))
    return token
