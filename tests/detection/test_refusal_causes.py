"""Which failed logins count towards a pause, and which let the name be tried in another form (DESIGN 5.1)."""

import pytest

from tests.detection.servers import over_tls
from tests.detection.verifying import ADDRESS, LOGIN_OF, Verifying, logins, names_tried, proved
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from webapp.detection.types import Outcome
from webapp.net.cause import Cause
from webapp.net.problems import Field


def run_against(speech: Speech, answer: bytes) -> tuple[Outcome, int, list[str]]:
    """Return what a run came to, how many refusals it counted, and the names it tried."""
    with over_tls(speech, (LOGIN_OF[speech], answer)) as server:
        check = Verifying(server)
        there = proved(server, speech, fixed=False)
        outcome = check.run(logins(None, there) if speech is SMTP else logins(there, None))
        return outcome, check.ledger.refused_lately(ADDRESS), names_tried(server)


@pytest.mark.parametrize(
    ("speech", "answer"),
    [
        (SMTP, b"525 5.7.13 Login disabled for this user\r\n"),
        (SMTP, b"523 5.7.10 Plaintext authentication disallowed\r\n"),
        (SMTP, b"334 5.7.8 Missing TOTP token, try with 'secret$totp_code'.\r\n"),
        (POP3, b"-ERR [SYS/PERM] Your account is not enabled for POP access.\r\n"),
        (IMAP, b"{tag} NO [AUTHORIZATIONFAILED] no\r\n"),
        (IMAP, b"{tag} NO [PRIVACYREQUIRED] no\r\n"),
    ],
)
def test_what_judged_no_password_is_no_refusal(speech: Speech, answer: bytes) -> None:
    _, counted, tried = run_against(speech, answer)

    assert counted == 0
    assert tried == [ADDRESS]


@pytest.mark.parametrize(
    ("speech", "answer"),
    [
        (SMTP, b"535 5.7.8 no\r\n"),
        (SMTP, b"550 what is that\r\n"),
        (POP3, b"-ERR no\r\n"),
        (IMAP, b"{tag} NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled\r\n"),
    ],
)
def test_in_doubt_it_counts_and_the_name_is_tried_in_its_other_form(speech: Speech, answer: bytes) -> None:
    _, counted, tried = run_against(speech, answer)

    assert counted == 2
    assert tried == [ADDRESS, ADDRESS.partition("@")[0]]


@pytest.mark.parametrize(
    ("speech", "answer"),
    [
        (SMTP, b"535 5.7.0 NEOBHODIM parol prilozheniya\r\n"),
        (SMTP, b"535 5.7.0 (#AUTH005) Too many bad auth attempts.\r\n"),
        (IMAP, b"{tag} NO [ALERT] Your account is not enabled for IMAP use.\r\n"),
        (IMAP, b"{tag} NO [CONTACTADMIN] no\r\n"),
    ],
)
def test_a_refusal_with_another_reason_counts_but_no_other_name_is_tried(speech: Speech, answer: bytes) -> None:
    _, counted, tried = run_against(speech, answer)

    assert counted == 1
    assert tried == [ADDRESS]


def test_a_wrong_form_of_the_name_stands_at_the_name() -> None:
    outcome, _, _ = run_against(POP3, b"-ERR Invalid user name or password. Please use full email address.\r\n")
    plain, _, _ = run_against(POP3, b"-ERR Please use full email address as user name.\r\n")

    assert outcome.incoming_problem is not None
    assert plain.incoming_problem is not None
    assert outcome.incoming_problem.cause is Cause.WRONG_PASSWORD
    assert outcome.incoming_problem.field is Field.SECRET
    assert plain.incoming_problem.cause is Cause.WRONG_LOGIN_FORM
    assert plain.incoming_problem.field is Field.INCOMING_USERNAME
