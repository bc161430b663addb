"""Wrong answers, switched-off sources and forbidden networks, with the real look-ups."""

import pytest

from tests.detection.in_lab import Practice
from tests.lab import autoconfig
from tests.lab.domain_table import DOMAINS
from tests.lab.lab import Lab
from tests.lab.web_server import Page
from webapp.detection import head_start
from webapp.detection.types import Entered, OutcomeKind, Source
from webapp.mail.transcript import Speaker
from webapp.net.problems import ProblemKind

AUTOCONFIG = "https://autoconfig.uspeh.test/mail/config-v1.1.xml"


DEAD = b"""<clientConfig version="1.1"><emailProvider id="uspeh.test"><domain>uspeh.test</domain>
<incomingServer type="imap"><hostname>korob-17.uspeh.test</hostname><port>2525</port><socketType>SSL</socketType>
<authentication>password-cleartext</authentication></incomingServer></emailProvider></clientConfig>"""


@pytest.mark.parametrize(
    "page",
    [
        Page(b"<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"}),
        Page(b"<!DOCTYPE html><title>Site</title>"),
        Page(b"<clientConfig></clientConfig>"),
        Page(b"<clientConfig><emailProvider>"),
        Page(b" " * 300_000),
        Page(b"", status=500),
        Page(b"", status=302, headers={"Location": "http://autoconfig.uspeh.test/"}),
        Page(b"", status=302, headers={"Location": AUTOCONFIG}),
        Page(b"", status=302, headers={"Location": "https://127.0.0.1/"}),
        Page(DEAD),
    ],
    ids=["web page", "document type", "empty", "cut off", "huge", "error", "to http", "in circles", "inwards", "dead"],
)
def test_every_wrong_answer_of_a_better_source_leads_on_to_the_next(lab: Lab, page: Page) -> None:
    lab.web.publish(AUTOCONFIG, page)
    lab.dns.override("_imaps._tcp.uspeh.test", "SRV", ["0 1 993 korob-17.uspeh.test."])
    practice = Practice(lab)

    outcome = practice.detect("", entered=Entered("anna@uspeh.test", for_sending=False))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].source is Source.SRV


def test_the_address_goes_to_the_domain_itself_and_never_to_the_database(lab: Lab) -> None:
    lab.web.publish(AUTOCONFIG, Page(status=404))
    for domain in ("listed.test", "uspeh.test", "plainweb.test", "outlook.test", "pacc.test"):
        Practice(lab).detect(f"anna@{domain}")

    with_address = {request.host for request in lab.web.requests if "anna" in f"{request.path} {request.body!r}"}
    assert with_address == {"autoconfig.uspeh.test", "autodiscover.outlook.test"}
    assert all(request.scheme == "https" for request in lab.web.requests if "anna" in request.path)


@pytest.mark.parametrize("status", [400, 404])
def test_a_provider_that_wants_to_know_the_address_is_told_it(lab: Lab, status: int) -> None:
    document = autoconfig.document(next(domain for domain in DOMAINS if domain.name == "uspeh.test"))
    lab.web.publish(AUTOCONFIG, Page(document, without_query=status))

    outcome = Practice(lab).detect("anna+x@uspeh.test")

    assert outcome.findings.incoming[0].source is Source.AUTOCONFIG
    paths = [request.path for request in lab.web.requests if request.scheme == "https" and "/mail/" in request.path]
    assert paths == ["/mail/config-v1.1.xml", "/mail/config-v1.1.xml?emailaddress=anna%2Bx%40uspeh.test"]


def test_a_provider_that_answers_is_not_told_the_address(lab: Lab) -> None:
    Practice(lab).detect("anna@uspeh.test")

    assert "emailaddress" not in "".join(request.path for request in lab.web.requests)


def test_the_online_database_can_be_switched_off(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**lab.environment(), "MAILROOM_ISPDB_URL": ""}
    monkeypatch.setattr(lab, "environment", lambda: environment)

    outcome = Practice(lab).detect("anna@listed.test")

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert not [request for request in lab.web.requests if request.host == "ispdb.test"]


def test_without_an_allowed_network_the_lab_is_out_of_bounds(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**lab.environment(), "MAILROOM_ALLOWED_NETWORKS": ""}
    monkeypatch.setattr(lab, "environment", lambda: environment)
    practice = Practice(lab)

    outcome = practice.detect("anna@guess.test")

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is ProblemKind.TARGET_REFUSED
    assert not [step for step in practice.telling.steps.values() if "port" in step.facts]


@pytest.mark.parametrize("address", ["192.168.1.1", "10.0.0.1", "169.254.169.254", "127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_a_name_that_leads_inwards_is_refused_alike(lab: Lab, address: str) -> None:
    lab.dns.override("imap.guess.test", "A", [address])
    practice = Practice(lab)

    outcome = practice.detect("", entered=Entered("anna@guess.test", for_sending=False))

    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is ProblemKind.TARGET_REFUSED


def test_where_a_domain_publishes_the_usual_way_the_rarer_sources_are_not_troubled(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_start, "HEAD_START_S", 60.0)

    outcome = Practice(lab).detect("anna@uspeh.test")

    assert outcome.kind is OutcomeKind.FOUND
    assert {(request.scheme, request.method) for request in lab.web.requests} == {("https", "GET")}
    assert not lab.dns.count("autodiscover.uspeh.test")


def test_where_it_does_not_they_are_asked_without_waiting_for_the_moment_to_pass(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_start, "HEAD_START_S", 60.0)

    assert Practice(lab).detect("anna@outlook.test").kind is OutcomeKind.FOUND


def test_what_web_servers_answered_is_told_and_no_document(lab: Lab) -> None:
    lab.web.publish(AUTOCONFIG, Page(b"<html>nothing</html>", status=404, headers={"Content-Type": "text/html"}))
    practice = Practice(lab)

    practice.detect("anna@uspeh.test")

    told = [(one.speaker, one.words) for one in practice.telling.steps["source:autoconfig"].transcript]
    assert told == [
        (Speaker.US, f"GET {AUTOCONFIG}"),
        (Speaker.SERVER, "404 Not Found · text/html · 20 bytes"),
        (Speaker.US, f"GET {AUTOCONFIG}?emailaddress=anna%40uspeh.test"),
        (Speaker.SERVER, "404 Not Found · text/html · 20 bytes"),
    ]


def test_autodiscover_tells_where_it_asked(lab: Lab) -> None:
    practice = Practice(lab)

    practice.detect("anna@outlook.test")

    told = [
        one.words
        for key, step in practice.telling.steps.items()
        if key.startswith("source:autodiscover:")
        for one in step.transcript
    ]
    assert any(words.startswith("POST https://autodiscover.outlook.test/autodiscover/") for words in told)
    assert any(words.startswith("200 OK · ") for words in told)
    assert not any("EMailAddress" in words for words in told)
