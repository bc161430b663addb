"""Random worlds: whatever servers do, a search sends no password and offers nothing unencrypted beside TLS."""

import re
import ssl
from collections.abc import Callable
from contextlib import ExitStack

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.certificates import expired, server_context, untrusted
from tests.detection.servers import HOST, plain_script
from tests.detection.world import world
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.peer import ClientLeft, Peer
from tests.scripted import Script, ScriptedServer, dialogue, flood, hear, reset, silence
from webapp.detection.steps import Step
from webapp.detection.types import Consent, OutcomeKind
from webapp.mail.settings import Direction, Security
from webapp.net.problems import CERTIFICATE_PROBLEMS

LOGIN = re.compile(rb"\S+ (AUTHENTICATE|LOGIN)\b.*|(AUTH|USER|PASS|APOP)\b.*", re.IGNORECASE)
OTHER = {IMAP: SMTP, POP3: IMAP, SMTP: POP3}


def forgiving(script: Script) -> Script:
    """Return a script that takes a line it did not want for the end: in these worlds anybody is asked anything."""

    def play(peer: Peer) -> None:
        try:
            script(peer)
        except AssertionError:
            raise ClientLeft from None

    return play


def tls_by(certificate: ssl.SSLContext) -> "Behaviour":
    return lambda speech: ScriptedServer(forgiving(plain_script(speech)), tls=certificate)


def starttls_by(certificate: ssl.SSLContext) -> "Behaviour":
    return lambda speech: ScriptedServer(forgiving(speech.over_starttls(hear(speech.farewell))), context=certificate)


def in_clear(speech: Speech) -> ScriptedServer:
    return ScriptedServer(forgiving(plain_script(speech)))


def promising_starttls(speech: Speech) -> ScriptedServer:
    return ScriptedServer(forgiving(speech.up_to_tls(speech.tls_refused, silence)))


def injecting(speech: Speech) -> ScriptedServer:
    return ScriptedServer(forgiving(speech.up_to_tls(speech.tls_granted + b"* injected\r\n", silence)))


def speaking_another_protocol(speech: Speech) -> ScriptedServer:
    return ScriptedServer(forgiving(plain_script(OTHER[speech])), tls=server_context(HOST))


def talking_nonsense(speech: Speech) -> ScriptedServer:
    return ScriptedServer(dialogue(b"\x00\xffHTTP/1.0 200\r\n\r\n", hear(rb"(?s).*")))


def flooding(speech: Speech) -> ScriptedServer:
    return ScriptedServer(flood(b"x" * 4096))


def saying_nothing(speech: Speech) -> ScriptedServer:
    return ScriptedServer(silence)


def breaking_off(speech: Speech) -> ScriptedServer:
    return ScriptedServer(reset)


Behaviour = Callable[[Speech], ScriptedServer]
BEHAVIOURS: tuple[Behaviour, ...] = (
    tls_by(server_context(HOST)),
    starttls_by(server_context(HOST)),
    in_clear,
    tls_by(untrusted(HOST)),
    starttls_by(expired(HOST)),
    promising_starttls,
    injecting,
    speaking_another_protocol,
    talking_nonsense,
    flooding,
    saying_nothing,
    breaking_off,
)
TOPOLOGIES = st.lists(
    st.tuples(st.sampled_from((IMAP, POP3, SMTP)), st.sampled_from(BEHAVIOURS), st.booleans()), min_size=1, max_size=5
)


@settings(max_examples=30)
@given(TOPOLOGIES)
def test_no_topology_gets_a_password_out_of_a_search(topology: list[tuple[Speech, Behaviour, bool]]) -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(behaviour(speech)) for speech, behaviour, _ in topology]
        here = stack.enter_context(world(*servers))
        for (speech, _, tls), server in zip(topology, servers, strict=True):
            here.offer(speech, server, tls=tls)
        everything = Consent(
            hosts=frozenset({HOST}), plain_hosts=frozenset(f"{HOST}:{server.port}" for server in servers)
        )

        outcome = here.detect(consent=everything, limit_s=0.8)

    assert not [line for server in servers for line in server.received if LOGIN.fullmatch(line)]
    assert outcome.kind in {OutcomeKind.FOUND, OutcomeKind.HALF_FOUND, OutcomeKind.NOT_FOUND}
    chosen = [found for direction in Direction if (found := outcome.findings.chosen(direction))]
    if any(found.settings.security is Security.NONE for found in chosen):
        assert not any(met_tls(step) for step in here.telling.steps.values())


def met_tls(step: Step) -> bool:
    bad_certificate = step.problem is not None and step.problem.kind in CERTIFICATE_PROBLEMS
    return bad_certificate or any(fact.startswith("tls=") for fact in step.facts)
