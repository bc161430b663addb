"""The unprotected page: never told the address, never trusted, behind every protected source."""

import pytest

from tests.detection.in_lab import Practice
from tests.lab.lab import Lab
from tests.lab.web_server import Page
from webapp.detection.types import Consent, OutcomeKind, Source

URL = "http://autoconfig.plainweb.test/mail/config-v1.1.xml"
HOSTS = frozenset({"korob-25.plainweb.test", "gonec-50.plainweb.test"})


@pytest.mark.parametrize("status", [400, 404])
def test_it_is_not_told_the_address_even_if_it_wants_to_know(lab: Lab, status: int) -> None:
    lab.web.publish(URL, Page(status=status))

    assert Practice(lab).detect("anna@plainweb.test").kind is OutcomeKind.NOT_FOUND
    requests = [request for request in lab.web.requests if request.scheme == "http"]
    assert [request.path for request in requests] == ["/mail/config-v1.1.xml"]
    assert not [request for request in requests if b"anna" in request.body]


def test_what_it_says_needs_consent_though_its_hosts_lie_in_the_domain(lab: Lab) -> None:
    outcome = Practice(lab).detect("anna@plainweb.test")
    agreed = Practice(lab).detect("anna@plainweb.test", Consent(hosts=HOSTS))

    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert agreed.kind is OutcomeKind.FOUND


def test_a_service_record_goes_before_it(lab: Lab) -> None:
    lab.dns.override("_imaps._tcp.plainweb.test", "SRV", ["0 1 993 korob-25.plainweb.test."])

    found = Practice(lab).detect("anna@plainweb.test").findings.incoming[0]

    assert (found.source, found.trusted) == (Source.SRV, True)


def test_protection_may_come_on_the_way_but_not_go(lab: Lab) -> None:
    lab.add_web_host("autoconfig.plainweb.test")
    lab.web.publish(URL, Page(status=302, headers={"Location": "https://autoconfig.plainweb.test/there.xml"}))
    lab.web.publish("https://autoconfig.plainweb.test/there.xml", Page(status=302, headers={"Location": URL}))

    assert Practice(lab).detect("anna@plainweb.test").kind is OutcomeKind.NOT_FOUND
    assert len([request for request in lab.web.requests if request.scheme == "http"]) == 1
