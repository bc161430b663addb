"""What a run's page says about what is stored already: whether what was checked differs, and what is stored now."""

from dataclasses import dataclass

from flask_babel import format_datetime, gettext

from webapp.detection.consent import missing_consent
from webapp.detection.types import ProvedServer
from webapp.mail.settings import Direction
from webapp.storage.certificates import pin_of
from webapp.storage.drafts import has_secret
from webapp.storage.history import last_change
from webapp.storage.models import Account, DraftAim, IncomingServer, OutgoingServer, Run
from webapp.storage.using import consent_of
from webapp.web.extensions import db
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.phases import Phase
from webapp.web.runs.places import Kind, Place
from webapp.web.runs.run_pages import RunPage
from webapp.web.wizard.passwords import stored_server
from webapp.web.wording import names
from webapp.web.wording.whys import Why

Row = IncomingServer | OutgoingServer


@dataclass(frozen=True)
class ServerLine:
    """One stored server in a line."""

    heading: str
    protocol: str
    host: str
    port: int
    security: str
    plain: bool


@dataclass(frozen=True)
class Change:
    """What stands beside the picture of a run about an account that exists.

    `save` is the word on the button that saves; `differs` tells that saving
    would change something; `stored` are the servers as they are now, where
    somebody else changed them, `changed` who did and when, if that is known.
    """

    save: str
    differs: bool
    stored: tuple[ServerLine, ...]
    changed: str | None


def change_of(page: RunPage, place: Place) -> Change:
    """Return what a run means for what is stored."""
    words = gettext("Done") if place.adds else gettext("Save")
    if place.kind is Kind.HAND_OVER:
        words = gettext("Check and hand over")
    overtaken = page.why is Why.CHANGED
    return Change(
        save=words,
        differs=page.phase is Phase.CHECKED and place.may_save and differs(page.run),
        stored=stored_lines(page.run) if overtaken else (),
        changed=who_changed(page.run.draft.account) if overtaken else None,
    )


def differs(run: Run) -> bool:
    """Tell whether what a run proved is not what is stored: servers, uses, a consent, a password typed to be kept."""
    draft, account = run.draft, run.draft.account
    if account is None or (has_secret(draft) and draft.details.remember_password):
        return True
    if draft.aim is DraftAim.ACCOUNT and _other_account(run, account):
        return True
    findings = findings_of(run)
    pairs = [(findings.chosen(direction), stored_server(draft, direction)) for direction in run.entered.wanted()]
    agreed = consent_of(account, draft.outgoing)
    return any(
        server is not None and (not _same(server, row, pin_of(account, row)) or missing_consent(server, agreed))
        for server, row in pairs
    )


def who_changed(account: Account | None) -> str | None:
    """Return who changed the account last, and when."""
    last = last_change(db.session(), account) if account is not None else None
    if last is None or not last.user_name:
        return None
    return gettext("Last changed by %(person)s, %(moment)s.", person=last.user_name, moment=format_datetime(last.at))


def stored_lines(run: Run) -> tuple[ServerLine, ...]:
    """Return the servers of the run's account, or the outgoing server it is about, as they are stored now."""
    wanted = run.entered.wanted()
    rows = ((direction, stored_server(run.draft, direction)) for direction in wanted)
    return tuple(_line(direction, row) for direction, row in rows if row is not None)


def _other_account(run: Run, account: Account) -> bool:
    used = (account.address, account.for_receiving, account.for_sending, account.outgoing_id)
    entered = run.entered
    chosen = run.draft.outgoing_id if run.draft.outgoing_id is not None else account.outgoing_id
    return used != (entered.address, entered.for_receiving, entered.for_sending, chosen)


def _same(server: ProvedServer, row: Row | None, pin: str | None) -> bool:
    if row is None:
        return False
    proved, stored = server.settings, row.settings()
    one = (proved.endpoint, proved.username, proved.auth_methods[0], server.pinned_sha256)
    return one == (stored.endpoint, stored.username, stored.auth_methods[0], pin)


def _line(direction: Direction, row: Row) -> ServerLine:
    return ServerLine(
        heading=names.server_name(direction, row.protocol),
        protocol=names.protocol_name(row.protocol),
        host=names.host_for_people(row.host),
        port=row.port,
        security=names.security_name(row.security),
        plain=row.security.value == "none",
    )
