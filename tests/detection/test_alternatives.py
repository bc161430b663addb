"""What else was found is offered as a choice; half a result is one."""

from dataclasses import replace
from threading import Event

from tests.certificates import server_context
from tests.detection.servers import HOST, over_tls, plain_script
from tests.detection.world import RECEIVING, Telling, World, world
from tests.mail.scripts import IMAP, POP3, SMTP
from tests.net.loopback import closed_port
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.detection.types import Findings, OutcomeKind, ProvedServer
from webapp.mail.settings import Protocol
from webapp.net.problems import ProblemKind

PATIENT_S = 5.0


class Waking(Telling):
    """Lets a slow server go on as soon as the first usable result is shown."""

    def __init__(self, found: Event) -> None:
        super().__init__()
        self._found = found

    def findings(self, findings: Findings) -> None:
        super().findings(findings)
        if findings.incoming:
            self._found.set()


def slow_pop3(found: Event) -> ScriptedServer:
    """Return a POP3 server that greets only when another server has been found."""
    script = plain_script(POP3)

    def play(peer: Peer) -> None:
        found.wait(PATIENT_S)
        script(peer)

    return ScriptedServer(play, tls=server_context(HOST))


def found_by(here: World, alternatives_s: float) -> tuple[ProvedServer, ...]:
    here.surroundings = replace(here.surroundings, alternatives_s=alternatives_s)
    outcome = here.detect(RECEIVING)
    assert outcome.kind is OutcomeKind.FOUND
    return outcome.findings.incoming


def test_the_other_protocol_is_waited_for_where_a_person_chooses() -> None:
    found = Event()
    with over_tls(IMAP) as imap, slow_pop3(found) as pop3, world(imap, pop3) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(POP3, pop3, tls=True)
        here.telling = Waking(found)

        servers = found_by(here, PATIENT_S)

    assert [server.settings.protocol for server in servers] == [Protocol.IMAP, Protocol.POP3]
    assert len(here.telling.all_findings[0].incoming) == 1


def test_where_logins_follow_at_once_a_search_waits_for_no_alternatives() -> None:
    found = Event()
    with over_tls(IMAP) as imap, slow_pop3(found) as pop3, world(imap, pop3) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(POP3, pop3, tls=True)

        servers = found_by(here, 0.0)
        found.set()

    assert [server.settings.protocol for server in servers] == [Protocol.IMAP]


def test_sources_that_lost_are_not_waited_for() -> None:
    never = Event()
    with over_tls(IMAP) as imap, slow_pop3(never) as pop3, world(imap, pop3) as here:
        here.offer(IMAP, imap, tls=True)
        here.zone.add("mail.uspeh.test", "A", "127.0.0.1")

        servers = found_by(here, PATIENT_S)
        never.set()

    assert [server.settings.port for server in servers] == [imap.port]


def test_outgoing_without_incoming_is_half_a_result_with_the_reason_for_the_other_half() -> None:
    with over_tls(SMTP) as smtp, world(smtp) as here:
        here.offer(SMTP, smtp, tls=True)
        here.zone.add("_imaps._tcp.uspeh.test", "SRV", f"0 1 {closed_port()} {HOST}.")

        outcome = here.detect()

    assert outcome.kind is OutcomeKind.HALF_FOUND
    assert outcome.findings.outgoing[0].settings.port == smtp.port
    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert problem.kind in (ProblemKind.TARGET_REFUSED, ProblemKind.CONNECTION_REFUSED)
