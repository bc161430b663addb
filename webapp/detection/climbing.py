"""Tell which rungs a step has climbed and at which one it stands; pure, by the facts the step has heard."""

from collections.abc import Mapping

from webapp.detection.stages import Rung, Stage, StageState
from webapp.detection.steps import Step, StepState
from webapp.mail.settings import STANDARD_PORTS, Security
from webapp.mail.transcript import Speaker
from webapp.net.problems import CERTIFICATE_PROBLEMS, ProblemKind

Climb = tuple[Stage, ...]

CONVERSATIONS: dict[Security, Climb] = {
    Security.TLS: (Stage.NAME, Stage.ADDRESS, Stage.PORT, Stage.TLS, Stage.GREETING, Stage.ABILITIES),
    Security.STARTTLS: (Stage.NAME, Stage.ADDRESS, Stage.PORT, Stage.GREETING, Stage.TLS, Stage.ABILITIES),
    Security.NONE: (Stage.NAME, Stage.ADDRESS, Stage.PORT, Stage.GREETING, Stage.ABILITIES),
}
LETTERS: dict[str, Climb] = {
    "letter": (Stage.SENDER, Stage.RECIPIENT, Stage.LETTER),
    "arrival": (Stage.FOLDER, Stage.ARRIVAL),
    "sharing": (Stage.SENDER, Stage.RECIPIENT),
}
LOGINS = frozenset({"incoming", "outgoing"})

# `handed-over` is no rung: only the server's answer to the letter is.
STAGE_OF_FACT: dict[str, Stage] = {stage.value: stage for stage in Stage} | {
    "removed": Stage.ARRIVAL,
    "marked": Stage.ARRIVAL,
}

STANDS: dict[StepState, StageState] = {
    StepState.RUNNING: StageState.RUNNING,
    StepState.FAILED: StageState.FAILED,
    StepState.WARNING: StageState.WARNING,
    StepState.STOPPED: StageState.STOPPED,
}

# We ourselves hold the password back, before the server is asked for or after it has told everything.
PASSWORD_HELD_BACK = frozenset(
    {
        ProblemKind.HOST_NOT_CONSENTED,
        ProblemKind.PLAIN_NOT_CONSENTED,
        ProblemKind.TLS_AVAILABLE,
        ProblemKind.PASSWORD_MISSING,
        ProblemKind.LOGIN_PAUSED,
    }
)
TLS_PROBLEMS = CERTIFICATE_PROBLEMS | {
    ProblemKind.TLS_NOT_SPOKEN,
    ProblemKind.TLS_FAILED,
    ProblemKind.STARTTLS_NOT_OFFERED,
    ProblemKind.STARTTLS_REFUSED,
    ProblemKind.STARTTLS_INJECTION,
}
TLS_PORTS = frozenset(str(port) for (_, security), port in STANDARD_PORTS.items() if security is Security.TLS)


def rungs_of(step: Step) -> tuple[Rung, ...]:
    """Return the rungs of a step in their order; a source has none.

    A rung is passed once its fact is heard, or that of a later rung; the
    first one not passed is where the step stands. A password that we hold back
    fails at the login, however far the conversation had come: the rungs
    between were not tried.
    """
    climb = _climb(step)
    reached = len(climb) if step.state is StepState.OK else _reached(step, climb)
    states = [StageState.PASSED] * reached + [StageState.NOT_REACHED] * (len(climb) - reached)
    if reached < len(climb) and step.state in STANDS:
        states[_standing(step, climb, reached)] = STANDS[step.state]
    moments = _moments(step, climb)
    return tuple(
        Rung(stage, state, moments.get(stage) if state is StageState.PASSED else None)
        for stage, state in zip(climb, states, strict=True)
    )


def _climb(step: Step) -> Climb:
    group, _, rest = step.key.partition(":")
    kind = rest.partition(":")[0]
    if group == "probe":
        security = step.key.rpartition(":")[2]
        return CONVERSATIONS[Security(security)] if security in set(Security) else ()
    if group != "verify":
        return ()
    if kind in LOGINS:
        return (*CONVERSATIONS[step.security or _security_heard(step)], Stage.LOGIN)
    return LETTERS.get(kind, ())


def _security_heard(step: Step) -> Security:
    """Return how the connection of an older step is protected: TLS before the greeting, after it, or not at all.

    As long as neither was heard the trouble tells, and last of all the port's number.
    """
    names = [fact.partition("=")[0] for fact in step.facts]
    trouble_with_tls = step.problem is not None and step.problem.kind in TLS_PROBLEMS
    if "tls" in names:
        before = "greeting" not in names or names.index("tls") < names.index("greeting")
        return Security.TLS if before else Security.STARTTLS
    if "abilities" in names:
        return Security.NONE
    if "greeting" in names:
        return Security.STARTTLS
    tls = trouble_with_tls or step.subject.rpartition(":")[2] in TLS_PORTS
    return Security.TLS if tls else Security.STARTTLS


def _reached(step: Step, climb: Climb) -> int:
    heard = {_stage_of(fact) for fact in step.facts}
    return max((place for place, stage in enumerate(climb, 1) if stage in heard), default=0)


def _standing(step: Step, climb: Climb, reached: int) -> int:
    held_back = step.problem is not None and step.problem.kind in PASSWORD_HELD_BACK
    return climb.index(Stage.LOGIN) if held_back and Stage.LOGIN in climb else reached


def _moments(step: Step, climb: Climb) -> Mapping[Stage, int]:
    """Return when each rung was heard to be passed; what no fact told is passed by the end of a step that went well."""
    moments: dict[Stage, int] = {}
    for one in step.transcript:
        stage = _stage_of(one.words) if one.speaker is Speaker.NOTE else None
        if stage is not None:
            moments.setdefault(stage, one.at_ms)
    if step.state is StepState.OK and step.took_ms is not None:
        told = {_stage_of(fact) for fact in step.facts}
        ended_ms = step.started_ms + step.took_ms
        moments |= {stage: ended_ms for stage in climb if stage not in told}
    return moments


def _stage_of(fact: str) -> Stage | None:
    return STAGE_OF_FACT.get(fact.partition("=")[0])
