"""What a run knows, read from its row: its problems, its findings, and the addresses a shared server refused."""

from webapp.mail.settings import Direction
from webapp.storage.models import Run
from webapp.web.reports.questions import Known
from webapp.web.runs.complaints import problems_of
from webapp.web.runs.found_servers import findings_of


def known_of(run: Run) -> Known:
    """Return what the questions of a run depend on."""
    problems = list(problems_of(run))
    ended = run.outcome
    if ended is not None and ended.letter_problem is not None:
        problems.append((Direction.OUTGOING, ended.letter_problem))
    shared = ended.sharing_problems if ended is not None else ()
    problems += [(Direction.OUTGOING, one.problem) for one in shared]
    senders = tuple(one.address for one in shared)
    return Known(run.entered, findings_of(run), tuple(problems), run.consent, senders)
