"""Autodiscover: asked without a password, led on by redirects, but not in circles."""

from xml.etree import ElementTree

import pytest

from tests.detection.in_lab import Practice
from tests.lab import announced
from tests.lab.domain_table import AUTODISCOVER_PATH, DOMAINS
from tests.lab.lab import Lab
from tests.lab.web_server import Page, Request
from webapp.detection.sources.autodiscover import ADDRESSES_LIMIT, URLS_LIMIT, request_for
from webapp.detection.types import OutcomeKind, Source
from webapp.net.problems import ProblemKind

HOST = "autodiscover.outlook.test"
URL = f"https://{HOST}{AUTODISCOVER_PATH}"
STEP = f"source:{Source.AUTODISCOVER}:{HOST}{AUTODISCOVER_PATH}"
OUTLOOK = next(domain for domain in DOMAINS if domain.name == "outlook.test")
GOOD = Page(announced.autodiscover(OUTLOOK))
EMAIL = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006}EMailAddress"


def asked(lab: Lab, host: str = HOST) -> list[Request]:
    return [request for request in lab.web.requests if request.host == host and request.path == AUTODISCOVER_PATH]


def problem_kind(practice: Practice, key: str = STEP) -> ProblemKind | None:
    problem = practice.telling.steps[key].problem
    return problem.kind if problem else None


def test_the_question_holds_the_address_and_nothing_else(lab: Lab) -> None:
    outcome = Practice(lab).detect("anna@outlook.test")

    (request,) = asked(lab)
    assert (request.method, request.scheme) == ("POST", "https")
    texts = [element.text for element in ElementTree.fromstring(request.body).iter() if element.text]  # noqa: S314
    assert texts[0] == "anna@outlook.test"
    assert len(texts) == 2
    assert outcome.findings.incoming[0].trusted


def test_an_address_with_letters_of_markup_stays_an_address() -> None:
    question = ElementTree.fromstring(request_for("a&b<c@uspeh.test").body)  # noqa: S314

    assert [element.text for element in question.iter(EMAIL)] == ["a&b<c@uspeh.test"]


def test_servers_of_another_domain_need_consent(lab: Lab) -> None:
    hoster = next(domain for domain in DOMAINS if domain.name == "hoster.test")
    lab.web.publish(URL, Page(announced.autodiscover(hoster)))

    outcome = Practice(lab).detect("anna@outlook.test")

    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert outcome.findings.incoming[0].source is Source.AUTODISCOVER


def test_a_redirect_to_another_url_is_followed(lab: Lab) -> None:
    lab.add_web_host("elsewhere.test")
    lab.dns.override("elsewhere.test", "A", [lab.network.web])
    lab.web.publish(URL, Page(announced.redirect_to(url="https://elsewhere.test/ask.xml")))
    lab.web.publish("https://elsewhere.test/ask.xml", GOOD)

    assert Practice(lab).detect("anna@outlook.test").kind is OutcomeKind.FOUND


def test_a_redirect_of_the_web_server_gets_the_question_again(lab: Lab) -> None:
    lab.web.publish(URL, Page(status=302, headers={"Location": f"https://{HOST}/moved.xml"}))
    lab.web.publish(f"https://{HOST}/moved.xml", GOOD)

    assert Practice(lab).detect("anna@outlook.test").kind is OutcomeKind.FOUND
    assert [request.method for request in lab.web.requests if request.path == "/moved.xml"] == ["POST"]


def test_another_address_is_asked_for_at_its_own_domain_and_is_the_login_name(lab: Lab) -> None:
    lab.web.publish(URL, Page(announced.redirect_to(address="anna.petrova@office.test")))
    lab.dns.override("autodiscover.office.test", "A", [lab.network.web])
    lab.add_web_host("autodiscover.office.test")
    lab.web.publish(f"https://autodiscover.office.test{AUTODISCOVER_PATH}", GOOD)

    outcome = Practice(lab).detect("anna@outlook.test")

    assert outcome.kind is OutcomeKind.FOUND
    found = outcome.findings.incoming[0]
    assert (found.settings.username, found.username_fixed) == ("anna.petrova@office.test", True)


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (announced.redirect_to(url=URL), URLS_LIMIT + 1),
        (announced.redirect_to(address="anna@outlook.test"), ADDRESSES_LIMIT + 1),
    ],
    ids=["url", "address"],
)
def test_redirects_in_a_circle_come_to_an_end(lab: Lab, answer: bytes, times: int) -> None:
    lab.web.publish(URL, Page(answer))
    practice = Practice(lab)

    outcome = practice.detect("anna@outlook.test")

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert len(asked(lab)) == times
    assert problem_kind(practice) in (ProblemKind.TOO_MANY_REDIRECTS, ProblemKind.NAME_NOT_FOUND)


