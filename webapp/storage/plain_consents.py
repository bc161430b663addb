"""Where an account may send without TLS (DESIGN 5.1): read before a connection, written when a run has proved it."""

from webapp.detection.consent import says_something_plainly
from webapp.mail.settings import AuthMethod, Security, ServerSettings
from webapp.storage.certificates import place_of_row
from webapp.storage.models import Account, PlainConsent
from webapp.storage.models.servers import ServerColumns
from webapp.storage.proofs import Proof


def consent_at(account: Account, row: ServerColumns) -> PlainConsent | None:
    """Return what was agreed to for this account where a server without TLS listens; for others it says nothing."""
    if row.security is not Security.NONE:
        return None
    return next((one for one in account.plain_consents if one.place == place_of_row(row)), None)


def may_send_password(account: Account, row: ServerColumns) -> bool:
    """Tell whether the account's password may go to this server although it has no TLS."""
    consent = consent_at(account, row)
    return consent is not None and consent.password


def write_plain_consents(proof: Proof, account: Account, *, moved: bool = False) -> None:
    """Let the account send plainly where its run has just proved that it may, and nowhere else.

    What was agreed to before stays the word of whoever gave it, unless the
    account was handed over: then it is the word of whoever did that.
    """
    for server in proof.servers.values():
        if says_something_plainly(server.settings):
            _write(proof, account, server.settings, moved)
    forget_agreed_elsewhere(account)


def forget_agreed_elsewhere(account: Account) -> None:
    """Forget what was agreed to where the account has no server without TLS any more."""
    rows = [row for row in (account.incoming, account.outgoing) if row is not None and row.security is Security.NONE]
    places = {place_of_row(row) for row in rows}
    account.plain_consents = [one for one in account.plain_consents if one.place in places]


def _write(proof: Proof, account: Account, settings: ServerSettings, moved: bool) -> None:
    place, logs_in = f"{settings.host}:{settings.port}", settings.auth_methods[0] is not AuthMethod.NONE
    consent = next((one for one in account.plain_consents if one.place == place), None)
    if consent is not None and not moved and consent.password >= logs_in:
        return
    if consent is None:
        consent = PlainConsent(place=place)
        account.plain_consents.append(consent)
    consent.password, consent.agreed_by, consent.agreed_at = logs_in, proof.run.user, proof.now
