"""Providers nobody can log in to with a password."""

import pytest

from tests.detection.world import world
from webapp.detection.types import (
    Entered,
    HintKind,
    OutcomeKind,
)
from webapp.net.problems import ProblemKind


@pytest.mark.parametrize(
    ("address", "hint", "kind"),
    [
        ("anna@outlook.com", HintKind.OAUTH_ONLY, ProblemKind.NO_COMMON_AUTH_METHOD),
        ("anna@proton.me", HintKind.NO_MAIL_PROGRAMS, ProblemKind.NOT_OFFERED),
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


def test_microsoft_365_behind_an_own_domain_is_said_and_not_probed() -> None:
    with world() as here:
        here.zone.add("uspeh.test", "MX", "0 uspeh-test.mail.protection.outlook.com.")

        outcome = here.detect()

    assert outcome.findings.provider_name == "Microsoft 365"
    assert [told.kind for told in outcome.findings.hints] == [HintKind.OAUTH_ONLY]
    assert not here.telling.states("probe:")
