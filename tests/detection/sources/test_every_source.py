"""Every source alone is enough, and each wrong answer of a better one leads on to the next."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from tests.detection.in_lab import Practice
from tests.lab import announced, autoconfig
from tests.lab.domain_table import AUTODISCOVER_PATH, DOMAINS, ISPDB_HOST, ISPDB_PATH, PACC_PATH
from tests.lab.domains import Domain
from tests.lab.lab import Lab
from tests.lab.web_server import Page
from webapp.detection.ispdb.snapshot import snapshot_of
from webapp.detection.providers import ProviderTable
from webapp.detection.surroundings import KnownAccount
from webapp.detection.types import OutcomeKind, Source
from webapp.mail.settings import Protocol, Security, ServerSettings

NAME = "uspeh.test"
DAY = date(2026, 11, 22)
TABLE = """[[provider]]
name = "Practice"
{key} = ["{value}"]
imap = ["{imap}:993 tls"]
smtp = ["{smtp}:465 tls"]
sources = ["nobody"]
facts_of = 2026-11-22
"""


def domain(name: str) -> Domain:
    return next(domain for domain in DOMAINS if domain.name == name)


def table(folder: Path, key: str, value: str, imap: str, smtp: str) -> ProviderTable:
    file = folder / f"{key}-{value}.toml"
    file.write_text(TABLE.format(key=key, value=value, imap=imap, smtp=smtp))
    return ProviderTable.load(file)


def test_an_account_of_the_domain_alone_is_enough(lab: Lab) -> None:
    server = ServerSettings(Protocol.IMAP, "korob-26.imported.test", 993, Security.TLS, "boris@imported.test")
    other = ServerSettings(Protocol.SMTP, "gonec-51.imported.test", 465, Security.TLS, "boris@imported.test")
    practice = Practice(lab)
    known = (KnownAccount("boris@imported.test", server, other, trusted=True),)
    practice.surroundings = replace(practice.surroundings, known=known)

    outcome = practice.detect("anna@imported.test")

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].source is Source.SAME_DOMAIN
    assert outcome.findings.incoming[0].settings.username == "anna@imported.test"


def test_the_built_in_table_alone_is_enough(lab: Lab, tmp_path: Path) -> None:
    practice = Practice(lab)
    rows = table(tmp_path, "domains", "imported.test", "korob-26.imported.test", "gonec-51.imported.test")
    practice.surroundings = replace(practice.surroundings, providers=rows)

    outcome = practice.detect("anna@imported.test")

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.outgoing[0].source is Source.PROVIDER_TABLE


def test_the_table_of_mail_exchangers_alone_is_enough_with_consent(lab: Lab, tmp_path: Path) -> None:
    practice = Practice(lab)
    rows = table(tmp_path, "mx", "imported.test", "korob-26.imported.test", "gonec-51.imported.test")
    practice.surroundings = replace(practice.surroundings, providers=rows)

    outcome = practice.detect("anna@mximported.test")

    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert outcome.findings.incoming[0].source is Source.MX


@pytest.mark.parametrize(
    ("name", "kind", "source"),
    [
        ("imported.test", OutcomeKind.FOUND, Source.SNAPSHOT),
        ("mximported.test", OutcomeKind.NEEDS_CONSENT, Source.MX),
    ],
)
def test_the_imported_database_alone_is_enough_and_shows_its_day(
    lab: Lab, name: str, kind: OutcomeKind, source: Source
) -> None:
    practice = Practice(lab)
    snapshot = snapshot_of([("imported.test.xml", autoconfig.document(domain("imported.test")))], DAY)
    practice.surroundings = replace(practice.surroundings, snapshot=snapshot)

    outcome = practice.detect(f"anna@{name}")

    assert outcome.kind is kind
    assert outcome.findings.incoming[0].source is source
    step = next(step for step in practice.telling.steps.values() if "imported=2026-11-22" in step.facts)
    assert step.key.startswith(f"source:{source}")


@dataclass(frozen=True)
class Place:
    """A source of uspeh.test: how to publish something there, whatever it is."""

    source: Source
    publish: Callable[[Lab, Page], None]
    good: Callable[[Domain], bytes]


def at(url: str) -> Callable[[Lab, Page], None]:
    def publish(lab: Lab, page: Page) -> None:
        host = url.split("/")[2]
        lab.dns.override(host, "A", [lab.network.web])
        if url.startswith("https:"):
            lab.add_web_host(host)
        lab.web.publish(url, page)

    return publish


def announced_by_digest(lab: Lab, page: Page) -> None:
    at(f"https://ua-auto-config.{NAME}{PACC_PATH}")(lab, page)
    lab.dns.override(f"_ua-auto-config.{NAME}", "TXT", [f'"v=UAAC1; a=sha256; d={announced.digest(domain(NAME))}"'])


PLACES = (
    Place(Source.AUTOCONFIG, at(f"https://autoconfig.{NAME}/mail/config-v1.1.xml"), autoconfig.document),
    Place(Source.WELL_KNOWN, at(f"https://{NAME}/.well-known/autoconfig/mail/config-v1.1.xml"), autoconfig.document),
    Place(Source.PACC, announced_by_digest, announced.pacc),
    Place(Source.ISPDB, at(f"https://{ISPDB_HOST}{ISPDB_PATH}{NAME}"), autoconfig.document),
    Place(Source.AUTODISCOVER, at(f"https://autodiscover.{NAME}{AUTODISCOVER_PATH}"), announced.autodiscover),
    Place(Source.PLAIN_AUTOCONFIG, at(f"http://autoconfig.{NAME}/mail/config-v1.1.xml"), autoconfig.document),
)


def dead_hosts(document: bytes) -> bytes:
    return document.replace(b"korob-17", b"nobody-17").replace(b"gonec-42", b"nobody-42")


def refusing_tls(document: bytes) -> bytes:
    imap, smtp = b"imap.selfsigned.test", b"smtp.selfsigned.test"
    return document.replace(b"korob-17.uspeh.test", imap).replace(b"gonec-42.uspeh.test", smtp)


WRONG: dict[str, Callable[[bytes], Page]] = {
    "web page": lambda _: Page(b"<!DOCTYPE html><html><body>Welcome</body></html>"),
    "well-formed page": lambda _: Page(b"<html><body><p>Welcome</p></body></html>"),
    "broken": lambda document: Page(document[: len(document) // 2]),
    "nothing": lambda _: Page(b""),
    "error": lambda _: Page(b"", status=500),
    "dead hosts": lambda document: Page(dead_hosts(document)),
    "refused TLS": lambda document: Page(refusing_tls(document)),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("place", range(len(PLACES) - 1), ids=[place.source.value for place in PLACES[:-1]])
def test_a_wrong_answer_of_a_better_source_leads_on_to_the_next(lab: Lab, place: int, wrong: str) -> None:
    uspeh = domain(NAME)
    for worse in PLACES[:place]:
        worse.publish(lab, Page(status=404))
    PLACES[place].publish(lab, WRONG[wrong](PLACES[place].good(uspeh)))
    PLACES[place + 1].publish(lab, Page(PLACES[place + 1].good(uspeh)))

    outcome = Practice(lab).detect(f"anna@{NAME}")

    found = outcome.findings
    assert [server.source for server in (*found.incoming[:1], *found.outgoing[:1])] == [PLACES[place + 1].source] * 2
    assert (found.incoming[0].settings.host, found.outgoing[0].settings.host) == (
        "korob-17.uspeh.test",
        "gonec-42.uspeh.test",
    )


def test_every_source_answers_its_own_step_with_a_reason(lab: Lab) -> None:
    practice = Practice(lab)

    practice.detect("anna@nowhere.test")

    steps = [step for step in practice.telling.steps.values() if step.key.startswith("source:")]
    told = {step.key.split(":")[1] for step in steps}
    assert told == {source.value for source in Source} - {"entered", "assumption", "certificate", "snapshot"}
    assert all(step.took_ms is not None for step in steps)
    assert all(step.problem is not None for step in steps if step.key != "source:guess")


def test_a_json_page_where_xml_is_expected_is_no_answer(lab: Lab) -> None:
    at(f"https://autoconfig.{NAME}/mail/config-v1.1.xml")(lab, Page(json.dumps({"a": 1}).encode()))

    assert Practice(lab).detect(f"anna@{NAME}").kind is OutcomeKind.NOT_FOUND
