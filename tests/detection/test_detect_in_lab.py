"""Every mail domain of the lab is found, and found right, by real servers."""

from dataclasses import replace

import pytest

from tests.detection.in_lab import Practice
from tests.lab.domain_table import CYRILLIC
from tests.lab.lab import Lab
from webapp.detection.steps import StepState
from webapp.detection.types import Consent, Entered, EnteredServer, OutcomeKind, Source
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Field, ProblemKind

STRANGERS = {Source.MX, Source.PLAIN_AUTOCONFIG, Source.CERTIFICATE}
FOUND, HALF_FOUND, NEEDS_CONSENT = OutcomeKind.FOUND, OutcomeKind.HALF_FOUND, OutcomeKind.NEEDS_CONSENT


TABLE = [
    ("uspeh.test", FOUND, Source.AUTOCONFIG, "imap korob-17.uspeh.test 993 tls", "smtp gonec-42.uspeh.test 465 tls"),
    (
        "wellknown.test",
        FOUND,
        Source.WELL_KNOWN,
        "imap korob-18.wellknown.test 993 tls",
        "smtp gonec-43.wellknown.test 465 tls",
    ),
    ("listed.test", FOUND, Source.ISPDB, "imap korob-19.listed.test 993 tls", "smtp gonec-44.listed.test 465 tls"),
    ("pacc.test", FOUND, Source.PACC, "imap korob-22.pacc.test 993 tls", "smtp gonec-47.pacc.test 465 tls"),
    (
        "outlook.test",
        FOUND,
        Source.AUTODISCOVER,
        "imap korob-23.outlook.test 993 tls",
        "smtp gonec-48.outlook.test 465 tls",
    ),
    (
        "outlooksrv.test",
        FOUND,
        Source.AUTODISCOVER,
        "imap korob-24.outlooksrv.test 993 tls",
        "smtp gonec-49.outlooksrv.test 465 tls",
    ),
    (
        "plainweb.test",
        NEEDS_CONSENT,
        Source.PLAIN_AUTOCONFIG,
        "imap korob-25.plainweb.test 993 tls",
        "smtp gonec-50.plainweb.test 465 tls",
    ),
    (
        "mxlisted.test",
        NEEDS_CONSENT,
        Source.MX,
        "imap korob-19.listed.test 993 tls",
        "smtp gonec-44.listed.test 465 tls",
    ),
    ("onebox.test", FOUND, Source.GUESS, "imap yashchik-3.onebox.test 993 tls", "smtp yashchik-3.onebox.test 465 tls"),
    (
        "customer.test",
        NEEDS_CONSENT,
        Source.CERTIFICATE,
        "imap korob-21.hoster.test 993 tls",
        "smtp gonec-46.hoster.test 465 tls",
    ),
    ("srv.test", FOUND, Source.SRV, "imap korob-20.srv.test 993 tls", "smtp gonec-45.srv.test 465 tls"),
    ("guess.test", FOUND, Source.GUESS, "imap imap.guess.test 993 tls", "smtp smtp.guess.test 465 tls"),
    ("blackhole.test", FOUND, Source.GUESS, "imap imap.blackhole.test 993 tls", "smtp smtp.blackhole.test 465 tls"),
    ("pop.test", FOUND, Source.GUESS, "pop3 pop.pop.test 995 tls", "smtp smtp.pop.test 587 starttls"),
    ("old.test", FOUND, Source.GUESS, "pop3 pop.old.test 995 tls", "smtp smtp.old.test 25 starttls"),
    ("hoster.test", FOUND, Source.AUTOCONFIG, "imap korob-21.hoster.test 993 tls", "smtp gonec-46.hoster.test 465 tls"),
    ("mx.test", NEEDS_CONSENT, Source.MX, "imap korob-21.hoster.test 993 tls", "smtp gonec-46.hoster.test 465 tls"),
    ("plain.test", NEEDS_CONSENT, Source.GUESS, "imap imap.plain.test 143 none", "smtp smtp.plain.test 587 none"),
    ("halfway.test", HALF_FOUND, Source.GUESS, "imap imap.halfway.test 993 tls", ""),
    (CYRILLIC, FOUND, Source.GUESS, f"imap imap.{CYRILLIC} 993 tls", f"smtp smtp.{CYRILLIC} 465 tls"),
]


