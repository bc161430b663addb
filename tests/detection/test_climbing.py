"""The rungs of a step: what was passed, where it stands, what was not reached."""

import pytest

from webapp.detection.climbing import rungs_of
from webapp.detection.stages import Stage, StageState
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.problems import Problem, ProblemKind

STARTED_MS = 100
WORDS = {
    StageState.PASSED: "+",
    StageState.RUNNING: "…",
    StageState.FAILED: "✗",
    StageState.WARNING: "!",
    StageState.STOPPED: "■",
    StageState.NOT_REACHED: "–",
}
TLS = ("name", "address=192.0.2.1", "port", "tls=TLSv1.3", "greeting", "abilities=PLAIN LOGIN")
STARTTLS = ("name", "address=192.0.2.1", "port", "greeting", "tls=TLSv1.3", "abilities=PLAIN LOGIN")
UNPROTECTED = ("name", "address=192.0.2.1", "port", "greeting", "abilities=PLAIN LOGIN")


def step(
    key: str,
    state: StepState,
    facts: tuple[str, ...] = (),
    kind: ProblemKind | None = None,
    subject: str = "imap.example.org:993",
) -> Step:
    """Return a step whose facts came true 10 ms after each other."""
    return Step(
        key,
        StepGroup(key.partition(":")[0]),
        state,
        subject,
        STARTED_MS,
        None if state in (StepState.WAITING, StepState.RUNNING) else 900,
        facts,
        Problem(kind) if kind else None,
        tuple(Utterance(Speaker.NOTE, fact, STARTED_MS + 10 * place) for place, fact in enumerate(facts, 1)),
    )


def probe(security: str, state: StepState, facts: tuple[str, ...] = (), kind: ProblemKind | None = None) -> Step:
    return step(f"probe:imap:imap.example.org:993:{security}", state, facts, kind)


def picture(one: Step) -> str:
    """Return the rungs in a line: “name+ address+ port✗ tls– …”."""
    return " ".join(f"{rung.stage}{WORDS[rung.state]}" for rung in rungs_of(one))


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (0, "name✗ address– port– tls– greeting– abilities–"),
        (1, "name+ address✗ port– tls– greeting– abilities–"),
        (2, "name+ address+ port✗ tls– greeting– abilities–"),
        (3, "name+ address+ port+ tls✗ greeting– abilities–"),
        (4, "name+ address+ port+ tls+ greeting✗ abilities–"),
        (5, "name+ address+ port+ tls+ greeting+ abilities✗"),
    ],
)
def test_a_step_fails_at_the_first_rung_it_has_not_passed(passed: int, expected: str) -> None:
    assert picture(probe("tls", StepState.FAILED, TLS[:passed], ProblemKind.SILENT)) == expected


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (3, "name+ address+ port+ greeting✗ tls– abilities–"),
        (4, "name+ address+ port+ greeting+ tls✗ abilities–"),
        (5, "name+ address+ port+ greeting+ tls+ abilities✗"),
    ],
)
def test_with_starttls_the_greeting_comes_before_tls(passed: int, expected: str) -> None:
    assert picture(probe("starttls", StepState.FAILED, STARTTLS[:passed], ProblemKind.SILENT)) == expected


def test_without_encryption_there_is_no_rung_for_it() -> None:
    assert picture(probe("none", StepState.FAILED, UNPROTECTED[:4])) == "name+ address+ port+ greeting+ abilities✗"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (StepState.WAITING, "name– address– port– greeting– abilities–"),
        (StepState.SKIPPED, "name– address– port– greeting– abilities–"),
        (StepState.RUNNING, "name… address– port– greeting– abilities–"),
        (StepState.FAILED, "name✗ address– port– greeting– abilities–"),
        (StepState.WARNING, "name! address– port– greeting– abilities–"),
        (StepState.STOPPED, "name■ address– port– greeting– abilities–"),
        (StepState.OK, "name+ address+ port+ greeting+ abilities+"),
    ],
)
def test_the_rung_a_step_stands_at_has_the_state_of_the_step(state: StepState, expected: str) -> None:
    assert picture(probe("none", state)) == expected


