"""Servers that misbehave: each ends in a problem of its own name, within its limit, and no login is ever tried."""

import re

import pytest

from tests.detection.servers import HOST, over_tls, plain_script
from tests.detection.world import RECEIVING, typed, world
from tests.mail.scripts import IMAP, POP3, SMTP
from tests.scripted import Script, ScriptedServer, dialogue, drip, flood, hear, reset, silence
from webapp.detection import prove
from webapp.detection.types import OutcomeKind
from webapp.mail.settings import Security
from webapp.net.problems import Field, ProblemKind

LIMIT_S = 0.6
LOGIN = re.compile(rb"\S+ (AUTHENTICATE|LOGIN)\b.*|(AUTH|USER|PASS|APOP)\b.*", re.IGNORECASE)

STRANGE: dict[str, tuple[Script, ProblemKind]] = {
    "silent": (silence, ProblemKind.SILENT),
    "reset": (reset, ProblemKind.CONNECTION_LOST),
    "babble": (dialogue(b"\x00\xff\xfe what?\r\n", hear(rb"(?s).*")), ProblemKind.WRONG_PROTOCOL),
    "endless line": (flood(b"x" * 4096), ProblemKind.LINE_TOO_LONG),
    "endless answer": (flood(b"* OK still here\r\n" * 256), ProblemKind.ANSWER_TOO_LONG),
    "a byte now and then": (drip(b"* OK " + b"x" * 1000, every_s=0.05), ProblemKind.SILENT),
    "another protocol": (plain_script(SMTP), ProblemKind.WRONG_PROTOCOL),
    "POP3": (plain_script(POP3), ProblemKind.WRONG_PROTOCOL),
    "a web server": (dialogue(b"HTTP/1.1 400 Bad Request\r\n\r\n", hear(rb"(?s).*")), ProblemKind.WRONG_PROTOCOL),
    "STARTTLS refused": (IMAP.up_to_tls(IMAP.tls_refused, silence), ProblemKind.STARTTLS_REFUSED),
    "STARTTLS injection": (
        IMAP.up_to_tls(b"{tag} OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", silence),
        ProblemKind.STARTTLS_INJECTION,
    ),
    "STARTTLS and then silence": (IMAP.up_to_tls(IMAP.tls_granted, silence), ProblemKind.SILENT),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_server_that_misbehaves_has_its_own_named_problem(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "CONNECT_LIMIT_S", LIMIT_S)
    script, kind = STRANGE[case]
    with ScriptedServer(script) as server, world(server) as here:
        outcome = here.detect(typed(server, Security.STARTTLS))

    problem = outcome.findings.incoming_problem
    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert problem is not None
    assert (problem.kind, problem.host, problem.port) == (kind, HOST, server.port)
    assert problem.field in (Field.INCOMING_PORT, Field.INCOMING_SECURITY)
    assert not [line for line in server.received if LOGIN.fullmatch(line)]


@pytest.mark.parametrize("case", STRANGE)
def test_a_server_that_misbehaves_holds_nobody_else_up(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "CONNECT_LIMIT_S", LIMIT_S)
    with ScriptedServer(STRANGE[case][0]) as strange, over_tls(IMAP) as good, world(strange, good) as here:
        here.offer(IMAP, strange, tls=False)
        here.offer(IMAP, good, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].settings.port == good.port
