"""Steps and problems of runs as the tests of reports lay them down, and how a report is read."""

import re
from datetime import UTC, datetime

from tests.web.desk import IMAP, Desk
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Findings, Outcome, OutcomeKind
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.cause import Cause
from webapp.net.problems import CertificateFacts, Problem, ProblemKind
from webapp.storage.models import RunPurpose

HEADING = re.compile(r"^──── (.+) ────$", re.MULTILINE)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
CERTIFICATE = CertificateFacts(
    "CN=mail.hoster.test", "CN=R11,O=Let's Encrypt", ("mail.hoster.test",), MOMENT, MOMENT.replace(month=4), "ab" * 32
)
REFUSED = Problem(
    ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, "NO [AUTHENTICATIONFAILED] no", cause=Cause.WRONG_PASSWORD
)
WRONG_NAME = Problem(ProblemKind.CERTIFICATE_WRONG_NAME, "smtp.uspeh.test", 465, certificate=CERTIFICATE)
ALL_FACTS = ("name", "address=192.0.2.1", "port", "tls=TLSv1.3", "greeting", "abilities=PLAIN LOGIN")
SAID = (
    Utterance(Speaker.NOTE, "tls=TLSv1.3", 12),
    Utterance(Speaker.SERVER, "* OK Dovecot ready", 15),
    Utterance(Speaker.US, "a1 CAPABILITY", 16),
    Utterance(Speaker.NOTE, "omitted=3", 17),
)
STEPS = (
    Step("source:autoconfig", StepGroup.SOURCE, StepState.OK, "https://autoconfig.uspeh.test/", 0, 210, ("published",)),
    Step("probe:imap:imap.uspeh.test:993:tls", StepGroup.PROBE, StepState.OK, "imap.uspeh.test:993", 0, 20, ALL_FACTS),
    Step(
        "probe:smtp:smtp.uspeh.test:465:tls",
        StepGroup.PROBE,
        StepState.FAILED,
        "smtp.uspeh.test:465",
        0,
        20,
        ALL_FACTS[:3],
        WRONG_NAME,
    ),
    Step(
        "verify:incoming",
        StepGroup.VERIFY,
        StepState.FAILED,
        "imap.uspeh.test:993",
        300,
        20,
        ALL_FACTS,
        REFUSED,
        SAID,
    ),
)
HALF = Findings(incoming=(IMAP,))


def lay_refused(desk: Desk, steps: tuple[Step, ...] = STEPS, refused: Problem = REFUSED) -> str:
    """Lay down a save whose password was refused at one server and whose other server has a wrong certificate."""
    ended = Outcome(OutcomeKind.LOGIN_REFUSED, HALF, incoming_problem=refused, outgoing_problem=WRONG_NAME)
    return desk.run(ended, purpose=RunPurpose.SAVE, findings=HALF, steps=steps)


def with_words(words: str) -> Step:
    """Return a login at which a server said this, as an answer and as its reason."""
    said = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, words, cause=Cause.GENERAL)
    heard = (Utterance(Speaker.US, "a2 AUTHENTICATE PLAIN •••", 301), Utterance(Speaker.SERVER, words, 320))
    subject = "imap.uspeh.test:993"
    return Step("verify:incoming", StepGroup.VERIFY, StepState.FAILED, subject, 300, 20, ALL_FACTS, said, heard)


def headings(report: str) -> list[str]:
    """Return the headings of a report."""
    return HEADING.findall(report)


def section(report: str, heading: str) -> str:
    """Return one section of a report."""
    return report.partition(f"──── {heading} ────\n")[2].partition("\n────")[0]
