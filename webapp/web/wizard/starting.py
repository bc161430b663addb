"""Starting a run of a draft, the first or the next, unless the person has another search going on."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from webapp.detection.types import Consent, Entered, Findings
from webapp.storage.models import Draft, Run, RunPurpose
from webapp.storage.runs import create_run
from webapp.web.extensions import db, runner
from webapp.web.wording.names import readable_address


class SearchElsewhere(Exception):
    """The person's other draft has a run going on; `sentence` tells, with a link to it."""

    def __init__(self, run: Run) -> None:
        super().__init__(run.id)
        address = readable_address(run.entered.address)
        words = gettext("Another search is going on, and one runs at a time. Stop that one first, or wait for its end:")
        link = url_for("runs.page", run_id=run.id)
        self.sentence = Markup("{} <a href='{}'>{}</a>").format(words, link, escape(address))


def start_first(
    draft: Draft,
    purpose: RunPurpose,
    entered: Entered,
    consent: Consent,
    findings: Findings | None = None,
    *,
    endpoint: str = "runs.page",
) -> Response:
    """Begin the first run of a draft and lead to it. Raises `SearchElsewhere`; the draft stays."""
    return lead_to(_begun(draft, purpose, entered, consent, findings), endpoint)


def start_next(
    run: Run,
    purpose: RunPurpose,
    entered: Entered,
    consent: Consent,
    findings: Findings | None = None,
    *,
    endpoint: str = "runs.page",
    **arguments: Any,
) -> Response:
    """Begin the next run of the draft and lead to it; the same wish twice begins one. Raises `SearchElsewhere`."""
    next_run = _begun(run.draft, purpose, entered, consent, findings)
    if run.unfinished and next_run.id != run.id:
        runner().stop(run.id)
    return lead_to(next_run, endpoint, **arguments)


def lead_to(run: Run, endpoint: str = "runs.page", **arguments: Any) -> Response:
    """Let a committed run begin, and lead to its page."""
    runner().start(run.id)
    return redirect(url_for(endpoint, run_id=run.id, **arguments), 303)


def join(going_on: Run, draft: Draft, purpose: RunPurpose, entered: Entered) -> Response:
    """Lead a second press to the run of the first; raises `SearchElsewhere` for any other run. Nothing is begun."""
    theirs = (going_on.draft.aim, going_on.draft.account_id, going_on.purpose, going_on.entered)
    same = theirs == (draft.aim, draft.account_id, purpose, entered)
    elsewhere, run_id = SearchElsewhere(going_on), going_on.id
    db.session.rollback()
    if not same:
        raise elsewhere
    return redirect(url_for("runs.page", run_id=run_id), 303)


def _begun(draft: Draft, purpose: RunPurpose, entered: Entered, consent: Consent, findings: Findings | None) -> Run:
    run = create_run(db.session(), draft, purpose, entered, consent, findings)
    db.session.commit()
    if run.draft_id != draft.id:
        raise SearchElsewhere(run)
    return run
