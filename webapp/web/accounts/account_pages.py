"""A saved account in words: what people see who may not change it, and what is told but never typed."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date, gettext, ngettext

from webapp.mail.settings import AuthMethod, Direction, Protocol, Security
from webapp.storage.base import utc_now
from webapp.storage.certificates import accepted_at
from webapp.storage.models import Account, IncomingServer, OutgoingServer
from webapp.storage.plain_consents import consent_at
from webapp.web.moments import day_words
from webapp.web.wording import names
from webapp.web.wording.accounts import for_whom, title_of, uses_of
from webapp.web.wording.certificates import fingerprint_words, issuer_words, validity_words

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AcceptedWords:
    """A certificate accepted by hand, in words; None where it is not known any more."""

    direction: Direction
    fingerprint: str
    given: str | None
    issuer: str | None
    valid: str | None


@dataclass(frozen=True)
class ServerFacts:
    """One server in words."""

    heading: str
    protocol: str
    host: str
    port: int
    security: str
    auth: str
    username: str
    accepted: AcceptedWords | None
    plain: bool
    plain_consent: str | None
    plain_consented_at: datetime | None
    proved_at: datetime
    description: str = ""


def profile_facts(account: Account) -> Facts:
    """Return the first section as facts."""
    facts = [
        (gettext("Account name"), title_of(account)),
        (gettext("Sender name"), account.sender_name),
        (gettext("Email address"), names.readable_address(account.address)),
        (gettext("Reply-to address"), names.readable_address(account.reply_to or "")),
        (gettext("Signature"), account.signature),
        (gettext("Use for"), ", ".join(uses_of(account))),
        (gettext("For whom"), for_whom(account)),
    ]
    return tuple((name, words) for name, words in facts if words)


def letters_facts(account: Account) -> Facts:
    """Return what happens to letters as facts."""
    facts = [(gettext("Use for"), ", ".join(uses_of(account)))]
    if account.for_receiving:
        facts.append((gettext("Load mail since"), since_words(account.load_since)))
    automatic = gettext("yes") if account.automatic else gettext("no")
    facts.append((gettext("Receive and send automatically"), automatic))
    if account.incoming is not None and account.incoming.protocol is Protocol.POP3:
        facts.append((gettext("Copies on the server"), copies_words(account)))
    return tuple(facts)


def since_words(day: date | None) -> str:
    """Return from which day on letters are loaded."""
    return format_date(day, "long") if day else gettext("all letters")


def copies_words(account: Account) -> str:
    """Return what becomes of letters on a POP3 server."""
    days = account.delete_after_days
    if not account.keep_on_server:
        return gettext("deleted once they are here")
    if days is None:
        return gettext("stay there")
    return ngettext("stay for %(num)s day", "stay for %(num)s days", days)


def password_words(account: Account, typed_for_session: bool) -> str:
    """Return where the password is."""
    if account.remember_password and (account.locked or account.frozen):
        return gettext("forgotten; remembered again once it is typed and proved")
    if account.remember_password:
        return gettext("remembered, stored encrypted")
    if typed_for_session:
        return gettext("typed for this session; forgotten when you sign out")
    return gettext("not remembered; asked for when needed")


def server_facts(account: Account, server: IncomingServer | OutgoingServer | None) -> ServerFacts | None:
    """Return a server in words, with what this account accepts of it; None where there is none."""
    if server is None:
        return None
    outgoing = isinstance(server, OutgoingServer)
    nobody = server.auth_method is AuthMethod.NONE
    consent = consent_at(account, server)
    return ServerFacts(
        heading=names.server_name(Direction.OUTGOING if outgoing else Direction.INCOMING, server.protocol),
        protocol=names.protocol_name(server.protocol),
        host=names.host_for_people(server.host),
        port=server.port,
        security=names.security_name(server.security),
        auth=names.auth_name(server.auth_method),
        username="" if nobody else server.username or "",
        accepted=accepted_words(account, server),
        plain=server.security is Security.NONE,
        plain_consent=consent.agreed_by.display_name if consent is not None else None,
        plain_consented_at=consent.agreed_at if consent is not None else None,
        proved_at=server.proved_at,
        description=server.description if isinstance(server, OutgoingServer) else "",
    )


def accepted_words(account: Account, server: IncomingServer | OutgoingServer) -> AcceptedWords | None:
    """Return the certificate the account accepts of a server although nobody vouches for it."""
    accepted = accepted_at(account, server)
    if accepted is None:
        return None
    facts, person = accepted.facts, accepted.accepted_by
    given = None
    if accepted.accepted_at is not None and person is not None:
        given = gettext("%(person)s, %(day)s", person=person.display_name, day=day_words(accepted.accepted_at))
    return AcceptedWords(
        direction=server.settings().direction,
        fingerprint=fingerprint_words(accepted.sha256),
        given=given,
        issuer=issuer_words(facts) if facts is not None else None,
        valid=validity_words(facts, utc_now()) if facts is not None else None,
    )
