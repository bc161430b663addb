"""What people wrote with an account that is to be removed and nobody has got: it goes on as drafts of another one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.storage.deciding import to_draft
from webapp.storage.models import Account, OutgoingLetter, OutgoingState, User
from webapp.storage.writing import senders

UNSENT = (OutgoingState.DRAFT, OutgoingState.QUEUED, OutgoingState.REFUSED)


def keep_unsent(session: Session, account: Account, now: datetime) -> None:
    """Let drafts, and letters that wait, be drafts of another account their authors send with; call it before removing.

    Of whoever has no other account they go with this one; nothing that is being sent is touched.
    """
    unsent = (OutgoingLetter.state.in_(UNSENT), OutgoingLetter.sent_at.is_(None), OutgoingLetter.author_id.is_not(None))
    letters = select(OutgoingLetter).where(OutgoingLetter.account_id == account.id, *unsent)
    others: dict[int, int | None] = {}
    for letter in session.scalars(letters).all():
        author = session.get_one(User, letter.author_id)
        if author.id not in others:
            others[author.id] = next((one.id for one in senders(session, author) if one.id != account.id), None)
        other = others[author.id]
        if other is not None and (letter.state is OutgoingState.DRAFT or to_draft(session, letter, now)):
            letter.account_id = other
    session.flush()
