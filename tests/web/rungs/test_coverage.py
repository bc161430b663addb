"""The table of ways is whole: every rung in many ways, and every problem there is at a rung."""

from collections import Counter

import pytest

from tests.web.rungs import (
    ways_agreed,
    ways_arriving,
    ways_connecting,
    ways_letters,
    ways_login,
    ways_talking,
    ways_tls,
)
from webapp.detection.stages import Stage
from webapp.mail.settings import Protocol, Security
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind

TABLES = (ways_connecting, ways_tls, ways_talking, ways_login, ways_letters, ways_arriving, ways_agreed)
WAYS = [way for table in TABLES for way in table.WAYS]
FEWEST = 60
FEWEST_AT_A_RUNG = 4

OF_SOURCES = "a source tells it, and a source climbs no rungs"
WITHOUT_A_RUN = "said when the proof is over: what was proved cannot be saved"
NOT_AT_A_RUNG = {
    ProblemKind.NAME_INVALID: "the form refuses such a name before anything is asked",
    ProblemKind.PASSWORD_MISSING: "told before the first step begins: nobody is talked to",
    ProblemKind.NOT_OFFERED: OF_SOURCES,
    ProblemKind.OAUTH_ONLY: OF_SOURCES,
    ProblemKind.NO_MAIL_PROGRAMS: OF_SOURCES,
    ProblemKind.HTTP_STATUS: OF_SOURCES,
    ProblemKind.NOT_A_CONFIGURATION: OF_SOURCES,
    ProblemKind.EXCHANGE_ONLY: OF_SOURCES,
    ProblemKind.DIGEST_MISMATCH: OF_SOURCES,
    ProblemKind.DOCUMENT_TOO_LARGE: OF_SOURCES,
    ProblemKind.TOO_MANY_REDIRECTS: OF_SOURCES,
    ProblemKind.REDIRECT_REFUSED: OF_SOURCES,
    ProblemKind.ACCOUNT_EXISTS: WITHOUT_A_RUN,
    ProblemKind.ACCOUNT_CHANGED: WITHOUT_A_RUN,
    ProblemKind.NOT_ALLOWED: WITHOUT_A_RUN,
}
NOT_BY_A_SERVER = {
    Cause.POSTING_NOT_ALLOWED: "nothing is posted to newsgroups while an account is set up",
}


def test_there_are_enough_ways_and_none_twice() -> None:
    assert len(WAYS) >= FEWEST
    assert len({str(way) for way in WAYS}) == len(WAYS)


@pytest.mark.parametrize("stage", Stage)
def test_every_rung_fails_in_several_ways(stage: Stage) -> None:
    assert Counter(way.stage for way in WAYS)[stage] >= FEWEST_AT_A_RUNG


@pytest.mark.parametrize("protocol", Protocol)
def test_every_protocol_fails_at_every_rung_of_its_connection_and_at_the_login(protocol: Protocol) -> None:
    stages = {way.stage for way in WAYS if way.protocol is protocol}

    assert stages >= {Stage.NAME, Stage.PORT, Stage.TLS, Stage.GREETING, Stage.ABILITIES, Stage.LOGIN}


@pytest.mark.parametrize("security", Security)
def test_every_protection_of_a_connection_is_among_them(security: Security) -> None:
    assert {Stage.GREETING, Stage.ABILITIES, Stage.LOGIN} <= {way.stage for way in WAYS if way.security is security}


def test_every_problem_is_met_or_has_a_reason_not_to_be() -> None:
    met = {way.kind for way in WAYS}

    assert met.isdisjoint(NOT_AT_A_RUNG)
    assert met | set(NOT_AT_A_RUNG) == set(ProblemKind)


def test_every_cause_is_met_or_has_a_reason_not_to_be() -> None:
    met = {way.cause for way in WAYS if way.cause is not None}

    assert met.isdisjoint(NOT_BY_A_SERVER)
    assert met | set(NOT_BY_A_SERVER) == set(Cause)
