"""The logins against scripted servers: how often the password goes out, and what is said."""

import asyncio
from dataclasses import replace

from tests.detection.servers import over_tls, refusing
from tests.detection.verifying import (
    LOGIN_OF,
    Verifying,
    WaitingFor,
    knowing,
    logins,
    names_tried,
    proved,
    stopped,
    temporary,
)
from tests.detection.world import ADDRESS, world
from tests.mail.scripts import IMAP, SMTP
from tests.scripted import silence
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.steps import StepState
from webapp.detection.types import OutcomeKind
from webapp.detection.verify import verify
from webapp.mail.settings import AuthMethod, Protocol
from webapp.net.problems import Field, ProblemKind


def test_both_logins_are_made_and_told_with_the_name_and_the_method_used() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp:
        check = Verifying(imap, smtp)

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP)))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].settings.username == ADDRESS
    assert outcome.findings.incoming[0].settings.auth_methods[0] is AuthMethod.PASSWORD_CLEARTEXT
    assert check.telling.states("verify:") == {"verify:incoming": StepState.OK, "verify:outgoing": StepState.OK}
    assert "login=password-cleartext" in check.telling.steps["verify:incoming"].facts
    assert outcome.seconds_proved is not None


def test_two_refused_logins_are_the_most_a_run_makes() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap, over_tls(SMTP, refusing(SMTP)) as smtp:
        check = Verifying(imap, smtp)

        outcome = check.run(logins(proved(imap, IMAP, fixed=False), proved(smtp, SMTP, fixed=False)))

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert names_tried(imap) + names_tried(smtp) == [ADDRESS, ADDRESS]
    assert outcome.incoming_problem is not None
    assert (outcome.incoming_problem.kind, outcome.incoming_problem.field) == (ProblemKind.LOGIN_REFUSED, Field.SECRET)
    assert outcome.outgoing_problem is not None
    assert outcome.findings.incoming[0].settings.port == imap.port


def test_the_local_part_is_tried_after_one_refusal_where_nobody_fixed_the_name() -> None:
    with knowing("anna", IMAP) as imap, over_tls(SMTP) as smtp:
        check = Verifying(imap, smtp)

        outcome = check.run(logins(proved(imap, IMAP, fixed=False), proved(smtp, SMTP, fixed=False)))

    assert outcome.kind is OutcomeKind.FOUND
    assert names_tried(imap) == [ADDRESS, "anna"]
    assert names_tried(smtp) == [ADDRESS]
    assert outcome.findings.incoming[0].settings.username == "anna"
    assert outcome.findings.outgoing[0].settings.username == ADDRESS


def test_the_local_part_is_not_tried_where_the_name_is_fixed() -> None:
    with knowing("anna", IMAP) as imap, over_tls(SMTP) as smtp:
        check = Verifying(imap, smtp)

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP)))

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert names_tried(imap) == [ADDRESS]


def test_a_refused_local_part_is_the_second_and_last_refusal() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap:
        check = Verifying(imap)

        outcome = check.run(logins(proved(imap, IMAP, fixed=False), None))

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert names_tried(imap) == [ADDRESS, "anna"]
    assert check.ledger.paused_until(ADDRESS) is None


def test_refusals_of_earlier_runs_keep_the_password_at_home() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap:
        check = Verifying(imap)
        for _ in range(3):
            check.ledger.note_refusal(ADDRESS)

        outcome = check.run(logins(proved(imap, IMAP), None))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.LOGIN_PAUSED
    assert imap.connections == 0


def test_the_third_refusal_ends_the_tries_of_its_own_run_too() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap:
        check = Verifying(imap)
        for _ in range(2):
            check.ledger.note_refusal(ADDRESS)

        check.run(logins(proved(imap, IMAP, fixed=False), None))

    assert names_tried(imap) == [ADDRESS]


def test_temporary_trouble_is_no_refusal() -> None:
    with over_tls(IMAP, temporary(IMAP)) as imap:
        check = Verifying(imap)

        outcome = check.run(logins(proved(imap, IMAP, fixed=False), None))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.LOGIN_UNAVAILABLE
    assert names_tried(imap) == [ADDRESS]
    for _ in range(2):
        check.ledger.note_refusal(ADDRESS)
    assert check.ledger.paused_until(ADDRESS) is None


def test_stopping_a_login_leaves_nothing_open() -> None:
    telling = WaitingFor("verify:outgoing", StepState.OK)
    with (
        over_tls(IMAP, (LOGIN_OF[IMAP], silence)) as imap,
        over_tls(SMTP) as smtp,
        world(imap, smtp) as here,
    ):
        verification = logins(proved(imap, IMAP), proved(smtp, SMTP))

        async def work() -> None:
            run = asyncio.create_task(verify(verification, here.surroundings, RefusalsInMemory(), telling))
            await stopped(run, telling.rung)
            assert here.surroundings.network.open_streams == 0

        asyncio.run(work())

    assert telling.states()["verify:incoming"] is StepState.STOPPED


def test_a_dead_server_is_told_at_its_port_and_the_other_one_is_still_tried() -> None:
    with over_tls(SMTP) as smtp:
        check = Verifying(smtp)
        server = proved(smtp, SMTP)
        settings = replace(server.settings, protocol=Protocol.IMAP, port=993)
        dead = replace(server, settings=settings)

        outcome = check.run(logins(dead, server))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.field is Field.INCOMING_PORT
    assert outcome.outgoing_problem is None
