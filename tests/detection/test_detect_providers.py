"""Providers nobody can log in to with a password."""

from dataclasses import replace

import pytest

from tests.detection.servers import HOST, over_starttls
from tests.detection.world import world
from tests.mail.scripts import IMAP, SMTP
from webapp.detection.engine import KnownAccount
from webapp.detection.types import Entered, HintKind, OutcomeKind, Source
from webapp.mail.settings import Protocol, Security, ServerSettings
from webapp.net.problems import ProblemKind


@pytest.mark.parametrize(
    ("address", "hint", "kind"),
    [
        ("anna@outlook.com", HintKind.OAUTH_ONLY, ProblemKind.OAUTH_ONLY),
        ("anna@proton.me", HintKind.BRIDGE_ONLY, ProblemKind.NO_MAIL_PROGRAMS),
        ("anna@i.ua", HintKind.NO_MAIL_PROGRAMS, ProblemKind.NO_MAIL_PROGRAMS),
    ],
)
def test_a_provider_without_password_logins_is_said_and_not_probed(
    address: str, hint: HintKind, kind: ProblemKind
) -> None:
    with world() as here:
        outcome = here.detect(Entered(address))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert [told.kind for told in outcome.findings.hints] == [hint]
    assert outcome.findings.provider_name
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is kind
    assert not here.telling.states("probe:")


@pytest.mark.parametrize("address", ["anna@outlook.com", "anna@hotmail.co.uk", "anna@proton.me", "anna@tuta.com"])
def test_nothing_at_all_is_asked_about_a_provider_that_is_known_to_let_nobody_in(address: str) -> None:
    with world() as here:
        here.detect(Entered(address))

        assert here.dns.queries == []  # and without a name there is nowhere to connect to
    assert list(here.telling.states()) == [f"source:{Source.PROVIDER_TABLE}"]


def test_a_colleague_of_the_same_domain_knows_better_than_the_table() -> None:
    bridge = ServerSettings(Protocol.IMAP, HOST, 1143, Security.STARTTLS, "boss@proton.me")
    with over_starttls(IMAP) as imap, over_starttls(SMTP) as smtp, world(imap, smtp) as here:
        known = KnownAccount(
            "boss@proton.me",
            trusted=True,
            incoming=replace(bridge, port=imap.port),
            outgoing=replace(bridge, protocol=Protocol.SMTP, port=smtp.port),
        )

        outcome = here.detect(Entered("anna@proton.me"), known=(known,))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].settings.username == "anna@proton.me"


def test_microsoft_365_behind_an_own_domain_is_said_and_not_probed() -> None:
    with world() as here:
        here.zone.add("uspeh.test", "MX", "0 uspeh-test.mail.protection.outlook.com.")

        outcome = here.detect()

    assert outcome.findings.provider_name == "Microsoft 365"
    assert [told.kind for told in outcome.findings.hints] == [HintKind.OAUTH_ONLY]
    assert not here.telling.states("probe:")
