"""Accounts and servers in the journal's words: pairs of a column and its value, never a secret."""

from webapp.mail.settings import ServerSettings
from webapp.storage.certificates import pin_of
from webapp.storage.models import Account, OutgoingServer
from webapp.storage.models.servers import ServerColumns
from webapp.storage.plain_consents import consent_at

Facts = dict[str, str]
EVERYONE = "everyone"
WITH_PASSWORD, LETTERS_ALONE = "password", "letters"  # what may go out without TLS


def facts_of(account: Account) -> Facts:
    """Return everything about an account that the journal tells."""
    owner = account.owner.display_name if account.owner is not None else EVERYONE
    return {
        "title": account.title,
        "sender_name": account.sender_name,
        "address": account.address,
        "reply_to": account.reply_to or "",
        "signature": account.signature,
        "for_whom": owner,
        "for_sending": _answer(account.for_sending),
        "for_receiving": _answer(account.for_receiving),
        "load_since": account.load_since.isoformat() if account.load_since else "",
        "automatic": _answer(account.automatic),
        "keep_on_server": _answer(account.keep_on_server),
        "delete_after_days": str(account.delete_after_days or ""),
        "remember_password": _answer(account.remember_password),
        "people_may_send": _answer(account.people_may_send),
        "incoming": _place(account.incoming.settings()) if account.incoming is not None else "",
        "outgoing": _place(account.outgoing.settings()) if account.outgoing is not None else "",
        "incoming_certificate": pin_of(account, account.incoming) or "",
        "incoming_unprotected": _unprotected(account, account.incoming),
        **outgoing_risks(account),
    }


def outgoing_risks(account: Account) -> Facts:
    """Return what the account alone accepts of its outgoing server, whoever shares that."""
    return {
        "outgoing_certificate": pin_of(account, account.outgoing) or "",
        "outgoing_unprotected": _unprotected(account, account.outgoing),
    }


def outgoing_facts(server: OutgoingServer) -> Facts:
    """Return everything about an outgoing server that the journal tells."""
    return {
        "description": server.description,
        "host": server.host,
        "port": str(server.port),
        "security": server.security.value,
        "auth_method": server.auth_method.value,
        "username": server.username or "",
        "default": _answer(server.is_default),
    }


def changed(before: Facts, after: Facts) -> tuple[tuple[str, str], ...]:
    """Return what is different now."""
    return tuple((name, words) for name, words in after.items() if before.get(name) != words)


def _place(server: ServerSettings) -> str:
    words = (server.protocol.upper(), f"{server.host}:{server.port}", server.security.upper(), server.username or "")
    return " ".join(words).strip()


def _unprotected(account: Account, server: ServerColumns | None) -> str:
    consent = consent_at(account, server) if server is not None else None
    return "" if consent is None else WITH_PASSWORD if consent.password else LETTERS_ALONE


def _answer(value: bool) -> str:
    return "yes" if value else "no"
