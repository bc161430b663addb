"""What a mail domain of the lab is made of, and who has a mailbox there."""

from dataclasses import dataclass
from enum import StrEnum


class Certificate(StrEnum):
    """What is right or wrong with a host's certificate."""

    GOOD = "good"
    UNKNOWN_ISSUER = "unknown-issuer"
    SELF_SIGNED = "self-signed"
    EXPIRED = "expired"
    WRONG_NAME = "wrong-name"
    ABSENT = "absent"  # the host speaks no TLS at all


@dataclass(frozen=True)
class MailHost:
    """A mail server: Dovecot answers on 110, 143, 993 and 995, Postfix on 25, 465 and 587."""

    name: str
    ports: tuple[int, ...]
    certificate: Certificate = Certificate.GOOD
    login: bool = True  # False: port 25 only takes letters in, as an MX does
    own_senders_only: bool = False  # a login may send as its own address, and as those `MAY_SEND_AS` adds


@dataclass(frozen=True)
class Domain:
    """A mail domain.

    `records` are zone lines `NAME TYPE VALUE`, relative to the domain, in which
    `{web}`, `{silent}`, `{hanging}` and `{refusing}` stand for addresses; every
    mail host and every host of `published_at` has its A record anyway.
    `published_at` are the URLs that serve an autoconfig document of `hosts`;
    `announced_at` those of other documents, by the kind the URL is usual for
    (PACC, with `{digest}` in `records`, or Autodiscover).
    """

    name: str
    story: str
    hosts: tuple[MailHost, ...] = ()
    records: tuple[str, ...] = ()
    published_at: tuple[str, ...] = ()
    announced_at: tuple[str, ...] = ()
    login_is_local_part: bool = False


@dataclass(frozen=True)
class Mailbox:
    """An address that really receives, and the password that opens it."""

    address: str
    password: str


PEOPLE = {"anna": "teploe-leto-41", "boris": "tihaya-gavan-52", "vera": "снежная-зима-63"}
"""The mailboxes of every domain. Vera's password is not ASCII, as people's passwords are not."""

JUNKED, LOST, FULL = "junked", "lost", "full"
"""Mailboxes of uspeh.test: letters land in the junk folder, vanish, are refused as 452 4.2.2."""

USPEH_ONLY = {JUNKED: "gruda-pisem-74", LOST: "puteshestvie-85", FULL: "polnyy-yashchik-96"}


MAY_SEND_AS = {"anna": ("vera",)}
"""Who may send as somebody else where only own senders are taken: Anna as Vera, but not as Boris."""


def mailboxes_of(domain: Domain) -> tuple[Mailbox, ...]:
    """Return the mailboxes of one domain."""
    people = PEOPLE | USPEH_ONLY if domain.name == "uspeh.test" else PEOPLE
    return tuple(Mailbox(f"{person}@{domain.name}", password) for person, password in people.items())


def login_name(domain: Domain, mailbox: Mailbox) -> str:
    """Return the name the servers of the domain want."""
    return mailbox.address.partition("@")[0] if domain.login_is_local_part else mailbox.address
