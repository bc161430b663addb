"""The proof of a news account: a login like any other, or a conversation without one."""

from tests.detection.news import LISTED, OPEN, news, proved_news
from tests.detection.servers import over_tls
from tests.detection.test_verify_letter import SENDING, taking_letters
from tests.detection.verifying import SECRET, Verifying, logins, proved
from tests.detection.world import ADDRESS
from tests.mail.scripts import SMTP
from webapp.detection.types import OutcomeKind
from webapp.mail.settings import AuthMethod
from webapp.net.problems import Field, ProblemKind


def test_a_login_is_verified_and_told_like_any_other() -> None:
    with news() as server:
        check = Verifying(server)

        outcome = check.run(logins(proved_news(server, AuthMethod.PASSWORD_CLEARTEXT), None))

    assert outcome.kind is OutcomeKind.FOUND
    assert "login=password-cleartext" in check.telling.steps["verify:incoming"].facts
    assert server.received[-3:] == [b"AUTHINFO USER anna", b"AUTHINFO PASS " + SECRET.encode(), b"QUIT"]


def test_a_refused_news_login_counts_like_any_other() -> None:
    with news(LISTED, (rb"AUTHINFO PASS .*", b"481 no\r\n")) as server:
        check = Verifying(server)

        outcome = check.run(logins(proved_news(server, AuthMethod.PASSWORD_CLEARTEXT), None))

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert check.ledger.refused_lately(ADDRESS) == 1


def test_without_a_login_the_conversation_is_the_proof_and_no_secret_is_needed() -> None:
    with news(OPEN) as server:
        check = Verifying(server)

        outcome = check.run(logins(proved_news(server, AuthMethod.NONE), None))

    assert outcome.kind is OutcomeKind.FOUND
    assert b"GROUP mailroom.check" in server.received
    assert not any(SECRET.encode() in line for line in server.received)


def test_a_server_that_wants_a_login_after_all_is_told_at_the_method() -> None:
    with news(LISTED, (rb"GROUP .*", b"480 log in first\r\n")) as server:
        outcome = Verifying(server).run(logins(proved_news(server, AuthMethod.NONE), None))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    problem = outcome.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.LOGIN_REQUIRED, Field.INCOMING_AUTH)


def test_a_trial_letter_is_not_looked_for_among_the_news() -> None:
    with news() as server, over_tls(SMTP, *SENDING, (rb"DATA", taking_letters(b"250 taken\r\n"))) as smtp:
        check = Verifying(server, smtp)
        incoming = proved_news(server, AuthMethod.PASSWORD_CLEARTEXT)

        outcome = check.run(logins(incoming, proved(smtp, SMTP), letter=True))

    assert outcome.kind is OutcomeKind.FOUND
    assert "verify:arrival" not in check.telling.steps
