"""News with a real server: INN, with TLS from the first byte and by STARTTLS."""

import os
from dataclasses import replace

import pytest

from tests.detection.in_lab import Practice
from tests.lab import news
from tests.lab.lab import Lab
from webapp.detection.types import Entered, EnteredServer, Outcome, OutcomeKind
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security
from webapp.net.problems import ProblemKind

ADDRESS = "anna@uspeh.test"
TYPED = EnteredServer(Protocol.NNTP, news.HOST, username=ADDRESS)


@pytest.fixture(autouse=True)
def _with_news(lab: Lab) -> None:
    if not lab.has_news:
        sentence = "INN is not there; tests/lab/install.sh unpacks it."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)


def found(practice: Practice, typed: EnteredServer) -> Outcome:
    return practice.detect(ADDRESS, entered=Entered(ADDRESS, for_sending=False, incoming=typed))


def test_blank_fields_are_found_out_and_the_protected_port_wins(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = found(practice, TYPED)

    chosen = outcome.findings.chosen(Direction.INCOMING)
    assert chosen is not None
    assert (chosen.settings.port, chosen.settings.security) == (563, Security.TLS)
    assert outcome.kind is OutcomeKind.FOUND
    assert all(key.startswith(f"probe:nntp:{news.HOST}:") for key in practice.telling.steps)


@pytest.mark.parametrize(("port", "security"), [(563, Security.TLS), (119, Security.STARTTLS)])
@pytest.mark.parametrize("address", [ADDRESS, "vera@uspeh.test"])
def test_a_login_opens_the_news(lab: Lab, address: str, port: int, security: Security) -> None:
    practice = Practice(lab)
    typed = replace(TYPED, port=port, security=security, username=address)

    outcome = practice.verify(address, found(practice, typed))

    assert outcome.kind is OutcomeKind.FOUND
    assert "login=password-cleartext" in practice.telling.steps["verify:incoming"].facts


def test_a_wrong_password_is_refused_in_the_servers_words(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.verify(ADDRESS, found(practice, TYPED), password="nepravilno-1")

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.server_said == "481 Authentication failed"


def test_a_server_that_wants_a_login_is_not_proved_without_one(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.verify(ADDRESS, found(practice, replace(TYPED, username=None, auth_method=AuthMethod.NONE)))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.LOGIN_REQUIRED


def test_an_unprotected_login_is_never_tried_beside_tls(lab: Lab) -> None:
    outcome = found(Practice(lab), replace(TYPED, port=119, security=Security.NONE))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is ProblemKind.TLS_AVAILABLE
