"""Read what a person typed into To, Cc and Bcc. Pure; what is wrong is said of the very address."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from webapp.mail.addresses import DOT_ATOM, QUOTED
from webapp.net.domains import is_ip_literal, to_a_label
from webapp.net.problems import Trouble

MOST_RECIPIENTS = 100  # RFC 5321, 4.5.3.1.8: what every server must take at once
LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64
LONGEST_NAME = 200
SEPARATORS = ",;\n"
NAMED = re.compile(r"(?P<name>.*)<(?P<address>[^<>]*)>", re.DOTALL)
IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*+("|\\?\Z)', re.DOTALL)
PLAIN_NAME = re.compile(r'[^\x00-\x1f"(),:;<>@\[\\\]\x7f]+')


class Fault(StrEnum):
    """Why a text is no address one can write to."""

    NO_AT = "no-at"
    TWO_ATS = "two-ats"
    NO_LOCAL_PART = "no-local-part"
    BAD_LOCAL_PART = "bad-local-part"
    NO_DOMAIN = "no-domain"
    BAD_DOMAIN = "bad-domain"
    NO_DOT = "no-dot"
    TOO_LONG = "too-long"
    GROUP = "group"  # RFC 5322, 3.4: `Team: a@x, b@y;`
    UNFINISHED = "unfinished"  # a quotation mark or a bracket is never closed


@dataclass(frozen=True)
class Mailbox:
    """One person a letter is for: the name may be empty, the domain is in lower-case A-labels."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """Return the form in which two spellings of one address are equal."""
        return self.address.casefold()


@dataclass(frozen=True)
class Misread:
    """A piece of what was typed that is no address, and why."""

    text: str
    fault: Fault


@dataclass(frozen=True)
class Recipients:
    """What a typed list says: the people it names, each once, and what nobody can read."""

    mailboxes: tuple[Mailbox, ...] = ()
    misread: tuple[Misread, ...] = ()


def read_recipients(typed: str) -> Recipients:
    """Read a list of addresses, with or without names, one after another by comma, semicolon or line."""
    mailboxes: list[Mailbox] = []
    misread: list[Misread] = []
    for piece in _pieces(typed):
        read = _read(piece)
        if isinstance(read, Misread):
            misread.append(read)
        else:
            mailboxes += read
    return Recipients(unique(mailboxes), tuple(misread))


def unique(mailboxes: Iterable[Mailbox]) -> tuple[Mailbox, ...]:
    """Return each address once, where it stands first."""
    first: dict[str, Mailbox] = {}
    for mailbox in mailboxes:
        first.setdefault(mailbox.key, mailbox)
    return tuple(first.values())


def without(mailboxes: Iterable[Mailbox], others: Iterable[Mailbox]) -> tuple[Mailbox, ...]:
    """Return those that are not among the others."""
    known = {mailbox.key for mailbox in others}
    return tuple(mailbox for mailbox in mailboxes if mailbox.key not in known)


def as_typed(mailboxes: Sequence[Mailbox]) -> str:
    """Return mailboxes as a person would type them; reading it gives the same mailboxes."""
    return ", ".join(_typed(mailbox) for mailbox in mailboxes)


def read_address(text: str) -> str | Fault:
    """Return an address with its domain in A-labels, or what is wrong with it."""
    local_part, at, domain = text.rpartition("@")
    if not at:
        return Fault.NO_AT
    fault = _fault_before_at(local_part)
    if fault is not None:
        return fault
    name = _domain(domain)
    if isinstance(name, Fault):
        return name
    address = f"{local_part}@{name}"
    too_long = len(address.encode()) > LONGEST_ADDRESS or len(local_part.encode()) > LONGEST_LOCAL_PART
    return Fault.TOO_LONG if too_long else address


def _pieces(typed: str) -> Iterator[str]:
    """Yield what stands between separators that are neither quoted nor in angle brackets."""
    piece, quoted, escaped, bracketed = "", False, False, False
    for character in typed.replace("\r", "\n"):
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = character == "\\", character != '"'
        elif character == '"':
            quoted = True
        elif character in "<>":
            bracketed = character == "<"
        elif character in SEPARATORS and not (bracketed and character != "\n"):
            yield from _unless_blank(piece)
            piece, bracketed = "", False
            continue
        piece += character
    yield from _unless_blank(piece)


def _unless_blank(piece: str) -> Iterator[str]:
    if piece.strip():
        yield piece.strip()


def _read(piece: str) -> tuple[Mailbox, ...] | Misread:
    outside = IN_QUOTES.sub(lambda quoted: "" if quoted[1] == '"' else '"', piece)
    if '"' in outside or outside.count("<") != outside.count(">"):
        return Misread(piece, Fault.UNFINISHED)
    named = NAMED.fullmatch(piece)
    words = [named["address"].strip()] if named else piece.split()
    if ":" in outside.partition("<")[0] and not piece.lower().startswith("mailto:"):
        return Misread(piece, Fault.GROUP)
    if not named and len(words) > 1 and not all("@" in word for word in words):
        return Misread(piece, Fault.BAD_LOCAL_PART if "@" in piece else Fault.NO_AT)
    mailboxes = []
    for word in words:
        address = read_address(word.removeprefix("mailto:"))
        if isinstance(address, Fault):
            return Misread(piece if named else word, address)
        mailboxes.append(Mailbox(_name(named["name"]) if named else "", address))
    return tuple(mailboxes)


def _name(written: str) -> str:
    """Return a name without quotation marks, as one line."""
    text = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1]), written)
    visible = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def _typed(mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    if PLAIN_NAME.fullmatch(mailbox.name):
        return f"{mailbox.name} <{mailbox.address}>"
    escaped = mailbox.name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{mailbox.address}>'


def _fault_before_at(local_part: str) -> Fault | None:
    if not local_part:
        return Fault.NO_LOCAL_PART
    if "@" in local_part and not QUOTED.fullmatch(local_part):
        return Fault.TWO_ATS
    if not local_part.isprintable() or not (DOT_ATOM.fullmatch(local_part) or QUOTED.fullmatch(local_part)):
        return Fault.BAD_LOCAL_PART
    return None


def _domain(domain: str) -> str | Fault:
    if not domain:
        return Fault.NO_DOMAIN
    try:
        name = to_a_label(domain)
    except Trouble:
        return Fault.BAD_DOMAIN
    if is_ip_literal(name):
        return Fault.BAD_DOMAIN
    return name if "." in name else Fault.NO_DOT
