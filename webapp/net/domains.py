"""Names of hosts: the form the name server takes, the form people read, the domain somebody registered."""

from functools import cache, lru_cache
from ipaddress import ip_address

import idna
from publicsuffixlist import PublicSuffixList

from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.words import clean_words

NAME_LIMIT = 253
LABEL_LIMIT = 63
NAMES_KEPT = 4096  # a search asks for the same few names a hundred times
LABEL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


@lru_cache(NAMES_KEPT)
def to_a_label(host: str) -> str:
    """Return a host name in lower-case A-labels, or an IP literal in its canonical form.

    Raises `Trouble` (NAME_INVALID). Forms that only a resolver library would
    take for an address (`127.1`, `0x7f000001`) are not names either.
    """
    literal = _ip_literal(host.strip())
    if literal is not None:
        return literal
    name = _encoded(host)
    # IDNA maps full-width digits and dots, so an address may appear only now.
    literal = _ip_literal(name)
    if literal is not None:
        return literal
    labels = name.split(".")
    if len(name) > NAME_LIMIT or not all(_is_label(label) for label in labels) or _is_number(labels[-1]):
        raise _invalid(host)
    return name


def to_unicode(host: str) -> str:
    """Return a host name for people: U-labels where they are valid, else as it is."""
    return ".".join(_readable(label) for label in host.split("."))


@lru_cache(NAMES_KEPT)
def registrable_domain(host: str) -> str:
    """Return the domain somebody registered that the host lies in; an IP address stays itself."""
    name = to_a_label(host)
    if is_ip_literal(name):
        return name
    registered: str | None = public_suffixes().privatesuffix(name)
    return registered or name


def is_name(host: str) -> bool:
    """Tell whether a text, such as a name server's answer, can be a host at all."""
    try:
        to_a_label(host)
    except Trouble:
        return False
    return True


def is_ip_literal(host: str) -> bool:
    """Tell whether the host is an IP address and not a name."""
    return _ip_literal(host) is not None


@cache
def public_suffixes() -> PublicSuffixList:
    """Return the list of public suffixes; loading it takes 60 ms, once per process."""
    return PublicSuffixList()


def _encoded(host: str) -> str:
    name = host.strip().lower().removesuffix(".")
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode("ascii").lower().removesuffix(".")
    except UnicodeError:  # idna.IDNAError is one
        raise _invalid(host) from None


def _ip_literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _is_label(label: str) -> bool:
    return 0 < len(label) <= LABEL_LIMIT and LABEL_CHARACTERS.issuperset(label) and label[0] != "-" != label[-1]


def _is_number(label: str) -> bool:
    # As URLs are read (WHATWG URL, "ends in a number"): such a host is a broken IPv4 address, never a name.
    return label.isdigit() or label.startswith("0x")


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except UnicodeError:
        return label


def _invalid(host: str) -> Trouble:
    return Trouble(Problem(ProblemKind.NAME_INVALID, host=clean_words(host, 255)))
