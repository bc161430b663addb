"""The draft behind the first form: found again, kept up with what is typed, given up for another address."""

from datetime import timedelta

from flask import request
from sqlalchemy import false, select

from webapp.mail.settings import Credentials
from webapp.storage.base import utc_now
from webapp.storage.drafts import create_draft, draft_credentials, end_draft, get_draft, set_draft_secret
from webapp.storage.models import Account, AccountKind, Draft, DraftAim, DraftDetails
from webapp.storage.runs import latest_run, request_stop, running_run
from webapp.storage.secrets import SecretUnreadable
from webapp.storage.using import begin_change
from webapp.web.access import me, my_session
from webapp.web.extensions import box, db, runner

UNFINISHED_FOR = timedelta(minutes=30)
LOOKED_AT = 5  # of other kinds there may be some in between


def asked_draft() -> Draft | None:
    """Return the draft the form or the address names, unless it was saved already or is no business of this form."""
    draft = get_draft(db.session(), me(), request.values.get("draft", ""))
    return draft if draft is not None and draft.ended_at is None and is_for_form(draft) else None


def is_for_form(draft: Draft) -> bool:
    """Tell whether the first form is where the draft began: a new mail account, or the system account's set-up."""
    if draft.aim is DraftAim.NEW_ACCOUNT:
        return draft.details.kind is AccountKind.MAIL
    account = draft.account
    return draft.aim is DraftAim.ACCOUNT and account is not None and account.is_system and account.proved_at is None


def unfinished_draft(system: Account | None) -> Draft | None:
    """Return what the person began a short while ago, for the same account: Back must not lose it.

    Whoever asked for an empty form instead names the draft they had seen by
    then (`fresh`); a later one is what they typed into the empty form.
    """
    session = db.session()
    aim = DraftAim.NEW_ACCOUNT if system is None else DraftAim.ACCOUNT
    recent = select(Draft).where(Draft.user_id == me().id, Draft.ended_at.is_(None), Draft.aim == aim)
    recent = recent.where(Draft.created_at > utc_now() - UNFINISHED_FOR)
    if system is not None:
        recent = recent.where(Draft.account_id == system.id)
    if "fresh" in request.args:
        seen = get_draft(session, me(), request.args["fresh"])
        recent = recent.where(Draft.created_at > seen.created_at if seen is not None else false())
    newest_first = session.scalars(recent.order_by(Draft.created_at.desc()).limit(LOOKED_AT))
    return next((draft for draft in newest_first if is_for_form(draft)), None)


def keep(
    draft: Draft | None, details: DraftDetails, credentials: Credentials | None, system: Account | None = None
) -> Draft:
    """Return the draft with what was typed: the one of the form, or a new one for another account."""
    session = db.session()
    if draft is None:
        return _begun(details, credentials, system)
    if is_another_account(draft.details, details) and latest_run(session, draft) is not None:
        # The runs of the old address must never be saved under the new one.
        kept = kept_credentials(draft)
        give_up(draft)
        return _begun(details, credentials or kept, system)
    draft.details = details
    if credentials is not None:
        set_draft_secret(session, box(), draft, credentials)
    return draft


def keep_secret(
    draft: Draft | None, details: DraftDetails, credentials: Credentials, system: Account | None = None
) -> Draft:
    """Keep the password of a form that has a mistake; a search that is going on is not disturbed."""
    if draft is None or latest_run(db.session(), draft) is None:
        return keep(draft, details, credentials, system)
    if draft.details.address != details.address:
        # The runs of the old address must never log in with the password of the new one.
        return _begun(details, credentials, system)
    set_draft_secret(db.session(), box(), draft, credentials)
    return draft


def kept_credentials(draft: Draft) -> Credentials | None:
    """Return what the draft keeps; passwords that no mail key opens any more have to be typed again."""
    try:
        return draft_credentials(box(), draft)
    except SecretUnreadable:
        return None


def stop_other(draft: Draft) -> None:
    """Stop the search of another draft, as the person asked."""
    other = running_run(db.session(), me())
    if other is not None and other.draft_id != draft.id:
        request_stop(db.session(), other)
        db.session.commit()
        runner().stop(other.id)


def is_another_account(was: DraftDetails, now: DraftDetails) -> bool:
    """Tell whether what was searched for before is of no use now."""
    before, after = ((details.address, details.for_sending, details.for_receiving) for details in (was, now))
    return before != after


def give_up(draft: Draft) -> None:
    """Stop and close what was begun for another address."""
    going_on = running_run(db.session(), me())
    if going_on is not None and going_on.draft_id == draft.id:
        request_stop(db.session(), going_on)
        db.session.commit()
        runner().stop(going_on.id)
    end_draft(db.session(), draft)


def _begun(details: DraftDetails, credentials: Credentials | None, system: Account | None) -> Draft:
    session = db.session()
    if system is None:
        return create_draft(session, box(), me(), details, credentials, browser_session=my_session())
    return begin_change(session, me(), my_session(), system, details, credentials=credentials, box=box())
