"""The logins and the trial letter against scripted servers: who gets the password, how often, and what is said."""

import asyncio
import base64
from dataclasses import replace

import pytest

from tests.certificates import self_signed, server_context, untrusted
from tests.detection.world import ADDRESS, HOST, Telling, over_tls, plain_script, refusing, world
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, silence
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.types import Consent, Outcome, OutcomeKind, ProvedServer, Source, Step, StepState
from webapp.detection.verify import Verification, verify
from webapp.mail.settings import AuthMethod, Credentials, Protocol, Security, ServerSettings
from webapp.net.problems import Field, ProblemKind

SECRET = "tri-medvedya-17"
PROTOCOLS = {IMAP: Protocol.IMAP, POP3: Protocol.POP3, SMTP: Protocol.SMTP}
LOGIN_OF = {
    IMAP: rb"(?P<tag>\S+) AUTHENTICATE PLAIN (?P<said>\S+)",
    POP3: rb"AUTH PLAIN (?P<said>\S+)",
    SMTP: rb"AUTH PLAIN (?P<said>\S+)",
}
ANSWERS_OF = {
    IMAP: (b"{tag} OK in\r\n", b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", b"{tag} NO [UNAVAILABLE] later\r\n"),
    POP3: (b"+OK in\r\n", b"-ERR [AUTH] no\r\n", b"-ERR [SYS/TEMP] later\r\n"),
    SMTP: (b"235 in\r\n", b"535 5.7.8 no\r\n", b"454 4.7.0 later\r\n"),
}


def proved(server: ScriptedServer, speech: Speech, *, username: str = ADDRESS, fixed: bool = True) -> ProvedServer:
    settings = ServerSettings(PROTOCOLS[speech], HOST, server.port, Security.TLS, username)
    return ProvedServer(settings, Source.AUTOCONFIG, True, "uspeh.test", username_fixed=fixed)


def temporary(speech: Speech) -> tuple[bytes, bytes]:
    return LOGIN_OF[speech], ANSWERS_OF[speech][2]


def knowing(name: str, speech: Speech) -> ScriptedServer:
    """Return a server that lets in one name only."""
    welcome, refusal, _ = ANSWERS_OF[speech]

    def play(peer: Peer) -> None:
        peer.say(speech.greeting)
        while True:
            line = peer.hear()
            words = line.split()
            tag = words[0] if speech is IMAP else b""
            if words[-2:-1] == [b"PLAIN"]:
                right = base64.b64decode(words[-1]).split(b"\0")[1].decode() == name
                peer.say((welcome if right else refusal).replace(b"{tag}", tag))
            else:
                peer.say(abilities(speech, line, tag))

    return ScriptedServer(play, tls=server_context(HOST))


def abilities(speech: Speech, line: bytes, tag: bytes) -> bytes:
    if line.upper().endswith((b"LOGOUT", b"QUIT")):
        return {IMAP: b"* BYE\r\n" + tag + b" OK\r\n", POP3: b"+OK\r\n", SMTP: b"221 bye\r\n"}[speech]
    return {
        IMAP: b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n" + tag + b" OK done\r\n",
        POP3: b"+OK\r\nSASL PLAIN\r\n.\r\n",
        SMTP: b"250-hello\r\n250 AUTH PLAIN\r\n",
    }[speech]


def names_tried(server: ScriptedServer) -> list[str]:
    """Return the login names a server heard, in order."""
    said = [line.split()[-1] for line in server.received if b" PLAIN " in line]
    return [base64.b64decode(word).split(b"\0")[1].decode() for word in said]


class Verifying:
    """One verification and everything around it."""

    def __init__(self, *servers: ScriptedServer) -> None:
        self.servers = servers
        self.ledger = RefusalsInMemory()
        self.telling = Telling()

    def run(self, verification: Verification) -> Outcome:
        with world(*self.servers) as here:

            async def work() -> Outcome:
                outcome = await verify(verification, here.surroundings, self.ledger, self.telling)
                assert here.surroundings.network.open_streams == 0
                assert len(asyncio.all_tasks()) == 1
                return outcome

            return asyncio.run(work())


def logins(incoming: ProvedServer | None, outgoing: ProvedServer | None, **more: object) -> Verification:
    given = Verification(ADDRESS, "Анна", incoming, outgoing, Credentials(SECRET), letter=False)
    return replace(given, **more)  # type: ignore[arg-type]


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


@pytest.mark.parametrize("security", [Security.TLS, Security.NONE])
def test_a_host_nobody_agreed_to_is_not_even_called(security: Security) -> None:
    with over_tls(IMAP) as imap:
        check = Verifying(imap)
        server = proved(imap, IMAP)
        doubtful = replace(server, trusted=False, settings=replace(server.settings, security=security))

        outcome = check.run(logins(doubtful, None))

    expected = ProblemKind.HOST_NOT_CONSENTED if security is Security.TLS else ProblemKind.PLAIN_NOT_CONSENTED
    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is expected
    assert imap.connections == 0


def test_an_agreed_plain_login_goes_through() -> None:
    with ScriptedServer(plain_script(IMAP)) as imap:
        check = Verifying(imap)
        server = proved(imap, IMAP)
        plain = replace(server, settings=replace(server.settings, security=Security.NONE))

        outcome = check.run(logins(plain, None, consent=Consent(plain_hosts=frozenset({f"{HOST}:{imap.port}"}))))

    assert outcome.kind is OutcomeKind.FOUND


def test_a_certificate_that_turned_bad_gets_no_password() -> None:
    with ScriptedServer(plain_script(IMAP), tls=untrusted(HOST)) as imap:
        outcome = Verifying(imap).run(logins(proved(imap, IMAP), None))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.field is Field.INCOMING_SECURITY
    assert names_tried(imap) == []


def test_another_certificate_than_the_pinned_one_gets_no_password() -> None:
    with ScriptedServer(plain_script(IMAP), tls=self_signed()) as imap:
        pin = "0" * 64
        pinned = replace(proved(imap, IMAP), pinned_sha256=pin)
        consent = Consent(pins={f"{HOST}:{imap.port}": pin})

        outcome = Verifying(imap).run(logins(pinned, None, consent=consent))

    assert outcome.incoming_problem is not None
    assert outcome.incoming_problem.kind is ProblemKind.CERTIFICATE_CHANGED
    assert names_tried(imap) == []


def test_each_server_gets_its_own_secret() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP, refusing(SMTP)) as smtp:
        check = Verifying(imap, smtp)
        both = Credentials(SECRET, outgoing="drugoy-klyuch-18")

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP), credentials=both))

    heard = b"".join(base64.b64decode(line.split()[-1]) for line in smtp.received if b" PLAIN " in line)
    assert b"drugoy-klyuch-18" in heard
    assert SECRET.encode() not in heard
    assert outcome.outgoing_problem is not None
    assert outcome.outgoing_problem.field is Field.OUTGOING_SECRET


