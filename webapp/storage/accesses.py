"""What lets the background log in for an account: the stored password, or one a living browser session keeps."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.mail.clients.access import Access
from webapp.mail.settings import AuthMethod, Direction
from webapp.storage.certificates import pin_of
from webapp.storage.credentials import session_place
from webapp.storage.models import Account, BrowserSession, SessionSecret, User
from webapp.storage.models.servers import ServerColumns
from webapp.storage.plain_consents import may_send_password
from webapp.storage.secrets import SecretBox, SecretUnreadable, place_of


def access_of(
    session: Session, box: SecretBox, account: Account, direction: Direction, now: datetime, user_id: int | None = None
) -> Access | None:
    """Return what lets us in, None if a password is missing.

    What somebody typed for a browser session serves while that session lives;
    with `user_id` only that person's, since nobody sends by another's password.
    An account that is frozen or locked lets nobody in (DESIGN 5.3).
    """
    row = account.incoming if direction is Direction.INCOMING else account.outgoing
    if row is None or account.frozen or account.locked or account.proved_at is None:
        return None
    if row.auth_method is AuthMethod.NONE:
        return _access(account, row, "")
    secrets = (_stored(box, row), *_of_sessions(session, box, account, row, direction, now, user_id))
    secret = next((one for one in secrets if one is not None), None)
    return None if secret is None else _access(account, row, secret)


def lets_in(session: Session, account_id: int, direction: Direction, now: datetime) -> bool:
    """Tell whether somebody who logged in for the account may go on: it is used so, and its password is kept yet."""
    account = session.get(Account, account_id)
    if account is None or account.frozen or account.locked or account.proved_at is None:
        return False
    incoming = direction is Direction.INCOMING
    row = account.incoming if incoming else account.outgoing
    if row is None or not (account.for_receiving if incoming else account.for_sending):
        return False
    if row.auth_method is AuthMethod.NONE or row.secret is not None:
        return True
    return session.scalar(_typed(account, direction, now).limit(1)) is not None


def _access(account: Account, row: ServerColumns, secret: str) -> Access:
    return Access(row.settings(), secret, pin_of(account, row), plain_allowed=may_send_password(account, row))


def _stored(box: SecretBox, row: ServerColumns) -> str | None:
    return _opened(box, row.secret, place_of(row.settings())) if row.secret is not None else None


def _of_sessions(
    session: Session,
    box: SecretBox,
    account: Account,
    row: ServerColumns,
    direction: Direction,
    now: datetime,
    user_id: int | None,
) -> Iterator[str | None]:
    kept = _typed(account, direction, now)
    if user_id is not None:
        kept = kept.where(BrowserSession.user_id == user_id)
    for one in session.scalars(kept.order_by(BrowserSession.id.desc())):
        yield _opened(box, one.secret, session_place(one.session_id, account.id, row.settings()))


def _typed(account: Account, direction: Direction, now: datetime) -> Select[SessionSecret]:
    """Return what living browser sessions of people who may use the account keep for it."""
    kept = select(SessionSecret).join(BrowserSession, BrowserSession.id == SessionSecret.session_id)
    kept = kept.join(User, User.id == BrowserSession.user_id).where(
        SessionSecret.account_id == account.id,
        SessionSecret.direction == direction,
        BrowserSession.expires_at > now,
        User.disabled.is_(False),
    )
    return kept if account.for_everyone else kept.where(BrowserSession.user_id == account.owner_id)


def _opened(box: SecretBox, ciphertext: str, place: str) -> str | None:
    try:
        return box.decrypt(ciphertext, place)
    except SecretUnreadable:  # the keys or the server are others now: it has to be typed again
        return None
