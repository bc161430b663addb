"""Adding an account: the first form, typing help, and the start of the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.detection.assumptions import recommended
from webapp.mail.settings import Credentials
from webapp.storage.accounts import find_duplicate
from webapp.storage.base import utc_now
from webapp.storage.drafts import has_secret
from webapp.storage.models import Account, Draft, Run, RunPurpose
from webapp.storage.runs import create_run, latest_run
from webapp.web import moments
from webapp.web.access import me
from webapp.web.extensions import db, runner
from webapp.web.forms.account import AccountForm, values_of
from webapp.web.language import letter_language
from webapp.web.runs.found_servers import HintLine
from webapp.web.tokens import form_checks_token
from webapp.web.wizard import offers
from webapp.web.wizard.beginnings import Beginning, Pattern, asked_beginning, entered_for, findings_for
from webapp.web.wizard.draft_keeping import (
    asked_draft,
    keep,
    keep_secret,
    kept_credentials,
    stop_other,
    unfinished_draft,
)
from webapp.web.wizard.instructions import instructions_for
from webapp.web.wizard.offers import OfferLine
from webapp.web.wording.accounts import title_of

bp = Blueprint("new_account", __name__)

# Somewhere on earth it is already tomorrow; the office's clock is not the person's.
EARLIEST_ZONE = timedelta(hours=14)

Answer = Response | str | tuple[str, int]


@dataclass
class NewAccountPage:
    """Everything the page of the form shows beside the form itself."""

    form: AccountForm
    beginning: Beginning
    draft: Draft | None = None
    secret_kept: bool = False
    latest: Run | None = None
    duplicate: Account | None = None
    going_on: Run | None = None
    address_offers: Sequence[OfferLine] = ()
    secret_offers: Sequence[OfferLine] = ()

    @property
    def hints(self) -> tuple[HintLine, ...]:
        """Return what the provider wants done first: it stands above the box for the password."""
        return instructions_for(self.form.address.data or "")

    def render(self, status: int = 200) -> tuple[str, int]:
        """Return the page; the person's rights decide what can be chosen."""
        like = self.beginning.like
        title = title_of(like) if like is not None else None
        html = render_template(
            "accounts/new.html", page=self, form=self.form, may_share=me().is_admin, like_title=title
        )
        return html, status


@bp.route("/accounts/new", methods=["GET", "POST"])
@form_checks_token
def enter() -> Answer:
    """Ask for the account, and start finding its servers."""
    draft = asked_draft()
    beginning = asked_beginning(draft)
    if request.method != "POST" and beginning.like is None:
        draft = draft or unfinished_draft(beginning.system)
    kept = draft is not None and has_secret(draft)
    values = values_of(draft) if draft else beginning.values()
    form = AccountForm(me(), today(), kept, system=beginning.system is not None, **values)
    page = NewAccountPage(form, beginning, draft, kept, latest_run(db.session(), draft) if draft else None)
    if not form.is_submitted():
        return page.render()
    taken, unanswered = take_offer(page), offers_open(page)
    typed_well = form.validate() and not duplicate_of(page)
    if not typed_well or taken or unanswered:
        remember(page)
        return page.render(422)
    return start(page)


@bp.get("/accounts/new/instructions")
def instructions() -> str:
    """Return the instructions for an address that was just typed; the form asks for them (never with the password)."""
    return render_template(
        "accounts/_instructions.html", page={"hints": instructions_for(request.args.get("address", ""))}
    )


def today() -> date:
    """Return today in the office; of what is typed, the last day that can be today somewhere."""
    return (utc_now() + EARLIEST_ZONE).date() if request.method == "POST" else moments.today()


def duplicate_of(page: NewAccountPage) -> bool:
    """Tell whether the owner already has an account of this address, and say so at the field."""
    owner_id = None if page.form.for_everyone else me().id
    page.duplicate = find_duplicate(db.session(), page.form.read_address, owner_id)
    if page.duplicate is None:
        return False
    page.form.address.errors = [gettext("There already is an account of this address.")]
    return True


def take_offer(page: NewAccountPage) -> bool:
    """Put an accepted offer into the form; tell whether there was one."""
    pressed = request.form.get("accept", "")
    address = offers.accepted_address(page.form.address.data or "", pressed)
    secret = offers.accepted_secret(typed_secret(page) or "", pressed)
    if address is not None:
        page.form.address.data = address
    if secret is not None:
        page.form.secret.data = secret
    return address is not None or secret is not None


def typed_secret(page: NewAccountPage) -> str | None:
    """Return the password of the form, else the one the draft keeps."""
    if page.form.secret.data or page.draft is None:
        return page.form.secret.data or None
    kept = kept_credentials(page.draft)
    return kept.incoming if kept else None


def offers_open(page: NewAccountPage) -> bool:
    """Tell whether something was offered that the person has not answered; Continue again means no."""
    address, secret = page.form.address.data or "", page.form.secret.data or ""
    declined = page.form.declined.data or ""
    page.address_offers = offers.for_address(address) if declined != f"address {address}" else ()
    page.secret_offers = offers.for_secret(secret) if secret else ()
    if page.address_offers:
        page.form.declined.data = f"address {address}"
    return bool(page.address_offers or page.secret_offers)


def remember(page: NewAccountPage) -> None:
    """Keep a typed password with its draft, so that a slip in another field does not cost it."""
    secret = page.form.secret.data
    if secret and not page.form.secret.errors and "csrf_token" not in page.form.errors:
        details = page.form.details(letter_language())
        page.draft = keep_secret(page.draft, details, Credentials(secret), page.beginning.system)
        page.secret_kept = True
        page.form.draft.data = page.draft.id
        db.session.commit()


def start(page: NewAccountPage) -> Answer:
    """Begin the search, or fill the form of setting up by hand; a second press joins the first."""
    session = db.session()
    secret, pattern = page.form.secret.data, page.beginning.pattern(page.draft)
    credentials = Credentials(secret) if secret else None
    draft = keep(page.draft, page.form.details(letter_language()), credentials, page.beginning.system)
    if "replace" in request.form:
        stop_other(draft)
    run = first_run(draft, pattern)
    session.commit()
    if run.draft_id != draft.id:
        page.draft, page.going_on, page.secret_kept = draft, run, has_secret(draft)
        page.form.draft.data = draft.id
        return page.render(422)
    runner().start(run.id)
    endpoint = "servers.edit" if run.purpose is RunPurpose.PREPARED else "runs.page"
    return redirect(url_for(endpoint, run_id=run.id), 303)


def first_run(draft: Draft, pattern: Pattern | None) -> Run:
    """Return the run a draft begins with: a search, recommended values, or the proof of another account's servers."""
    session, details = db.session(), draft.details
    entered = entered_for(details, pattern)
    if pattern is not None:
        # What the servers were taken from stays on record: whoever was asked before they were trusted is asked again.
        known = findings_for(details, pattern)
        run = create_run(session, draft, RunPurpose.PREPARED, entered, findings=known)
        if details.by_hand or run.draft_id != draft.id:
            return run
        return create_run(session, draft, RunPurpose.RETEST, entered)
    if details.by_hand:
        findings = recommended(entered, offers.provider_table())
        return create_run(session, draft, RunPurpose.PREPARED, entered, findings=findings)
    return create_run(session, draft, RunPurpose.DETECT, entered)
