"""The passwords a server may know from earlier runs of a draft, gathered only to keep them out of what it says now."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.storage.credentials import session_place
from webapp.storage.drafts import draft_credentials
from webapp.storage.models import Run, SessionSecret
from webapp.storage.models.servers import ServerColumns
from webapp.storage.secrets import SecretBox, SecretUnreadable, place_of


def known_secrets(session: Session, box: SecretBox, run: Run, now: datetime) -> frozenset[str]:
    """Return every password that is kept for the run's draft and for the account it is about."""
    return frozenset(secret for secret in (*_typed(box, run, now), *_stored(session, box, run)) if secret)


def _typed(box: SecretBox, run: Run, now: datetime) -> Iterator[str]:
    try:
        typed = draft_credentials(box, run.draft, now=now)
    except SecretUnreadable:
        return
    if typed is not None:
        yield typed.incoming
        yield typed.outgoing or ""


def _stored(session: Session, box: SecretBox, run: Run) -> Iterator[str]:
    account = run.draft.account
    rows: list[ServerColumns | None] = [run.draft.outgoing]
    rows += [account.incoming, account.outgoing] if account is not None else []
    for row in rows:
        if row is not None and row.secret is not None:
            yield from _opened(box, row.secret, place_of(row.settings()))
        if row is not None and account is not None and run.draft.session_id is not None:
            kept = session.get(SessionSecret, (run.draft.session_id, account.id, row.settings().direction))
            place = session_place(run.draft.session_id, account.id, row.settings())
            yield from _opened(box, kept.secret, place) if kept is not None else ()


def _opened(box: SecretBox, ciphertext: str, place: str) -> Iterator[str]:
    try:
        yield box.decrypt(ciphertext, place)
    except SecretUnreadable:  # the keys or the server are others now: nobody could have sent it
        return
