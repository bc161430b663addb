"""Read a typed mail address: returns it in the form we store, or says what is wrong with it."""

from flask_babel import gettext

from webapp.net.domains import is_ip_literal, to_a_label
from webapp.net.problems import Trouble

ADDRESS_LIMIT = 254  # RFC 5321, 4.5.3.1.3 without the angle brackets
LOCAL_PART_LIMIT = 64  # RFC 5321, 4.5.3.1.1
ATOM_MARKS = frozenset("!#$%&'*+-/=?^_`{|}~.")  # RFC 5322, 3.2.3 and the dot


class AddressFault(ValueError):
    """The text is not an address we can serve; the message is the sentence for the person."""


def read_address(typed: str) -> str:
    """Return the address with its domain in lower-case A-labels; raise `AddressFault`."""
    text = typed.strip()
    if not text:
        raise AddressFault(gettext("Type the email address of the mailbox."))
    local, at, domain = text.rpartition("@")
    if not at:
        raise AddressFault(gettext("An email address has an @ in it, like name@example.com."))
    if not local:
        raise AddressFault(gettext("Something is missing before the @."))
    _check_local_part(local)
    address = f"{local}@{_domain(domain)}"
    if len(address) > ADDRESS_LIMIT:
        raise AddressFault(gettext("This address is longer than the 254 characters mail allows."))
    return address


def _check_local_part(local: str) -> None:
    # Quoted local parts (RFC 5321, 4.1.2) are legal and practically extinct; several servers mishandle them.
    if local.startswith('"'):
        raise AddressFault(gettext("Addresses with quotation marks are not supported."))
    if any(character.isspace() or character in '<>,;:()[]\\"' for character in local):
        raise AddressFault(gettext("Type the address alone, without spaces, names and brackets."))
    if "@" in local:
        raise AddressFault(gettext("An address has exactly one @."))
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise AddressFault(gettext("There is one dot too many before the @."))
    if not all(character.isalnum() or character in ATOM_MARKS for character in local):
        raise AddressFault(gettext("There is a character before the @ that addresses do not have."))
    if len(local.encode()) > LOCAL_PART_LIMIT:
        raise AddressFault(gettext("The part before the @ is longer than the 64 characters mail allows."))


def _domain(domain: str) -> str:
    if not domain:
        raise AddressFault(gettext("Something is missing after the @."))
    if domain.startswith("[") or is_ip_literal(domain):
        raise AddressFault(gettext("After the @ we need a domain like example.com, not a number."))
    try:
        name = to_a_label(domain)
    except Trouble:
        raise AddressFault(gettext("“%(domain)s” is not a domain; it looks like example.com.", domain=domain)) from None
    if is_ip_literal(name):
        raise AddressFault(gettext("After the @ we need a domain like example.com, not a number."))
    if "." not in name:
        raise AddressFault(gettext("The domain has no dot in it; it looks like example.com."))
    return name
