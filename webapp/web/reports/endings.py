"""What a report says of what was wanted and how it ended: the words of the run's page, and the codes behind them."""

from collections.abc import Iterator

from flask_babel import gettext

from webapp.net.problems import Problem
from webapp.storage.models import AccountKind, Run, RunPurpose
from webapp.web.reports.foreign import quoted
from webapp.web.reports.report import Line, Section
from webapp.web.runs.complaints import Complaint, complaints_of
from webapp.web.runs.places import Place
from webapp.web.runs.run_pages import RunPage
from webapp.web.wording.names import host_for_people
from webapp.web.wording.words import N_

PURPOSES: dict[RunPurpose, str] = {
    RunPurpose.DETECT: N_("search"),
    RunPurpose.RETEST: N_("re-test"),
    RunPurpose.CHECK: N_("check"),
    RunPurpose.SAVE: N_("saving"),
    RunPurpose.PREPARED: N_("recommended values"),
}


def wanted(run: Run, place: Place) -> Section:
    """Return what the person was about."""
    entered, domain, purpose = run.entered, run.entered.domain, gettext(PURPOSES[run.purpose])
    uses = [
        words
        for used, words in ((entered.for_receiving, _receiving(run)), (entered.for_sending, gettext("sending")))
        if used
    ]
    lines = [
        Line(f"{place.title} · {purpose}", gettext("What")),
        Line(entered.address, gettext("Email address")),
        Line(host_for_people(domain), gettext("Domain")),
        Line(", ".join(uses), gettext("Use for")),
    ]
    return Section(gettext("What was wanted"), tuple(lines))


def ended(page: RunPage) -> Section:
    """Return how the run ended, with everything the page complains about."""
    lines = [Line(page.heading), Line(page.next_step)]
    for complaint in complaints_of(page.run):
        lines += _complaint(complaint, complaint.about)
    if page.letter is not None:
        lines += _complaint(page.letter, gettext("Test message"))
    for refusal in page.refusals:
        lines.append(Line(refusal.sentence, refusal.address))
        lines += _more((gettext("What to do"), refusal.advice)) + _said(refusal.said)
    if page.letter_may_remain:
        lines.append(Line(gettext("The test message had been handed over and may remain in the mailbox.")))
    lines += [Line(hint.words, page.provider or gettext("Provider")) for hint in page.hints]
    return Section(gettext("How it ended"), tuple(lines))


def code_of(problem: Problem) -> str:
    """Return what our own code calls a problem: the same in every language."""
    return " · ".join(part for part in (problem.kind.value, problem.cause.value if problem.cause else "") if part)


def _receiving(run: Run) -> str:
    news = run.draft.details.kind is AccountKind.NEWS
    return gettext("reading newsgroups") if news else gettext("receiving")


def _complaint(one: Complaint, about: str) -> Iterator[Line]:
    yield Line(one.sentence, about)
    yield from _more((gettext("Why"), one.why), (gettext("What to do"), one.advice))
    yield from _said(one.said)


def _more(*named: tuple[str, str]) -> list[Line]:
    return [Line(words, name, 1) for name, words in named if words]


def _said(words: str | None) -> list[Line]:
    return [Line(quoted(words), gettext("The server's words"), 1)] if words else []
