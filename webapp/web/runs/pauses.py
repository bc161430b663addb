"""Until when the mailboxes of a run are left alone: refusals count across runs (DESIGN 5.1)."""

from datetime import datetime

from webapp.detection.budget import mailboxes_of
from webapp.detection.refusals import pause_end
from webapp.mail.settings import Direction
from webapp.net.problems import ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.storage.refusals import recent_refusals
from webapp.web.extensions import db
from webapp.web.runs.complaints import problems_of
from webapp.web.runs.found_servers import findings_of


def pause_end_of(run: Run) -> datetime | None:
    """Return when the pause ends that a run came into, or None where there is none or it is over."""
    if not any(problem.kind is ProblemKind.LOGIN_PAUSED for _, problem in problems_of(run)):
        return None
    now, findings = utc_now(), findings_of(run)
    servers = [found.settings for direction in Direction if (found := findings.chosen(direction)) is not None]
    mailboxes = {name for settings in servers for name in mailboxes_of(run.entered.address, settings)}
    refusals = recent_refusals(db.session(), now)
    ends = [pause_end([at for name, at in refusals if name == mailbox], now) for mailbox in mailboxes]
    return max((end for end in ends if end is not None), default=None)