class WaitingFor(Telling):
    """A report that rings when a step has come to a state."""

    def __init__(self, key: str, state: StepState) -> None:
        super().__init__()
        self.rung = asyncio.Event()
        self._wanted = (key, state)

    def step(self, step: Step) -> None:
        """Take a step."""
        super().step(step)
        if (step.key, step.state) == self._wanted:
            self.rung.set()


async def stopped(run: "asyncio.Task[Outcome]", rung: asyncio.Event) -> None:
    """Cancel a run when the bell has rung."""
    await rung.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert len(asyncio.all_tasks()) == 1


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


def test_stopping_after_the_letter_was_handed_over_says_that_it_may_remain() -> None:
    def never_answering(peer: Peer) -> None:
        peer.say(b"354 go on\r\n")
        while peer.hear() != b".":
            pass
        handed_over()
        peer.keep_silent()

    telling = Telling()
    with over_tls(SMTP, *SENDING, (rb"DATA", never_answering)) as smtp, world(smtp) as here:
        loop = asyncio.new_event_loop()
        rung = asyncio.Event()

        def handed_over() -> None:
            loop.call_soon_threadsafe(rung.set)

        async def work() -> None:
            verification = logins(None, proved(smtp, SMTP), letter=True, for_receiving=False)
            run = asyncio.create_task(verify(verification, here.surroundings, RefusalsInMemory(), telling))
            await stopped(run, rung)

        try:
            loop.run_until_complete(work())
        finally:
            loop.close()

    assert telling.states()["verify:letter"] is StepState.WARNING
    assert "handed-over" in telling.steps["verify:letter"].facts


