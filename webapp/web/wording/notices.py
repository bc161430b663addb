"""Notices in words: what the list of the program and its letters say alike."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, format_time, gettext, ngettext

from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import LetterFate, Notice, NoticeCopy, NoticeKind, OutgoingState
from webapp.storage.notices import MAILROOM
from webapp.web.explaining.entries import Situation
from webapp.web.explaining.explained import Circumstances, Explained, explained, provider_of
from webapp.web.wording.names import readable_address
from webapp.web.wording.sending import NOT_ALLOWED, OF_THE_LETTER
from webapp.web.wording.words import N_

TONES: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.UPGRADED: ("accent", "info"),
    NoticeKind.TROUBLE: ("bad", "warning"),
    NoticeKind.HEALED: ("ok", "check"),
    NoticeKind.LETTER_REFUSED: ("warn", "envelope"),
    NoticeKind.LETTER_IN_DOUBT: ("warn", "envelope"),
    NoticeKind.TEST: ("accent", "bell"),
}
TITLES: dict[tuple[NoticeKind, Direction | None], str] = {
    (NoticeKind.UPGRADED, None): N_("Mailroom was upgraded to version %(subject)s"),
    (NoticeKind.TROUBLE, Direction.INCOMING): N_("Letters are not received: %(subject)s"),
    (NoticeKind.TROUBLE, Direction.OUTGOING): N_("Letters are not sent: %(subject)s"),
    (NoticeKind.HEALED, Direction.INCOMING): N_("Letters are received again: %(subject)s"),
    (NoticeKind.HEALED, Direction.OUTGOING): N_("Letters are sent again: %(subject)s"),
    (NoticeKind.LETTER_REFUSED, None): N_("A letter was not delivered: %(subject)s"),
    (NoticeKind.LETTER_IN_DOUBT, None): N_("Nobody knows whether a letter arrived: %(subject)s"),
    (NoticeKind.TEST, None): N_("Test notice"),
}
FATES: dict[LetterFate, str] = {
    LetterFate.WAITING: N_("The letter has not been sent yet."),
    LetterFate.NO_ADDRESS: N_("No letter: nobody knows where to send it."),
    LetterFate.NO_SYSTEM_ACCOUNT: N_("No letter: the system account is not set up."),
    LetterFate.OWN_TROUBLE: N_("No letter: it is such letters that cannot be sent."),
    LetterFate.OVER: N_("No letter: it was over before one could leave."),
    LetterFate.TOO_LATE: N_("No letter: the system account could not send for more than a day."),
}
STATES: dict[OutgoingState, str] = {
    OutgoingState.SENT: N_("A letter was sent to %(address)s."),
    OutgoingState.REFUSED: N_("The mail server did not take the letter to %(address)s."),
    OutgoingState.IN_DOUBT: N_("A letter to %(address)s was handed over, but nobody knows whether it arrived."),
}
LEAVES = N_("A letter to %(address)s is about to leave.")


@dataclass(frozen=True)
class NoticeWords:
    """One notice: its title, what it says in sentences, and the pages of the provider that help."""

    title: str
    sentences: tuple[str, ...]
    pages: tuple[tuple[str, str], ...] = ()


def notice_words(notice: Notice) -> NoticeWords:
    """Return what a notice says."""
    title = gettext(TITLES[notice.kind, notice.direction], subject=subject_words(notice))
    if notice.kind is NoticeKind.TROUBLE and notice.problem is not None:
        return _trouble(title, notice, notice.problem)
    sentences = {
        NoticeKind.UPGRADED: _upgraded,
        NoticeKind.HEALED: _healed,
        NoticeKind.LETTER_REFUSED: _letter_refused,
        NoticeKind.LETTER_IN_DOUBT: _letter_in_doubt,
        NoticeKind.TEST: _test,
    }
    return NoticeWords(title, tuple(sentences[notice.kind](notice)) if notice.kind in sentences else ())


def subject_words(notice: Notice) -> str:
    """Return what the notice is about."""
    about_account = notice.kind in (NoticeKind.TROUBLE, NoticeKind.HEALED)
    return readable_address(notice.subject) if about_account else notice.subject


def letter_words(copy: NoticeCopy) -> str:
    """Return what became of the letter."""
    if copy.fate is not LetterFate.WRITTEN:
        return gettext(FATES[copy.fate])
    if copy.letter is None:
        return gettext("A letter was sent.")
    return gettext(STATES.get(copy.letter.state, LEAVES), address=readable_address(copy.letter.to))


def _trouble(title: str, notice: Notice, problem: Problem) -> NoticeWords:
    said = _explained(notice, problem)
    if notice.over_at is not None:
        return NoticeWords(title, (said.happened, _from_to(notice.since or notice.at, notice.over_at)))
    begun = gettext("This has been so since %(moment)s.", moment=_moment(notice.since or notice.at))
    what_next = (
        gettext("Mailroom does not try any more until the new password is typed.")
        if notice.refused
        else gettext("Mailroom keeps trying by itself and tells you when it works again.")
    )
    pages = tuple((step.words, step.url) for step in said.steps if step.url is not None)
    return NoticeWords(title, (begun, said.happened, said.why, said.remedy, what_next), pages)


def _explained(notice: Notice, problem: Problem) -> Explained:
    domain = notice.subject.rpartition("@")[2]
    provider = provider_of(problem, domain, None)
    return explained(problem, Circumstances(notice.direction, Situation.AT_WORK, provider))


def _healed(notice: Notice) -> list[str]:
    return [_from_to(notice.since, notice.at)] if notice.since is not None else []


def _upgraded(notice: Notice) -> list[str]:
    told = dict(notice.details)
    before = told.get("version_before") or gettext("an earlier one")
    sentences = [gettext("The version before: %(version)s.", version=before)]
    if "took_ms" in told:
        seconds = max(1, round(int(told["took_ms"]) / 1000))
        took = ngettext("in %(num)s second", "in %(num)s seconds", seconds)
        sentences.append(gettext("The tables were changed %(took)s; all of it worked.", took=took))
    else:
        sentences.append(gettext("All of it worked."))
    versions = (told.get("schema_before") or "–", told.get("schema", "–"))
    sentences.append(gettext("Version of the tables: %(before)s, now %(now)s.", before=versions[0], now=versions[1]))
    if "accounts" in told:
        counts = {"accounts": told["accounts"], "working": told.get("working", "0")}
        sentences.append(gettext("Accounts: %(accounts)s, of them working: %(working)s.", **counts))
    return sentences


def _letter_in_doubt(notice: Notice) -> list[str]:
    return [
        _letter_named(notice),
        gettext("The connection broke before the mail server confirmed the letter."),
        gettext("Ask whoever was to get it, then decide in the outbox: send it again, or count it as sent."),
    ]


def _letter_named(notice: Notice) -> str:
    subject = dict(notice.details).get("subject") or gettext("(no subject)")
    return gettext("Subject of the letter: %(subject)s", subject=subject)


def _letter_refused(notice: Notice) -> list[str]:
    told = dict(notice.details)
    sentences = [_letter_named(notice)]
    if notice.problem is not None and notice.problem.server_said:
        sentences.append(gettext("The mail server answered: “%(words)s”", words=notice.problem.server_said))
    elif notice.problem is not None and notice.problem.kind is ProblemKind.NOT_ALLOWED:
        sentences.append(gettext(NOT_ALLOWED))
    elif notice.problem is not None and notice.problem.kind not in OF_THE_LETTER:
        sentences.append(_explained(notice, notice.problem).happened)
    sentences.append(
        gettext("Mailroom wrote this letter by itself. Check the address for notices of whoever was to get it.")
        if told.get("author") == MAILROOM
        else gettext("It is not tried any more. The letter is kept: correct it and send it again.")
    )
    return sentences


def _test(notice: Notice) -> list[str]:
    return [
        gettext("%(name)s wanted to see whether notices arrive.", name=notice.subject),
        gettext("If you read this as a letter, the system account works."),
    ]


def _from_to(began: datetime, over: datetime) -> str:
    return str(gettext("The trouble began %(began)s and was over %(over)s.", began=_moment(began), over=_moment(over)))


def _moment(at: datetime) -> str:
    return f"{format_date(at, 'long')}, {format_time(at, 'short')}"