@pytest.mark.parametrize(("domain", "kind", "source", "incoming", "outgoing"), TABLE, ids=[row[0] for row in TABLE])
def test_a_domain_of_the_lab_is_found(
    lab: Lab, domain: str, kind: OutcomeKind, source: Source, incoming: str, outgoing: str
) -> None:
    outcome = Practice(lab).detect(f"anna@{domain}")

    assert outcome.kind is kind
    found = outcome.findings
    for servers, wanted in ((found.incoming, incoming), (found.outgoing, outgoing)):
        settings = [server.settings for server in servers[:1]]
        assert [f"{one.protocol} {one.host} {one.port} {one.security}" for one in settings] == [wanted][: bool(wanted)]
        assert [server.source for server in servers[:1]] == [source][: bool(wanted)]
    assert found.incoming[0].trusted is (source not in STRANGERS)
    assert outcome.seconds_proved is not None


@pytest.mark.parametrize(
    ("domain", "kind"),
    [
        ("untrusted.test", ProblemKind.CERTIFICATE_UNKNOWN_ISSUER),
        ("selfsigned.test", ProblemKind.CERTIFICATE_SELF_SIGNED),
        ("expired.test", ProblemKind.CERTIFICATE_EXPIRED),
        ("wrongname.test", ProblemKind.CERTIFICATE_WRONG_NAME),
    ],
)
def test_a_bad_certificate_is_named_and_nothing_unencrypted_is_offered(
    lab: Lab, domain: str, kind: ProblemKind
) -> None:
    practice = Practice(lab)

    outcome = practice.detect(f"anna@{domain}")

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert not outcome.findings.incoming
    assert not outcome.findings.outgoing
    for problem in (outcome.findings.incoming_problem, outcome.findings.outgoing_problem):
        assert problem is not None
        assert problem.kind is kind
        assert problem.certificate is not None
    assert not [key for key in practice.telling.steps if key.endswith(":none")]


def test_a_silent_domain_is_given_up_within_the_limit_of_its_connections(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.detect("anna@silent.test")

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is ProblemKind.CONNECTION_TIMED_OUT
    assert max(step.started_ms + (step.took_ms or 0) for step in practice.telling.steps.values()) < 20_000


def test_good_servers_among_silent_ones_do_not_wait_for_time_outs(lab: Lab) -> None:
    practice = Practice(lab)

    practice.detect("anna@blackhole.test")

    hanging = practice.telling.steps["source:autoconfig"]
    assert hanging.state is StepState.SKIPPED  # its grace was over, its time-out was not


def test_a_domain_that_does_not_exist_is_told_at_the_address(lab: Lab) -> None:
    outcome = Practice(lab).detect("anna@nowhere.test")

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.NAME_NOT_FOUND, Field.ADDRESS)


def test_a_denied_protocol_is_not_probed(lab: Lab) -> None:
    practice = Practice(lab)

    practice.detect("anna@srv.test")

    assert not practice.telling.states("probe:pop3")


def test_a_wrong_port_is_told_and_the_right_one_is_proved(lab: Lab) -> None:
    wrong = EnteredServer(Protocol.IMAP, "korob-17.uspeh.test", 995, Security.TLS)
    entered = Entered("anna@uspeh.test", for_sending=False, incoming=wrong)

    refused = Practice(lab).detect("", entered=entered)
    proved = Practice(lab).detect("", entered=replace(entered, incoming=replace(wrong, port=993)))

    problem = refused.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.WRONG_PROTOCOL, Field.INCOMING_PORT)
    assert proved.kind is OutcomeKind.FOUND


def test_an_encrypted_password_may_be_asked_for(lab: Lab) -> None:
    fixed = EnteredServer(auth_method=AuthMethod.PASSWORD_ENCRYPTED)
    entered = Entered("anna@uspeh.test", incoming=fixed, outgoing=replace(fixed, protocol=Protocol.SMTP))

    outcome = Practice(lab).detect("", entered=entered)

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].settings.auth_methods == (AuthMethod.PASSWORD_ENCRYPTED,)


def test_consent_in_advance_makes_a_hoster_found(lab: Lab) -> None:
    consent = Consent(hosts=frozenset({"korob-21.hoster.test", "gonec-46.hoster.test"}))

    assert Practice(lab).detect("anna@mx.test", consent).kind is OutcomeKind.FOUND