def test_a_step_that_is_skipped_half_way_stands_at_no_rung() -> None:
    one = probe("none", StepState.SKIPPED, UNPROTECTED[:2])

    assert picture(one) == "name+ address+ port– greeting– abilities–"


def test_a_later_rung_heard_of_means_that_the_earlier_ones_are_passed() -> None:
    one = probe("tls", StepState.RUNNING, ("name", "port"))

    assert picture(one) == "name+ address+ port+ tls… greeting– abilities–"


def test_every_rung_tells_when_it_was_passed() -> None:
    rungs = rungs_of(probe("tls", StepState.FAILED, TLS[:3]))

    assert [rung.at_ms for rung in rungs] == [110, 120, 130, None, None, None]


def test_what_only_the_end_of_a_step_proves_is_passed_at_its_end() -> None:
    rungs = rungs_of(step("verify:letter", StepState.OK, ("sender", "recipient", "handed-over")))

    assert [rung.at_ms for rung in rungs] == [110, 120, 1000]


def test_a_fact_whose_line_was_left_out_has_no_moment() -> None:
    one = probe("none", StepState.OK, UNPROTECTED)
    one = Step(one.key, one.group, one.state, one.subject, one.started_ms, one.took_ms, one.facts, None, ())

    assert [rung.at_ms for rung in rungs_of(one)] == [None] * 5


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (TLS, "name+ address+ port+ tls+ greeting+ abilities+ login✗"),
        (STARTTLS, "name+ address+ port+ greeting+ tls+ abilities+ login✗"),
        (UNPROTECTED, "name+ address+ port+ greeting+ abilities+ login✗"),
    ],
)
def test_a_login_climbs_what_its_connection_was_heard_to_climb(facts: tuple[str, ...], expected: str) -> None:
    # A kept session tells the facts of its opening at once, a new one as they come true: the rungs are the same.
    assert picture(step("verify:incoming", StepState.FAILED, facts, ProblemKind.LOGIN_REFUSED)) == expected


def test_a_login_that_went_well_has_passed_every_rung() -> None:
    one = step("verify:outgoing", StepState.OK, (*TLS, "login=password-cleartext"))

    assert picture(one) == "name+ address+ port+ tls+ greeting+ abilities+ login+"
    assert [rung.at_ms for rung in rungs_of(one)] == [110, 120, 130, 140, 150, 160, 170]


@pytest.mark.parametrize("state", [StepState.RUNNING, StepState.FAILED, StepState.OK])
def test_the_second_try_with_the_local_part_stays_at_the_login(state: StepState) -> None:
    standing = {StepState.RUNNING: "login…", StepState.FAILED: "login✗", StepState.OK: "login+"}[state]
    facts = (*TLS, "local-part", *TLS[:3])

    assert picture(step("verify:incoming", state, facts)).endswith(f"greeting+ abilities+ {standing}")


@pytest.mark.parametrize(
    ("subject", "kind", "expected"),
    [
        ("imap.example.org:993", ProblemKind.SILENT, "name+ address+ port+ tls✗ greeting– abilities– login–"),
        ("imap.example.org:143", ProblemKind.SILENT, "name+ address+ port+ greeting✗ tls– abilities– login–"),
        ("[2001:db8::1]:465", ProblemKind.SILENT, "name+ address+ port+ tls✗ greeting– abilities– login–"),
        ("imap.example.org:1993", ProblemKind.TLS_FAILED, "name+ address+ port+ tls✗ greeting– abilities– login–"),
        ("imap.example.org:1993", ProblemKind.SILENT, "name+ address+ port+ greeting✗ tls– abilities– login–"),
    ],
)
def test_before_tls_and_greeting_the_trouble_or_the_port_tells_which_comes_first(
    subject: str, kind: ProblemKind, expected: str
) -> None:
    assert picture(step("verify:incoming", StepState.FAILED, TLS[:3], kind, subject)) == expected


