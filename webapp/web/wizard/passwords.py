"""Whether the password of a run is known already: typed in its draft, or kept for exactly these servers."""

from webapp.detection.types import Findings
from webapp.mail.settings import AuthMethod, Direction, ServerSettings
from webapp.storage.credentials import has_session_secret
from webapp.storage.drafts import has_secret
from webapp.storage.models import Draft, DraftAim, IncomingServer, OutgoingServer, Run
from webapp.storage.secrets import place_of
from webapp.web.access import my_session
from webapp.web.extensions import db


def password_known(run: Run, findings: Findings) -> bool:
    """Tell whether a check of these servers can begin without asking; what is glued to a server opens only there."""
    if has_secret(run.draft):
        return True
    if run.draft.aim is DraftAim.NEW_ACCOUNT:
        return False
    chosen = [findings.chosen(direction) for direction in run.entered.wanted()]
    return all(server is not None and kept_for(run.draft, server.settings) for server in chosen)


def kept_for(draft: Draft, settings: ServerSettings) -> bool:
    """Tell whether nobody logs in there, or the account's own password is kept for exactly this place."""
    if settings.auth_methods[0] is AuthMethod.NONE:
        return True
    account, row = draft.account, stored_server(draft, settings.direction)
    if account is None or row is None or place_of(row.settings()) != place_of(settings):
        return False
    if account.frozen or account.locked:
        return False
    return row.secret is not None or has_session_secret(db.session(), my_session(), account)


def stored_server(draft: Draft, direction: Direction) -> IncomingServer | OutgoingServer | None:
    """Return the server of a draft as it is stored now: of the account, or the outgoing one the draft is about."""
    account = draft.account
    if direction is Direction.INCOMING:
        return account.incoming if account is not None else None
    if draft.aim is DraftAim.OUTGOING_SERVER or draft.outgoing is not None:
        return draft.outgoing
    return account.outgoing if account is not None else None


def two_logins(run: Run) -> bool:
    """Tell whether the chosen servers are logged in to under different names: one box cannot ask for both passwords."""
    names = {server.username for server in (run.entered.incoming, run.entered.outgoing) if server.username is not None}
    return len(run.entered.wanted()) > 1 and len(names) > 1
