"""PACC: only the document whose digest the domain announces."""

import base64
import hashlib

import pytest

from tests.detection.in_lab import Practice
from tests.lab import announced
from tests.lab.domain_table import DOMAINS, PACC_PATH
from tests.lab.lab import Lab
from tests.lab.web_server import Page
from webapp.detection.sources.pacc import announced_digests
from webapp.detection.steps import StepState
from webapp.detection.types import OutcomeKind, Source
from webapp.net.problems import ProblemKind

BODY = b'{"protocols": {"imap": {"host": "imap.uspeh.test"}}}'
DIGEST = hashlib.sha256(BODY).digest()
BASE64 = base64.b64encode(DIGEST).decode()
RECORD = "_ua-auto-config.pacc.test"
URL = f"https://ua-auto-config.pacc.test{PACC_PATH}"
DOCUMENT = announced.pacc(next(domain for domain in DOMAINS if domain.name == "pacc.test"))


@pytest.mark.parametrize(
    "text",
    [
        f"v=UAAC1; a=sha256; d={BASE64}",
        f"v=UAAC1;a=sha256;d={BASE64};",
        f"  V = uaac1 ; A = SHA256 ; D = {BASE64}",
        f"d={BASE64}; a=sha256; v=UAAC1",
        f"v=UAAC1; a=sha256; d={BASE64.rstrip('=')}",
        f"v=UAAC1; a=sha256; d={base64.urlsafe_b64encode(DIGEST).decode()}",
        f"v=UAAC1; a=sha256; d={DIGEST.hex()}",
        f"v=UAAC1; a=sha256; d={DIGEST.hex().upper()}",
        f"v=UAAC1; a=sha256; d={BASE64[:20]} {BASE64[20:]}",
        f"v=UAAC1; a=sha256; d={BASE64}; later=also",
    ],
)
def test_a_digest_is_read_however_it_is_written(text: str) -> None:
    assert announced_digests([text]) == {DIGEST}


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";;;=;",
        "v=spf1 -all",
        f"v=UAAC2; a=sha256; d={BASE64}",
        f"v=UAAC1; a=sha512; d={BASE64}",
        f"a=sha256; d={BASE64}",
        f"v=UAAC1; d={BASE64}",
        "v=UAAC1; a=sha256",
        "v=UAAC1; a=sha256; d=",
        "v=UAAC1; a=sha256; d=ÄÖÜ",
        "v=UAAC1; a=sha256; d=" + "g" * 64,
        "v=UAAC1; a=sha256; d=" + BASE64[:-5],
        "v=UAAC1; a=sha256; d=" + "A" * 100_000,
    ],
)
def test_any_other_text_announces_nothing(text: str) -> None:
    assert announced_digests([text]) == frozenset()


def test_of_several_records_every_digest_counts() -> None:
    other = hashlib.sha256(b"other").digest()

    found = announced_digests(["hello", f"v=UAAC1; a=sha256; d={BASE64}", f"v=UAAC1; a=sha256; d={other.hex()}"])

    assert found == {DIGEST, other}


def test_a_document_that_was_not_announced_is_not_used_and_called_that(lab: Lab) -> None:
    lab.web.publish(URL, Page(DOCUMENT + b" "))
    practice = Practice(lab)

    outcome = practice.detect("anna@pacc.test")

    assert outcome.kind is OutcomeKind.NOT_FOUND
    step = practice.telling.steps[f"source:{Source.PACC}"]
    assert step.problem is not None
    assert (step.state, step.problem.kind) == (StepState.FAILED, ProblemKind.DIGEST_MISMATCH)


def test_a_digest_in_several_strings_among_other_records_is_put_together(lab: Lab) -> None:
    digest = hashlib.sha256(DOCUMENT).hexdigest()
    lab.dns.override(RECORD, "TXT", ['"v=spf1 -all"', f'"v=UAAC1; a=sha2" "56; d={digest[:30]}" "{digest[30:]}"'])

    assert Practice(lab).detect("anna@pacc.test").findings.incoming[0].source is Source.PACC


def test_without_an_announcement_nothing_is_fetched(lab: Lab) -> None:
    lab.dns.override(RECORD, "TXT", [])
    practice = Practice(lab)

    assert practice.detect("anna@pacc.test").kind is OutcomeKind.NOT_FOUND
    assert "ua-auto-config.pacc.test" not in {request.host for request in lab.web.requests}
