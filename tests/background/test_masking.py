"""No password the office knows is written down with a run, however a server came to know it and however it says it."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.background.office import Office, only_imap
from tests.background.test_whole_way import bytes_at_rest, imap_server
from tests.scripted import dialogue, hear, silence
from tests.storage.changes import moved
from tests.storage.makers import IMAP, SECRET, lay_account, person, run_of
from webapp.background.masking import Masking
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Findings, Outcome, OutcomeKind, SharingProblem
from webapp.mail.scrub import MASK
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import RunPurpose
from webapp.storage.runs import steps_of
from webapp.storage.using import begin_change, details_of

Offices = Callable[..., Office]

CANARY = "kanarejka-v-kletke-73"
IN_BASE64 = base64.b64encode(f"\0anna@uspeh.test\0{CANARY}".encode()).decode()
TOLD = Step("probe:imap:imap.uspeh.test:993:tls", StepGroup.PROBE, StepState.RUNNING, "imap.uspeh.test:993", 0)


def heard(*lines: str, speaker: Speaker = Speaker.SERVER, secret: str = CANARY) -> list[str]:
    """Return what is written down of lines that were said one after another."""
    step = replace(TOLD, transcript=tuple(Utterance(speaker, line, at_ms) for at_ms, line in enumerate(lines)))
    return [one.words for one in Masking([secret]).step(step).transcript]


def refused(said: str) -> Problem:
    return Problem(ProblemKind.SERVICE_UNAVAILABLE, "imap.uspeh.test", 993, server_said=said)


def test_a_password_of_an_earlier_run_is_masked_where_it_stands() -> None:
    assert heard(f"* OK hello {CANARY}!", "M1 OK done") == [f"* OK hello {MASK}!", "M1 OK done"]


@pytest.mark.parametrize(
    "lines",
    [
        ("535-5.7.8 you said kanarejka-v-", "535 5.7.8 kletke-73"),
        ("535-you said kana", "535-rejka-v-kl", "535 etke-73"),
        ("* OK you said kanarejka-v-", "* OK kletke-73", "M2 NO no"),
        ("* kanarejka-v-k", "* letke-73"),
        (f"501-what is {IN_BASE64[:30]}", f"501 {IN_BASE64[30:]}"),
        tuple(f"220-{character}" for character in CANARY),
    ],
)
def test_a_password_spread_over_lines_is_masked_on_each(lines: tuple[str, ...]) -> None:
    kept = heard(*lines)

    together = "".join(kept)
    for part in ("kana", "rejka", "kletke", "etke", IN_BASE64[20:30], IN_BASE64[30:40]):
        assert part not in together
    assert MASK in together
    assert [line[:2] for line in kept] == [line[:2] for line in lines]


def test_what_stands_on_lines_of_different_speakers_is_not_put_together() -> None:
    step = replace(
        TOLD,
        transcript=(
            Utterance(Speaker.SERVER, "220 kanarejka-v-", 0),
            Utterance(Speaker.US, "EHLO me", 1),
            Utterance(Speaker.SERVER, "250 kletke", 2),
        ),
    )

    assert Masking([CANARY]).step(step) == step


@pytest.mark.parametrize("secret", ["ok", "13", "port", "hello"])
def test_short_passwords_mask_no_lines_that_only_happen_to_meet(secret: str) -> None:
    lines = ("250-he", "250-llo", "250-o", "250-k 1", "250 3")

    assert heard(*lines, secret=secret) == list(lines)


@pytest.mark.parametrize("said", [f"535 no {CANARY}", "535 no kanarejka-v- kletke-73", "535 k a n a rejka-v-kletke-73"])
def test_the_words_of_a_problem_hold_no_password_wherever_it_is_told(said: str) -> None:
    problem = refused(said)
    masking = Masking(["another one", CANARY])
    told = masking.outcome(
        Outcome(
            OutcomeKind.NOT_PROVED,
            Findings(incoming_problem=problem, outgoing_problem=problem),
            problem,
            problem,
            problem,
            sharing_problems=(SharingProblem("info@uspeh.test", problem),),
        )
    )

    every = (
        told.incoming_problem,
        told.outgoing_problem,
        told.letter_problem,
        told.findings.incoming_problem,
        told.findings.outgoing_problem,
        told.sharing_problems[0].problem,
        masking.step(replace(TOLD, problem=problem)).problem,
    )
    for one in every:
        assert one is not None
        assert one.server_said is not None
        assert one.server_said.startswith("535 ")
        assert MASK in one.server_said
        assert "kletke" not in one.server_said


def test_what_a_server_offers_is_words_of_it_and_our_own_facts_are_not() -> None:
    facts = ("name", "port", "tls=TLSv1.3", "abilities=PLAIN HUNTER2")

    assert Masking(["hunter2", "port"]).step(replace(TOLD, facts=facts)).facts == (
        *facts[:3],
        f"abilities=PLAIN {MASK}",
    )


def test_a_search_writes_no_password_that_a_server_knows_from_before(make_office: Offices, database_file: Path) -> None:
    half = len(SECRET) // 2
    hello = f"* OK you are {SECRET}\r\n".encode()
    spread = f"* {SECRET[:half]}\r\n{{tag}} BAD {SECRET[half:]}\r\n".encode()
    with imap_server(dialogue(hello, hear(rb"(?P<tag>\S+) CAPABILITY"), spread, silence)) as server:
        office = make_office(servers=(server,))

        run = office.ended(office.run(office.draft(), RunPurpose.RETEST, only_imap(server)))

    assert run.outcome is not None
    problem = run.outcome.findings.incoming_problem
    assert problem is not None
    assert problem.server_said == f"BAD {MASK}"
    (probe,) = steps_of(office.session, run)
    assert f"* OK you are {MASK}" in [one.words for one in probe.transcript]
    at_rest = bytes_at_rest(database_file)
    for part in (SECRET, SECRET[:half], SECRET[half:]):
        assert part.encode() not in at_rest


def test_a_search_for_a_saved_account_writes_no_password_that_is_stored(
    make_office: Offices, database_file: Path
) -> None:
    with imap_server(dialogue(f"* BYE {SECRET}\r\n".encode(), silence)) as server:
        office = make_office(servers=(server,))
        anna = person(office.session, "boris")
        place = moved(IMAP, "127.0.0.1", port=server.port)
        account = lay_account(office.session, office.box, anna.id, incoming=place, outgoing=None)
        draft = begin_change(office.session, anna, None, account, details_of(account, "ru"), box=office.box)
        run = run_of(office.session, draft, RunPurpose.RETEST, only_imap(server))
        office.runner.start(run.id)

        run = office.ended(run)

    assert run.outcome is not None
    assert run.outcome.kind is OutcomeKind.NOT_FOUND
    assert SECRET.encode() not in bytes_at_rest(database_file)