@pytest.mark.parametrize(
    "page",
    [
        Page(announced.redirect_to(url=f"http://{HOST}/plain.xml")),
        Page(status=302, headers={"Location": f"http://{HOST}/plain.xml"}),
    ],
    ids=["in the answer", "of the web server"],
)
def test_a_redirect_to_plain_http_is_not_followed(lab: Lab, page: Page) -> None:
    lab.web.publish(URL, page)
    lab.web.publish(f"http://{HOST}/plain.xml", GOOD)

    assert Practice(lab).detect("anna@outlook.test").kind is OutcomeKind.NOT_FOUND
    assert "/plain.xml" not in {request.path for request in lab.web.requests}


def test_a_redirect_inwards_is_refused(lab: Lab) -> None:
    lab.web.publish(URL, Page(announced.redirect_to(url="https://127.0.0.1/autodiscover.xml")))
    practice = Practice(lab)

    practice.detect("anna@outlook.test")

    assert problem_kind(practice) is ProblemKind.TARGET_REFUSED


def test_an_answer_with_exchange_alone_is_said_to_be_that(lab: Lab) -> None:
    lab.web.publish(URL, Page(announced.exchange_only()))
    practice = Practice(lab)

    outcome = practice.detect("anna@outlook.test")

    problem = outcome.findings.incoming_problem
    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert problem is not None
    assert problem.kind is ProblemKind.EXCHANGE_ONLY
    assert problem_kind(practice) is ProblemKind.EXCHANGE_ONLY


def test_a_server_that_wants_a_password_gets_none(lab: Lab) -> None:
    lab.web.publish(URL, Page(status=401, headers={"WWW-Authenticate": 'Basic realm="mail"'}))
    practice = Practice(lab)

    practice.detect("anna@outlook.test")

    assert len(asked(lab)) == 1
    assert problem_kind(practice) is ProblemKind.HTTP_STATUS


def test_the_service_record_leads_to_its_hosts_by_priority(lab: Lab) -> None:
    practice = Practice(lab)

    outcome = practice.detect("anna@outlooksrv.test")

    assert outcome.findings.incoming[0].source is Source.AUTODISCOVER
    assert f"source:{Source.AUTODISCOVER}:nowhere.outlooksrv.test{AUTODISCOVER_PATH}" not in practice.telling.steps


def test_a_worse_service_record_is_asked_when_the_better_one_fails(lab: Lab) -> None:
    hosts = ["0 0 443 nowhere.outlooksrv.test.", "10 0 443 spravka-7.outlooksrv.test."]
    lab.dns.override("_autodiscover._tcp.outlooksrv.test", "SRV", hosts)

    assert Practice(lab).detect("anna@outlooksrv.test").kind is OutcomeKind.FOUND


def test_a_service_at_a_port_that_is_not_for_look_ups_is_refused(lab: Lab) -> None:
    lab.dns.override("_autodiscover._tcp.outlooksrv.test", "SRV", ["0 0 8443 spravka-7.outlooksrv.test."])
    practice = Practice(lab)

    assert practice.detect("anna@outlooksrv.test").kind is OutcomeKind.NOT_FOUND
    key = f"source:{Source.AUTODISCOVER}:spravka-7.outlooksrv.test:8443{AUTODISCOVER_PATH}"
    assert problem_kind(practice, key) is ProblemKind.TARGET_REFUSED


def test_a_service_that_is_not_offered_is_not_asked(lab: Lab) -> None:
    lab.dns.override("_autodiscover._tcp.outlooksrv.test", "SRV", ["0 0 0 ."])
    practice = Practice(lab)

    practice.detect("anna@outlooksrv.test")

    assert problem_kind(practice, f"source:{Source.AUTODISCOVER}:srv") is ProblemKind.NOT_OFFERED
