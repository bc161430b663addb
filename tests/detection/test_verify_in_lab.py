"""Logins and trial letters with real servers: proved for real, and the mailbox is as it was."""

import pytest

from tests.detection.in_lab import Practice
from tests.lab.domain_table import CYRILLIC
from tests.lab.lab import Lab
from webapp.detection.steps import StepState
from webapp.detection.types import Consent, OutcomeKind
from webapp.mail.settings import AuthMethod
from webapp.net.problems import CertificateFacts, ProblemKind

ALL_OK = {f"verify:{name}": StepState.OK for name in ("incoming", "outgoing", "letter", "arrival")}


@pytest.mark.parametrize("domain", ["uspeh.test", "guess.test", "pop.test", "old.test", CYRILLIC])
def test_the_letter_arrives_and_is_gone_again(lab: Lab, domain: str) -> None:
    address = f"anna@{domain}"
    lab.empty(address)
    practice = Practice(lab)

    outcome = practice.verify(address, practice.detect(address))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.letter_problem is None
    assert practice.telling.states("verify:") == ALL_OK
    assert lab.letters(address) == []
    assert outcome.findings.incoming[0].settings.auth_methods[0] is AuthMethod.PASSWORD_CLEARTEXT


def test_a_letter_in_the_junk_folder_is_found_too(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.verify("junked@uspeh.test", practice.detect("junked@uspeh.test"))

    assert outcome.letter_problem is None
    assert practice.telling.states("verify:") == ALL_OK
    assert lab.letters("junked@uspeh.test", junk=True) == []


def test_a_letter_that_gets_lost_is_a_warning(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.detection.trial.ARRIVAL_LIMIT_S", 1.0)
    practice = Practice(lab)

    outcome = practice.verify("lost@uspeh.test", practice.detect("lost@uspeh.test"))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.letter_problem is not None
    assert outcome.letter_problem.kind is ProblemKind.LETTER_NOT_ARRIVED
    assert practice.telling.states()["verify:arrival"] is StepState.WARNING


def test_a_full_mailbox_is_told_in_the_servers_words(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.verify("full@uspeh.test", practice.detect("full@uspeh.test"))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.letter_problem is not None
    assert outcome.letter_problem.kind is ProblemKind.RECIPIENT_REFUSED
    assert "Mailbox full" in (outcome.letter_problem.server_said or "")
    assert outcome.incoming_problem is None
    assert outcome.outgoing_problem is None


@pytest.mark.parametrize("domain", ["uspeh.test", "guess.test"])
def test_a_wrong_password_is_refused_at_most_twice(lab: Lab, domain: str) -> None:
    practice = Practice(lab)
    mark = lab.mark()

    outcome = practice.verify(f"anna@{domain}", practice.detect(f"anna@{domain}"), password="ne-tot-parol")

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert outcome.findings.incoming
    assert outcome.findings.outgoing
    assert 1 <= len(lab.refused_logins(mark)) <= 2


def test_a_password_that_is_not_ascii_opens_both_servers(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.verify("vera@uspeh.test", practice.detect("vera@uspeh.test"), letter=False)

    assert outcome.kind is OutcomeKind.FOUND


def test_plain_servers_get_the_password_after_consent_only(lab: Lab) -> None:
    practice = Practice(lab)
    found = practice.detect("anna@plain.test")
    places = frozenset(
        f"{server.settings.host}:{server.settings.port}"
        for server in (found.findings.incoming[0], found.findings.outgoing[0])
    )

    asked = practice.verify("anna@plain.test", found, letter=False)
    practice = Practice(lab)
    agreed = practice.verify("anna@plain.test", found, consent=Consent(plain_hosts=places), letter=False)

    assert asked.kind is OutcomeKind.NEEDS_CONSENT
    assert agreed.kind is OutcomeKind.FOUND


def test_pinned_certificates_open_the_way_for_those_servers_alone(lab: Lab) -> None:
    practice = Practice(lab)
    problems = practice.detect("anna@selfsigned.test").findings
    pins = {}
    for problem in (problems.incoming_problem, problems.outgoing_problem):
        assert problem is not None
        assert isinstance(problem.certificate, CertificateFacts)
        pins[f"{problem.host}:{problem.port}"] = problem.certificate.sha256
    consent = Consent(pins=pins)

    practice = Practice(lab)
    found = practice.detect("anna@selfsigned.test", consent)
    outcome = practice.verify("anna@selfsigned.test", found, consent=consent)

    assert found.kind is OutcomeKind.FOUND
    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.letter_problem is None


def test_half_an_account_is_verified_by_its_login(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.verify("anna@halfway.test", practice.detect("anna@halfway.test"))

    assert outcome.kind is OutcomeKind.FOUND
    assert practice.telling.states("verify:") == {"verify:incoming": StepState.OK}


def test_a_name_that_turns_inwards_after_the_search_gets_no_password(lab: Lab) -> None:
    practice = Practice(lab)
    found = practice.detect("anna@guess.test")
    lab.dns.override("imap.guess.test", "A", ["192.168.1.1"])

    outcome = practice.verify("anna@guess.test", found, letter=False)

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.TARGET_REFUSED
    assert outcome.outgoing_problem is None


def test_an_address_this_login_may_send_as_passes_and_no_letter_of_its_goes_out(lab: Lab) -> None:
    lab.empty("anna@strict.test")
    lab.empty("vera@strict.test")
    practice = Practice(lab)

    outcome = practice.verify("anna@strict.test", practice.detect("anna@strict.test"), sharing=("vera@strict.test",))

    assert outcome.kind is OutcomeKind.FOUND
    assert practice.telling.states()["verify:sharing:vera@strict.test"] is StepState.OK
    assert lab.letters("anna@strict.test") == lab.letters("vera@strict.test") == []


def test_an_address_this_login_may_not_send_as_is_named_in_the_servers_words(lab: Lab) -> None:
    lab.empty("anna@strict.test")
    practice = Practice(lab)
    others = ("boris@strict.test", "vera@strict.test")

    outcome = practice.verify("anna@strict.test", practice.detect("anna@strict.test"), sharing=others)

    assert outcome.kind is OutcomeKind.NOT_PROVED
    [refused] = outcome.sharing_problems
    assert (refused.address, refused.problem.kind) == ("boris@strict.test", ProblemKind.SENDER_REFUSED)
    assert refused.problem.server_said is not None
    assert "not owned by user anna@strict.test" in refused.problem.server_said
    assert practice.telling.states()["verify:sharing:vera@strict.test"] is StepState.OK
    assert lab.letters("anna@strict.test") == []