def test_after_a_greeting_without_tls_the_next_rung_is_tls() -> None:
    one = step("verify:incoming", StepState.FAILED, STARTTLS[:4], ProblemKind.STARTTLS_REFUSED)

    assert picture(one) == "name+ address+ port+ greeting+ tls✗ abilities– login–"


@pytest.mark.parametrize(
    "kind",
    [
        ProblemKind.HOST_NOT_CONSENTED,
        ProblemKind.PLAIN_NOT_CONSENTED,
        ProblemKind.TLS_AVAILABLE,
        ProblemKind.LOGIN_PAUSED,
        ProblemKind.PASSWORD_MISSING,
    ],
)
def test_a_password_that_is_held_back_fails_at_the_login_and_nothing_before_it_was_tried(kind: ProblemKind) -> None:
    one = step("verify:incoming", StepState.FAILED, (), kind)

    assert picture(one) == "name– address– port– tls– greeting– abilities– login✗"


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        (StepState.RUNNING, (), "sender… recipient– letter–"),
        (StepState.FAILED, (), "sender✗ recipient– letter–"),
        (StepState.FAILED, ("sender",), "sender+ recipient✗ letter–"),
        (StepState.FAILED, ("sender", "recipient"), "sender+ recipient+ letter✗"),
        (StepState.FAILED, ("sender", "recipient", "handed-over"), "sender+ recipient+ letter✗"),
        (StepState.WARNING, ("sender", "recipient", "handed-over"), "sender+ recipient+ letter!"),
        (StepState.STOPPED, ("sender", "recipient"), "sender+ recipient+ letter■"),
        (StepState.OK, ("sender", "recipient", "handed-over"), "sender+ recipient+ letter+"),
    ],
)
def test_a_letter_climbs_from_its_sender_to_its_acceptance(
    state: StepState, facts: tuple[str, ...], expected: str
) -> None:
    assert picture(step("verify:letter", state, facts)) == expected


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        (StepState.RUNNING, (), "folder… arrival–"),
        (StepState.WARNING, (), "folder! arrival–"),
        (StepState.WARNING, ("folder",), "folder+ arrival!"),
        (StepState.OK, ("folder", "removed"), "folder+ arrival+"),
        (StepState.OK, ("folder", "marked"), "folder+ arrival+"),
    ],
)
def test_an_arrival_climbs_from_the_folder_to_the_letter(
    state: StepState, facts: tuple[str, ...], expected: str
) -> None:
    assert picture(step("verify:arrival", state, facts)) == expected


@pytest.mark.parametrize(
    ("state", "facts", "expected"),
    [
        (StepState.WAITING, (), "sender– recipient–"),
        (StepState.FAILED, (), "sender✗ recipient–"),
        (StepState.FAILED, ("sender",), "sender+ recipient✗"),
        (StepState.OK, (), "sender+ recipient+"),
    ],
)
def test_another_address_climbs_sender_and_recipient(state: StepState, facts: tuple[str, ...], expected: str) -> None:
    assert picture(step("verify:sharing:boss@example.org", state, facts, subject="boss@example.org")) == expected


def test_both_rungs_of_another_address_are_passed_at_the_end() -> None:
    assert [rung.at_ms for rung in rungs_of(step("verify:sharing:boss@example.org", StepState.OK))] == [1000, 1000]


@pytest.mark.parametrize("key", ["source:autoconfig", "source:mx:mx.example.org", "probe:odd", "verify:odd"])
def test_a_step_of_another_kind_has_no_rungs(key: str) -> None:
    assert rungs_of(step(key, StepState.FAILED, ("published",))) == ()


def test_a_rung_once_passed_stays_passed_while_facts_come_in() -> None:
    for facts in (TLS, STARTTLS, UNPROTECTED):
        passed: set[Stage] = set()
        for heard in range(len(facts) + 1):
            rungs = rungs_of(step("verify:incoming", StepState.RUNNING, facts[:heard], subject="mail.example.org:2525"))
            now = {rung.stage for rung in rungs if rung.state is StageState.PASSED}
            assert passed <= now
            passed = now
