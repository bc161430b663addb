"""Which password a run gets: the one typed for it, a stored one for exactly its server, or this browser session's."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.detection.types import Findings
from webapp.mail.settings import AuthMethod, Credentials, Direction, ServerSettings
from webapp.storage.base import utc_now
from webapp.storage.drafts import draft_credentials
from webapp.storage.models import Account, BrowserSession, Draft, DraftAim, Run, SessionSecret
from webapp.storage.models.servers import ServerColumns
from webapp.storage.ownership import hands_over
from webapp.storage.secrets import SecretBox, SecretUnreadable, place_of


class Origin(StrEnum):
    """Where a password came from."""

    TYPED = "typed"
    STORED = "stored"
    SESSION = "session"


@dataclass(frozen=True)
class Resolved:
    """The passwords of a run and where each came from; a direction where nobody logs in has none."""

    credentials: Credentials = field(repr=False)
    origins: tuple[tuple[Direction, Origin], ...] = ()

    def all_from(self, *origins: Origin) -> bool:
        """Tell whether no password came from elsewhere."""
        return all(origin in origins for _direction, origin in self.origins)


def resolve(session: Session, box: SecretBox, run: Run, *, now: datetime | None = None) -> Credentials | Direction:
    """Return what the run logs in with, or the direction whose password is missing."""
    resolved = look_up(session, box, run, now=now)
    return resolved if isinstance(resolved, Direction) else resolved.credentials


def look_up(session: Session, box: SecretBox, run: Run, *, now: datetime | None = None) -> Resolved | Direction:
    """Return what the run logs in with and where that came from, or the direction whose password is missing.

    What is kept opens only for exactly the protocol, host, port, security and
    login name it was proved with (DESIGN 5.3), and only for people who may
    use the account; of an account that is frozen, locked or handed over the
    password must be typed.
    """
    keyring = _Keyring(session, box, run, now or utc_now())
    found: dict[Direction, tuple[str, Origin]] = {}
    for direction, settings in _logins(run).items():
        secret = keyring.secret(settings)
        if secret is None:
            return direction
        found[direction] = secret
    incoming, outgoing = found.get(Direction.INCOMING), found.get(Direction.OUTGOING)
    first = incoming or outgoing or ("", Origin.TYPED)
    own = outgoing[0] if outgoing is not None and outgoing[0] != first[0] else None
    origins = tuple((direction, origin) for direction, (_secret, origin) in found.items())
    return Resolved(Credentials(first[0], own), origins)


def keep_for_session(
    session: Session, box: SecretBox, browser_session: BrowserSession, account: Account, credentials: Credentials
) -> None:
    """Remember the password for one browser session only, glued to it and to the account's servers."""
    forget_session_secret(session, browser_session, account)
    used = {Direction.INCOMING: account.for_receiving, Direction.OUTGOING: account.for_sending}
    for row in (account.incoming, account.outgoing):
        if row is None or row.auth_method is AuthMethod.NONE or not used[row.settings().direction]:
            continue
        settings = row.settings()
        kept = SessionSecret(session_id=browser_session.id, account_id=account.id, direction=settings.direction)
        place = session_place(browser_session.id, account.id, settings)
        kept.secret = box.encrypt(credentials.secret(settings.direction), place)
        session.add(kept)
    session.flush()


def forget_session_secret(session: Session, browser_session: BrowserSession, account: Account) -> None:
    """Forget what one browser session remembers of an account."""
    mine = (SessionSecret.session_id == browser_session.id, SessionSecret.account_id == account.id)
    session.execute(delete(SessionSecret).where(*mine))


def forget_session_secrets(session: Session, account: Account) -> None:
    """Forget what any browser session remembers of an account."""
    session.execute(delete(SessionSecret).where(SessionSecret.account_id == account.id))


def has_session_secret(session: Session, browser_session: BrowserSession, account: Account) -> bool:
    """Tell whether this browser session remembers the account's password."""
    return account.id in session_secret_accounts(session, browser_session)


def session_secret_accounts(session: Session, browser_session: BrowserSession) -> frozenset[int]:
    """Return the ids of the accounts whose password this browser session remembers."""
    rows = select(SessionSecret.account_id).where(SessionSecret.session_id == browser_session.id)
    return frozenset(session.scalars(rows))


