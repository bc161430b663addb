"""A certificate made out to the hoster leads to the hoster's name, which is never trusted by itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.detection.in_lab import Practice
from tests.lab.domain_table import CYRILLIC
from tests.lab.lab import Lab
from webapp.detection.hosters import names_to_try
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Consent, Entered, EnteredServer, OutcomeKind, Source
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import ProblemKind

IMAP_HOST, SMTP_HOST = "korob-21.hoster.test", "gonec-46.hoster.test"


@pytest.mark.parametrize(
    ("names", "tried"),
    [
        (("mx1.hoster.test",), ["mx1.hoster.test"]),
        (("*.hoster.test",), ["imap.hoster.test", "mail.hoster.test"]),
        (("*.hoster.test", "mail.hoster.test", "MAIL.hoster.test"), ["imap.hoster.test", "mail.hoster.test"]),
        (("imap.uspeh.test", "192.0.2.1", "not a name", "*", "*.*.test", "localhost"), []),
        ((), []),
    ],
)
def test_names_worth_a_try_are_read_from_the_certificate(names: tuple[str, ...], tried: list[str]) -> None:
    assert list(names_to_try(names, "imap.uspeh.test")) == tried


def test_an_address_has_no_label_to_ask_a_wildcard_for() -> None:
    assert list(names_to_try(("*.hoster.test",), "192.0.2.1")) == ["mail.hoster.test"]


def test_a_customers_name_for_the_hosters_servers_is_proved_under_the_hosters_name_with_consent(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.detect("anna@customer.test")
    agreed = Practice(lab).detect("anna@customer.test", Consent(hosts=frozenset({IMAP_HOST, SMTP_HOST})))

    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert agreed.kind is OutcomeKind.FOUND
    for server, host in ((outcome.findings.incoming[0], IMAP_HOST), (outcome.findings.outgoing[0], SMTP_HOST)):
        settings = server.settings
        assert (settings.host, server.source, server.trusted) == (host, Source.CERTIFICATE, False)
        assert server.pinned_sha256 is None
        assert practice.telling.steps[f"probe:{settings.protocol}:{host}:{settings.port}:tls"].problem is None


def test_a_typed_name_of_the_hosters_server_leads_there_too(lab: Lab) -> None:
    typed = EnteredServer(Protocol.IMAP, "imap.customer.test", 993, Security.TLS)

    outcome = Practice(lab).detect("", entered=Entered("anna@customer.test", for_sending=False, incoming=typed))

    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert outcome.findings.incoming[0].settings.host == IMAP_HOST


def test_a_name_that_leads_elsewhere_is_not_proposed(lab: Lab) -> None:
    lab.dns.override(IMAP_HOST, "A", ["192.0.2.1"])
    lab.dns.override("imap.customer.test", "A", [lab.network.of(IMAP_HOST)])

    outcome = Practice(lab).detect("", entered=Entered("anna@customer.test", for_sending=False))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert problem.kind is ProblemKind.CERTIFICATE_WRONG_NAME


def test_the_hosters_row_in_our_table_tells_the_login_name(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "table.toml"
    file.write_text(
        '[[provider]]\nname = "Hoster"\nmx = ["mx.elsewhere.test"]\n'
        'imap = ["korob-21.hoster.test:993 tls local-part"]\nsources = ["nobody"]\nfacts_of = 2026-11-22\n'
    )
    practice = Practice(lab)
    practice.surroundings = replace(practice.surroundings, providers=ProviderTable.load(file))

    found = practice.detect("", entered=Entered("anna@customer.test", for_sending=False)).findings.incoming[0]

    assert (found.settings.username, found.username_fixed) == ("anna", True)
    assert (found.source, found.trusted) == (Source.CERTIFICATE, False)


def test_a_stranger_with_a_certificate_nobody_knows_is_not_proposed(lab: Lab) -> None:
    lab.dns.override(f"imap.{CYRILLIC}", "A", [lab.network.of("imap.selfsigned.test")])

    outcome = Practice(lab).detect("", entered=Entered(f"anna@{CYRILLIC}", for_sending=False))

    assert outcome.kind is OutcomeKind.NOT_FOUND