SENDING = (
    (rb"MAIL FROM:.*", b"250 ok\r\n"),
    (rb"RCPT TO:.*", b"250 ok\r\n"),
)


def taking_letters(answer: bytes) -> Script:
    """Return the answer to DATA: the letter is heard and judged."""

    def take(peer: Peer) -> None:
        peer.say(b"354 go on\r\n")
        while peer.hear() != b".":
            pass
        peer.say(answer)

    return take


def test_a_sending_account_sends_to_itself_and_does_not_look() -> None:
    with over_tls(SMTP, *SENDING, (rb"DATA", taking_letters(b"250 taken\r\n"))) as smtp:
        check = Verifying(smtp)

        outcome = check.run(logins(None, proved(smtp, SMTP), letter=True, for_receiving=False))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.letter_problem is None
    assert [line for line in smtp.received if line.upper().startswith((b"MAIL", b"RCPT"))][1].startswith(
        f"RCPT TO:<{ADDRESS}>".encode()
    )
    assert check.telling.states("verify:") == {"verify:outgoing": StepState.OK, "verify:letter": StepState.OK}
    assert "handed-over" in check.telling.steps["verify:letter"].facts


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (((rb"MAIL FROM:.*", b"550 5.7.1 no\r\n"),), ProblemKind.SENDER_REFUSED),
        ((SENDING[0], (rb"RCPT TO:.*", b"452 4.2.2 full\r\n")), ProblemKind.RECIPIENT_REFUSED),
        ((*SENDING, (rb"DATA", taking_letters(b"554 5.7.1 spam\r\n"))), ProblemKind.LETTER_REFUSED),
    ],
)
def test_a_letter_the_server_does_not_take_proves_nothing(
    answers: tuple[tuple[bytes, bytes | Script], ...], kind: ProblemKind
) -> None:
    with over_tls(SMTP, *answers) as smtp:
        outcome = Verifying(smtp).run(logins(None, proved(smtp, SMTP), letter=True, for_receiving=False))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.letter_problem is not None
    assert outcome.letter_problem.kind is kind
    assert outcome.letter_problem.server_said


def test_a_receiving_account_logs_in_and_sends_nothing() -> None:
    with over_tls(IMAP) as imap:
        check = Verifying(imap)

        outcome = check.run(logins(proved(imap, IMAP), None, letter=True))

    assert outcome.kind is OutcomeKind.FOUND
    assert check.telling.states("verify:") == {"verify:incoming": StepState.OK}


def test_no_letter_goes_out_when_one_login_failed() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap, over_tls(SMTP) as smtp:
        check = Verifying(imap, smtp)

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP), letter=True))

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert "verify:letter" not in check.telling.steps
    assert not [line for line in smtp.received if line.upper().startswith(b"MAIL")]


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


def test_neither_the_steps_nor_the_outcome_hold_the_secret() -> None:
    repeating = f"{SECRET} is wrong".encode()
    with over_tls(IMAP, (LOGIN_OF[IMAP], b"{tag} NO [AUTHENTICATIONFAILED] " + repeating + b"\r\n")) as imap:
        check = Verifying(imap)
        verification = logins(proved(imap, IMAP), None)

        outcome = check.run(verification)

    assert SECRET not in repr(verification)
    assert SECRET not in repr(outcome)
    assert SECRET not in repr(check.telling.steps)
