"""Values come back from their JSON columns exactly as they went in."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from tests.storage.makers import FINDINGS, IMAP, draft_of, person, run_of
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Consent, Entered, EnteredServer, Hint, HintKind, Outcome, OutcomeKind
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import CertificateFacts, Field, Problem, ProblemKind
from webapp.storage.models import DraftDetails
from webapp.storage.secrets import SecretBox
from webapp.storage.values import from_plain, to_plain

CERTIFICATE = CertificateFacts(
    subject="CN=почта.рф",
    issuer="CN=Наш центр",
    names=("почта.рф", "*.xn--80a1acny.xn--p1ai"),
    not_before=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
    not_after=datetime(2030, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    sha256="ab" * 32,
)
PROBLEM = Problem(ProblemKind.CERTIFICATE_EXPIRED, "imap.uspeh.test", 993, "так\\n", CERTIFICATE, Field.INCOMING_HOST)
EVERYTHING = (
    Entered("a@b.test", for_sending=False, incoming=EnteredServer(Protocol.POP3, port=995, security=Security.TLS)),
    Entered("a@b.test", outgoing=EnteredServer(Protocol.SMTP, "h", 25, Security.NONE, AuthMethod.NONE, "я")),
    Consent(frozenset({"a", "b"}), frozenset({"h:25"}), {"h:993": "ab" * 32}, frozenset({"h:587"})),
    FINDINGS,
    Step("probe:x", StepGroup.PROBE, StepState.FAILED, "h:1", 0, 12, ("name", "tls=TLSv1.3"), PROBLEM),
    Outcome(
        OutcomeKind.NOT_PROVED,
        FINDINGS,
        outgoing_problem=PROBLEM,
        letter_problem=Problem(ProblemKind.LETTER_NOT_ARRIVED),
        letter_may_remain=True,
        seconds_proved=1.25,
    ),
    DraftDetails("a@b.test", "А", load_since=date(2026, 10, 23), for_everyone=True, title="Почта"),
    Hint(HintKind.APPLICATION_PASSWORD),
)


@pytest.mark.parametrize("value", EVERYTHING, ids=lambda value: type(value).__name__)
def test_a_value_survives_being_taken_apart(value: object) -> None:
    assert from_plain(type(value), to_plain(value)) == value


def test_a_row_keeps_its_values(session: Session, box: SecretBox) -> None:
    run = run_of(session, draft_of(session, box, person(session)), consent=Consent(hosts=frozenset({"mx.test"})))
    run.outcome = Outcome(OutcomeKind.HALF_FOUND, FINDINGS, outgoing_problem=PROBLEM)
    session.commit()
    session.expire_all()

    assert run.outcome.findings.incoming == (IMAP,)
    assert run.outcome.outgoing_problem == PROBLEM
    assert run.consent == Consent(hosts=frozenset({"mx.test"}))
    assert run.findings is None


def test_a_value_of_an_older_version_reads_with_todays_defaults() -> None:
    assert from_plain(DraftDetails, {"address": "a@b.test", "sender_name": "А", "long gone": 1}).language == "ru"


def test_a_moment_comes_back_in_utc(session: Session) -> None:
    user = person(session)
    moscow = datetime(2026, 11, 22, 15, 30, tzinfo=timezone(timedelta(hours=3)))
    user.created_at = moscow
    session.commit()
    session.expire_all()

    assert user.created_at == moscow
    assert user.created_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    user = person(session)
    user.created_at = datetime(2026, 11, 22)

    with pytest.raises(StatementError, match="time zone"):
        session.commit()
