"""Every step tells what was asked and what came back: in its own lines, in order, without the password."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from tests.certificates import server_context
from tests.detection.servers import HOST, LOGIN_OF, QUESTIONS_OF, over_tls, plain_script, refusing, responder
from tests.detection.test_verify_letter import SENDING
from tests.detection.verifying import SECRET, Verifying, knowing, logins, proved
from tests.detection.world import ADDRESS, RECEIVING, World, world
from tests.mail.echoes import ECHOES
from tests.mail.overhearing import assert_absent
from tests.mail.scripts import IMAP, POP3, SMTP
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.detection.engine import detect
from webapp.detection.ladder import FIRST_KEPT, LAST_KEPT
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.steps import Step
from webapp.detection.types import Consent, Entered, Outcome, OutcomeKind
from webapp.detection.verify import Verification, verify
from webapp.mail.keeping import KeptSessions
from webapp.mail.settings import Credentials, Direction
from webapp.mail.transcript import Speaker

US, SERVER, NOTE = Speaker.US, Speaker.SERVER, Speaker.NOTE
HIDDEN = "•••"
FOLDERS = (
    (rb"(?P<tag>\S+) LIST .*", b'* LIST (\\Junk) "/" Junk\r\n{tag} OK listed\r\n'),
    (rb"(?P<tag>\S+) SELECT .*", b"{tag} OK opened\r\n"),
    (rb"(?P<tag>\S+) NOOP", b"{tag} OK\r\n"),
    (rb"(?P<tag>\S+) UID SEARCH .*", b"* SEARCH 7\r\n{tag} OK found\r\n"),
    (rb"(?P<tag>\S+) (UID STORE|EXPUNGE).*", b"{tag} OK done\r\n"),
)


class Letterbox:
    """What an SMTP server has taken, for a POP3 server to show."""

    def __init__(self) -> None:
        self.headers: list[bytes] = []

    def take(self, peer: Peer) -> None:
        """Take a letter."""
        peer.say(b"354 go on\r\n")
        while (line := peer.hear()) != b".":
            self.headers.append(line)
        peer.say(b"250 2.0.0 taken\r\n")

    def show(self, peer: Peer) -> None:
        """Show the header."""
        peer.say(b"+OK\r\n" + b"\r\n".join(self.headers[: self.headers.index(b"")]) + b"\r\n\r\n.\r\n")


def lines(step: Step) -> list[tuple[Speaker, str]]:
    return [(one.speaker, one.words) for one in step.transcript]


def said(step: Step) -> list[str]:
    return [one.words for one in step.transcript if one.speaker is not NOTE]


def notes(step: Step) -> tuple[str, ...]:
    return tuple(one.words for one in step.transcript if one.speaker is NOTE)


def assert_no_secret(steps: Iterable[Step]) -> None:
    assert_absent(SECRET, [words for step in steps for words in (repr(step.problem), *said(step), *step.facts)])


def search_then_prove(imap: ScriptedServer, smtp: ScriptedServer) -> dict[str, Step]:
    """Search and prove over the connections of the search, with a letter; return the steps."""

    async def run(here: World) -> None:
        async with KeptSessions() as kept:
            surroundings = replace(here.surroundings, kept=kept)
            found = (await detect(Entered(ADDRESS), Consent(), surroundings, here.telling)).findings
            incoming, outgoing = (found.chosen(direction) for direction in Direction)
            verification = Verification(ADDRESS, "Анна", incoming, outgoing, Credentials(SECRET))
            outcome = await verify(verification, surroundings, RefusalsInMemory(), here.telling)
        assert outcome.kind is OutcomeKind.FOUND

    with world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)
        asyncio.run(run(here))
        return here.telling.steps


def test_each_step_of_one_connection_hears_its_own_part_of_it() -> None:
    box = Letterbox()
    with over_tls(IMAP, *FOLDERS) as imap, over_tls(SMTP, *SENDING, (rb"DATA", box.take)) as smtp:
        steps = search_then_prove(imap, smtp)

    assert (imap.connections, smtp.connections) == (1, 1)
    probe = steps[f"probe:imap:{HOST}:{imap.port}:tls"]
    assert lines(probe) == [
        (NOTE, "name"),
        (NOTE, "address=127.0.0.1"),
        (NOTE, "port"),
        (NOTE, "tls=TLSv1.3"),
        (SERVER, "* OK ready"),
        (NOTE, "greeting"),
        (US, "M1 CAPABILITY"),
        (SERVER, "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN"),
        (SERVER, "M1 OK done"),
        (NOTE, "abilities=PLAIN LOGIN"),
    ]
    login = steps["verify:incoming"]
    assert login.facts == notes(login) == (*probe.facts, "login=password-cleartext")
    assert said(login) == [f"M2 AUTHENTICATE PLAIN {HIDDEN}", "M2 OK in"]
    assert said(steps["verify:outgoing"]) == [f"AUTH PLAIN {HIDDEN}", "235 2.7.0 in"]
    assert_no_secret(steps.values())


def test_the_letter_and_its_arrival_tell_how_far_they_are() -> None:
    box = Letterbox()
    with over_tls(IMAP, *FOLDERS) as imap, over_tls(SMTP, *SENDING, (rb"DATA", box.take)) as smtp:
        steps = search_then_prove(imap, smtp)

    letter, arrival = steps["verify:letter"], steps["verify:arrival"]
    assert letter.facts == ("sender", "recipient", "handed-over")
    assert said(letter) == [
        f"MAIL FROM:<{ADDRESS}>",
        "250 ok",
        f"RCPT TO:<{ADDRESS}>",
        "250 ok",
        "DATA",
        "354 go on",
        "250 2.0.0 taken",
    ]
    assert notes(letter)[:-1] == letter.facts
    assert notes(letter)[-1].startswith("letter=")
    assert arrival.facts == ("folder", "removed")
    assert notes(arrival) == ("folder", "removed")
    assert [words.split(" ", 1)[1] for words in said(arrival) if words.startswith("M")][:4] == [
        "CAPABILITY",
        "OK done",
        'LIST "" "*"',
        "OK listed",
    ]
    assert said(arrival)[-1].endswith("OK done")


def test_a_second_look_into_a_pop3_mailbox_logs_in_as_quietly_as_the_first() -> None:
    box = Letterbox()
    letters = ((rb"STAT", b"+OK 1 700\r\n"), (rb"TOP 1 0", box.show), (rb"DELE 1", b"+OK gone\r\n"))
    with over_tls(POP3, *letters) as pop3, over_tls(SMTP, *SENDING, (rb"DATA", box.take)) as smtp:
        check = Verifying(pop3, smtp)
        check.run(logins(proved(pop3, POP3), proved(smtp, SMTP), letter=True))

    arrival = check.telling.steps["verify:arrival"]
    assert arrival.facts == ("folder", "removed")
    assert said(arrival)[:2] == ["QUIT", "+OK"]
    assert f"AUTH PLAIN {HIDDEN}" in said(arrival)
    assert notes(arrival)[1].startswith("lines=")
    assert not any("Subject" in words or "Message-ID" in words for words in said(arrival))
    assert_no_secret(check.telling.steps.values())


def test_both_names_that_are_tried_are_told() -> None:
    with knowing("anna", IMAP) as imap:
        check = Verifying(imap)
        check.run(logins(proved(imap, IMAP, fixed=False), None))

    step = check.telling.steps["verify:incoming"]
    assert [words.split(" ", 1)[1] for words in said(step) if "AUTHENTICATE" in words or " NO " in words] == [
        f"AUTHENTICATE PLAIN {HIDDEN}",
        "NO [AUTHENTICATIONFAILED] no",
        f"AUTHENTICATE PLAIN {HIDDEN}",
    ]
    assert notes(step)[-2:] == ("local-part", "login=password-cleartext")
    assert step.facts == notes(step)


def test_every_address_that_shares_a_server_has_its_own_envelope() -> None:
    box = Letterbox()
    answers = (*SENDING, (rb"DATA", box.take), (rb"RSET", b"250 forgotten\r\n"))
    with over_tls(SMTP, *answers) as smtp:
        check = Verifying(smtp)
        others = ("boris@uspeh.test", "vera@uspeh.test")
        check.run(logins(None, proved(smtp, SMTP), letter=True, for_receiving=False, sharing=others))

    for address in others:
        assert said(check.telling.steps[f"verify:sharing:{address}"]) == [
            f"MAIL FROM:<{address}>",
            "250 ok",
            f"RCPT TO:<{ADDRESS}>",
            "250 ok",
            "RSET",
            "250 forgotten",
        ]


def test_a_refusal_that_repeats_the_password_tells_it_nowhere() -> None:
    pattern, refusal = refusing(IMAP)
    alerts = b"".join(b"* OK [ALERT] you said %s\r\n" % echo(SECRET).encode() for echo in ECHOES.values())
    with over_tls(IMAP, (pattern, alerts + refusal)) as imap:
        check = Verifying(imap)
        outcome = check.run(logins(proved(imap, IMAP), None))

    step = check.telling.steps["verify:incoming"]
    assert len(said(step)) > len(ECHOES)
    assert_no_secret(check.telling.steps.values())
    assert_absent(SECRET, [repr(outcome)])


def test_a_greeting_that_repeats_the_password_of_the_conversation_before_tells_it_nowhere() -> None:
    box = Letterbox()
    greeting = b"+OK once more " + ", ".join(echo(SECRET) for echo in ECHOES.values()).encode() + b"\r\n"
    letters = ((rb"STAT", b"+OK 1 700\r\n"), (rb"TOP 1 0", box.show), (rb"DELE 1", b"+OK gone\r\n"))
    again = responder(greeting, *letters, *QUESTIONS_OF[POP3], LOGIN_OF[POP3][:2])
    twice = ScriptedServer(plain_script(POP3), again, tls=server_context(HOST))
    with twice as pop3, over_tls(SMTP, *SENDING, (rb"DATA", box.take)) as smtp:
        check = Verifying(pop3, smtp)
        check.run(logins(proved(pop3, POP3), proved(smtp, SMTP), letter=True))

    assert any(words.startswith(f"+OK once more {HIDDEN}") for words in said(check.telling.steps["verify:arrival"]))
    assert_no_secret(check.telling.steps.values())


def test_a_long_conversation_keeps_its_beginning_and_its_end() -> None:
    listed = b"".join(b"250-X-%d\r\n" % number for number in range(200)) + b"250 AUTH PLAIN\r\n"
    with ScriptedServer(
        responder(SMTP.greeting, (rb"EHLO \S+", b"250-hello\r\n" + listed), LOGIN_OF[SMTP][:2], QUESTIONS_OF[SMTP][1]),
        tls=server_context(HOST),
    ) as smtp:
        check = Verifying(smtp)
        check.run(logins(None, proved(smtp, SMTP)))

    step = check.telling.steps["verify:outgoing"]
    assert len(step.transcript) == FIRST_KEPT + 1 + LAST_KEPT
    assert step.transcript[FIRST_KEPT].words.startswith("omitted=")
    assert said(step)[0] == "220 ready"
    assert said(step)[-2:] == [f"AUTH PLAIN {HIDDEN}", "235 2.7.0 in"]
    assert step.facts[:2] == ("name", "address=127.0.0.1")


def test_nothing_is_told_of_a_step_that_is_over() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)
        here.detect(RECEIVING)
        assert imap.wait_until_left()

    assert imap.received[-1].endswith(b"LOGOUT")
    assert not any("LOGOUT" in words for step in here.telling.steps.values() for words in said(step))


def test_sources_tell_what_they_asked_and_what_came_back() -> None:
    with ScriptedServer(plain_script(IMAP), tls=server_context(HOST)) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)
        here.zone.add("uspeh.test", "MX", "10 mx.uspeh.test.")
        outcome: Outcome = here.detect(RECEIVING)

    steps = here.telling.steps
    assert outcome.kind is OutcomeKind.FOUND
    assert (US, "SRV _imaps._tcp.uspeh.test") in lines(steps["source:srv"])
    assert (SERVER, f"_imaps._tcp.uspeh.test SRV 0 1 {imap.port} {HOST}") in lines(steps["source:srv"])
    assert (SERVER, "_pop3s._tcp.uspeh.test SRV NXDOMAIN") in lines(steps["source:srv"])
    assert lines(steps["source:mx"])[:2] == [(US, "MX uspeh.test"), (SERVER, "uspeh.test MX 10 mx.uspeh.test")]
    assert said(steps["source:autoconfig"]) == ["GET https://autoconfig.uspeh.test/mail/config-v1.1.xml"]
    assert said(steps["source:provider-table"]) == ["uspeh.test"]


def test_a_row_of_the_table_and_a_colleagues_servers_are_named() -> None:
    with world() as here:
        here.detect(Entered("anna@yandex.ru", for_sending=False))

    assert said(here.telling.steps["source:provider-table"])[0] == "yandex.ru"
    assert len(said(here.telling.steps["source:provider-table"])) == 2