class _Keyring:
    """Finds the password for one server of a run."""

    def __init__(self, session: Session, box: SecretBox, run: Run, now: datetime) -> None:
        self._session, self._box, self._run, self._draft, self._now = session, box, run, run.draft, now
        self._typed = self._read_typed()
        self._account = self._draft.account if may_use_kept(run) else None

    def secret(self, settings: ServerSettings) -> tuple[str, Origin] | None:
        """Return the password for this server."""
        typed, kept = self._typed_for(settings.direction), self._kept(settings)
        if self._draft.aim is DraftAim.OUTGOING_SERVER and settings.direction is Direction.INCOMING:
            fits = kept is None and not self._other_login(settings)  # it was typed for the other server
        else:
            fits = kept is None or self._own_field(settings) or not self._other_login(settings)
        return (typed, Origin.TYPED) if typed is not None and fits else kept

    def _typed_for(self, direction: Direction) -> str | None:
        """Return what was typed: one password serves both servers unless each has its own."""
        if self._typed is None:
            return None
        return (self._typed.outgoing if direction is Direction.OUTGOING else None) or self._typed.incoming or None

    def _own_field(self, settings: ServerSettings) -> bool:
        """Tell whether the password was typed for this very server and not for the other one."""
        if self._draft.aim is DraftAim.OUTGOING_SERVER:
            return settings.direction is Direction.OUTGOING
        own = self._typed is not None and bool(self._typed.outgoing)
        return own or settings.direction is Direction.INCOMING

    def _other_login(self, settings: ServerSettings) -> bool:
        """Tell whether the other server of the run knows the mailbox by another name."""
        others = [login for login in _logins(self._run).values() if login.direction is not settings.direction]
        return any(other.username != settings.username for other in others)

    def _kept(self, settings: ServerSettings) -> tuple[str, Origin] | None:
        if self._account is None:
            return None
        row = server_of(self._draft, settings.direction)
        stored = self._opened(row.secret if row is not None else None, place_of(settings))
        if stored is not None:
            return stored, Origin.STORED
        remembered = self._remembered(self._account, settings)
        return (remembered, Origin.SESSION) if remembered is not None else None

    def _remembered(self, account: Account, settings: ServerSettings) -> str | None:
        browser = self._draft.session
        if browser is None or browser.user_id != self._run.user_id or browser.expires_at <= self._now:
            return None
        row = self._session.get(SessionSecret, (browser.id, account.id, settings.direction))
        return self._opened(row.secret if row else None, session_place(browser.id, account.id, settings))

    def _read_typed(self) -> Credentials | None:
        try:
            return draft_credentials(self._box, self._draft, now=self._now)
        except SecretUnreadable:  # the mail keys are others now: it has to be typed again
            return None

    def _opened(self, ciphertext: str | None, place: str) -> str | None:
        try:
            return self._box.decrypt(ciphertext, place) if ciphertext is not None else None
        except SecretUnreadable:  # it belongs to another server
            return None


def may_use_kept(run: Run) -> bool:
    """Tell whether the run may log in with what is kept for its account."""
    account, user = run.draft.account, run.user
    if account is None or account.frozen or account.locked or user.disabled or hands_over(run.draft):
        return False
    return account.for_everyone or account.owner_id == user.id


def server_of(draft: Draft, direction: Direction) -> ServerColumns | None:
    """Return the stored server a draft is about: the account's, or the outgoing one that is changed or chosen."""
    account = draft.account
    if account is None:
        return None
    if direction is Direction.INCOMING:
        return account.incoming
    if draft.outgoing is not None:
        return draft.outgoing if draft.outgoing.owner_id == account.owner_id else None
    return None if draft.aim is DraftAim.OUTGOING_SERVER else account.outgoing


def _logins(run: Run) -> dict[Direction, ServerSettings]:
    """Return the chosen servers that want a login."""
    findings = run.findings or Findings()
    chosen = [findings.chosen(direction) for direction in run.entered.wanted()]
    servers = [server.settings for server in chosen if server is not None]
    return {server.direction: server for server in servers if server.auth_methods[0] is not AuthMethod.NONE}


def session_place(session_id: int, account_id: int, settings: ServerSettings) -> str:
    """Return what a password kept for one browser session is glued to."""
    return f"session|{session_id}|{account_id}|{place_of(settings)}"
