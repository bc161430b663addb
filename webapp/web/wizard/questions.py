"""What is still to be asked before a draft's password goes out, from everything its runs came upon."""

from sqlalchemy import select

from webapp.detection.types import Findings, Source
from webapp.storage.models import Run
from webapp.storage.runs import steps_of
from webapp.web.extensions import db
from webapp.web.runs.found_servers import findings_of
from webapp.web.wizard.consents import Questions, hosts_come_upon, questions_about, unproven_hosts


def open_questions(run: Run, findings: Findings) -> Questions:
    """Return what the person has not agreed to yet about the chosen servers."""
    servers = [findings.chosen(direction) for direction in run.entered.wanted()]
    return questions_about([server for server in servers if server], run.consent, unproven_of(run))


def unproven_of(run: Run) -> dict[str, Source]:
    """Return the hosts that only untrusted sources named in all runs of this draft, each with its source."""
    session = db.session()
    history = session.scalars(select(Run).where(Run.draft_id == run.draft_id)).all()
    come_upon = (hosts_come_upon(earlier.entered, steps_of(session, earlier)) for earlier in history)
    return unproven_hosts((findings_of(earlier) for earlier in history), frozenset().union(*come_upon))
