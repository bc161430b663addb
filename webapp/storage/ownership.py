"""Whose an account is when a draft has been saved, and who may save it."""

from sqlalchemy.orm import Session

from webapp.storage.accounts import may_change
from webapp.storage.models import Account, Draft, DraftDetails, User
from webapp.storage.objections import NotAllowed


def owner_after(account: Account, details: DraftDetails, user_id: int) -> int | None:
    """Return the owner an account of these details has; None is everyone. Kept unless somebody else is named."""
    if account.is_system or details.for_everyone:
        return None
    if details.owner_id is not None:
        return details.owner_id
    return account.owner_id if account.owner_id is not None else user_id


def hands_over(draft: Draft) -> bool:
    """Tell whether saving the draft gives an account to others: then its password must be typed."""
    account = draft.account
    return account is not None and owner_after(account, draft.details, draft.user_id) != account.owner_id


def check_may_save(session: Session, user: User, account: Account, details: DraftDetails) -> None:
    """Raise `NotAllowed` unless the person may save the account with these details."""
    owner_id = owner_after(account, details, user.id)
    if owner_id == account.owner_id:
        allowed = may_change(user, account)
    else:
        allowed = user.is_admin and (owner_id is None or _can_sign_in(session, owner_id))
    if user.disabled or not allowed:
        raise NotAllowed("this person may not change this account so")


def _can_sign_in(session: Session, user_id: int) -> bool:
    owner = session.get(User, user_id)
    return owner is not None and not owner.disabled
