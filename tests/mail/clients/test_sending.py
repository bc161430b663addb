"""One letter to many recipients: who has it, who was refused, and when it may have left."""

import pytest

from tests.certificates import server_context
from tests.mail.clients.opened import Client, Door
from tests.mail.scripts import SMTP
from tests.scripted import ScriptedServer, Turn, dialogue, hear, silence
from webapp.mail.clients.smtp import ENVELOPE_LIMIT_S, Smtp, refused_for_now
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind

ANNA, BORIS, VERA, NOBODY = (f"{name}@uspeh.example" for name in ("anna", "boris", "vera", "nobody"))
PELE = "Пеле@uspeh.example"
LETTER = b"From: anna@uspeh.example\r\nSubject: hi\r\n\r\n.dot\r\n"
ALL = b"250-hello\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n"
SENDER = (hear(rb"MAIL FROM:<anna@uspeh.example>.*"), b"250 ok\r\n")
DATA = (hear(rb"DATA"), b"354 go\r\n")
LETTER_HEARD = tuple(hear(line) for line in (rb"From: .*", rb"Subject: .*", rb"", rb"\.\.dot"))


def to(recipient: str, answer: bytes = b"250 ok\r\n") -> tuple[Turn, ...]:
    return hear(b"RCPT TO:<%s>" % recipient.encode()), answer


class Sending:
    """One letter under way to a scripted server."""

    def __init__(self, *turns: Turn, offers: bytes = ALL) -> None:
        script = dialogue(
            SMTP.greeting, hear(rb"EHLO \S+"), offers, hear(SMTP.plain_login), SMTP.logged_in, *turns, silence
        )
        self.server = ScriptedServer(script, tls=server_context())
        self.told = 0
        self.refused: dict[str, Problem] = {}

    def deliver(self, *recipients: str, sender: str = ANNA, letter: bytes = LETTER) -> None:
        """Hand the letter over; afterwards the server is still the same."""
        with self.server as server:
            Door(server, SMTP).used(lambda client: self._deliver(client, sender, recipients, letter))

    def problem(self, *recipients: str, sender: str = ANNA, letter: bytes = LETTER) -> Problem:
        """Return the problem that ends it."""
        with self.server as server:
            return Door(server, SMTP).problem(lambda client: self._deliver(client, sender, recipients, letter))

    def _deliver(self, client: Client, sender: str, recipients: tuple[str, ...], letter: bytes) -> None:
        assert isinstance(client, Smtp)
        self.refused = client.deliver(sender, recipients, letter, self._note)

    def _note(self) -> None:
        self.told += 1
        assert b"." not in self.server.received, "too late: the letter may be on its way"


def test_everybody_gets_the_letter_once() -> None:
    sending = Sending(
        hear(rb"MAIL FROM:<anna@uspeh.example> SIZE=%d" % (len(LETTER) + 1)),
        b"250 ok\r\n",
        *to(BORIS),
        *to(VERA, b"251 will forward\r\n"),
        *DATA,
        *LETTER_HEARD,
        hear(rb"\."),
        b"250 taken\r\n",
        hear(rb"QUIT"),
    )

    sending.deliver(BORIS, VERA, BORIS)

    assert (sending.refused, sending.told) == ({}, 1)


def test_the_refused_are_told_apart_and_the_others_get_the_letter() -> None:
    sending = Sending(
        *SENDER,
        *to(BORIS),
        *to(NOBODY, b"550 5.1.1 unknown\r\n"),
        *to(VERA, b"450 4.2.0 greylisted, try again later\r\n"),
        *DATA,
        *LETTER_HEARD,
        hear(rb"\."),
        b"250 taken\r\n",
    )

    sending.deliver(BORIS, NOBODY, VERA)

    assert sending.refused.keys() == {NOBODY, VERA}
    assert sending.refused[NOBODY].cause is Cause.RECIPIENT_UNKNOWN
    assert not refused_for_now(sending.refused[NOBODY])
    assert refused_for_now(sending.refused[VERA])


def test_where_all_are_refused_nothing_is_sent() -> None:
    sending = Sending(*SENDER, *to(NOBODY, b"550 5.1.1 unknown\r\n"), hear(rb"RSET"), b"250 ok\r\n")

    sending.deliver(NOBODY)

    assert (sending.refused.keys(), sending.told) == ({NOBODY}, 0)


@pytest.mark.parametrize(
    ("turns", "kind", "cause"),
    [
        (
            (
                hear(rb"MAIL FROM:.*"),
                b"553 5.7.1 <anna>: Sender address rejected: not owned by user\r\n",
                hear(rb"RSET"),
                b"250 ok\r\n",
            ),
            ProblemKind.SENDER_REFUSED,
            Cause.SENDER_NOT_OWNED,
        ),
        (
            (
                *SENDER,
                *to(BORIS, b"553 5.7.1 <anna>: Sender address rejected: not owned by user\r\n"),
                hear(rb"RSET"),
                b"250 ok\r\n",
            ),
            ProblemKind.SENDER_REFUSED,
            Cause.SENDER_NOT_OWNED,
        ),
        (
            (*SENDER, *to(BORIS, b"421 4.3.2 shutting down\r\n")),
            ProblemKind.SERVICE_UNAVAILABLE,
            Cause.SERVICE_UNAVAILABLE,
        ),
        (
            (*SENDER, *to(BORIS), hear(rb"DATA"), b"554 5.7.1 spam\r\n", hear(rb"RSET"), b"250 ok\r\n"),
            ProblemKind.LETTER_REFUSED,
            Cause.SPAM_REFUSED,
        ),
        ((*SENDER, *to(BORIS, b"what\r\n")), ProblemKind.UNEXPECTED_ANSWER, Cause.GENERAL),
        ((*SENDER, lambda peer: peer.close()), ProblemKind.CONNECTION_LOST, None),
    ],
    ids=["sender", "sender at the recipient", "goodbye", "letter", "nonsense", "end"],
)
def test_a_letter_that_does_not_leave_is_told_and_nobody_says_it_may_have_left(
    turns: tuple[Turn, ...], kind: ProblemKind, cause: Cause | None
) -> None:
    sending = Sending(*turns)

    problem = sending.problem(BORIS)

    assert (problem.kind, problem.cause, sending.told) == (kind, cause, 0)


@pytest.mark.parametrize(
    ("answer", "kind", "for_now"),
    [
        (b"552 5.3.4 too big\r\n", ProblemKind.LETTER_REFUSED, False),
        (b"451 4.7.1 later\r\n", ProblemKind.LETTER_REFUSED, True),
        (lambda peer: peer.close(), ProblemKind.CONNECTION_LOST, False),
    ],
)
def test_after_the_last_bytes_a_refusal_differs_from_silence(answer: Turn, kind: ProblemKind, for_now: bool) -> None:
    sending = Sending(*SENDER, *to(BORIS), *DATA, *LETTER_HEARD, hear(rb"\."), answer, hear(rb"RSET"), b"250 ok\r\n")

    problem = sending.problem(BORIS)

    assert (problem.kind, refused_for_now(problem), sending.told) == (kind, for_now, 1)


def test_an_answer_nobody_knows_counts_by_its_first_digit() -> None:
    answers = (*to(BORIS, b"252 cannot verify, will try\r\n"), *DATA, *LETTER_HEARD, hear(rb"\."), b"200 taken\r\n")
    sending = Sending(*SENDER, *answers)

    sending.deliver(BORIS)

    assert (sending.refused, sending.told) == ({}, 1)


def test_a_server_may_take_minutes_for_each_recipient() -> None:
    limits: list[float] = []
    entered: list[Smtp] = []
    sending = Sending(
        *SENDER,
        *to(BORIS)[:1],
        lambda peer: limits.append(entered[0].connected.timeout_s),
        b"250 ok\r\n",
        *DATA,
        *LETTER_HEARD,
        hear(rb"\."),
        b"250 ok\r\n",
    )

    def deliver(client: Client) -> None:
        assert isinstance(client, Smtp)
        entered.append(client)
        client.deliver(ANNA, [BORIS], LETTER, lambda: limits.append(client.connected.timeout_s))

    with sending.server as server:
        Door(server, SMTP).used(deliver)

    assert limits == [ENVELOPE_LIMIT_S, ENVELOPE_LIMIT_S]


def test_a_letter_nobody_could_note_does_not_leave() -> None:
    def fail() -> None:
        raise InterruptedError

    def use(client: Client) -> None:
        assert isinstance(client, Smtp)
        with pytest.raises(InterruptedError):
            client.deliver(ANNA, [BORIS], LETTER, fail)
        assert client.connected.closed

    sending = Sending(*SENDER, *to(BORIS), *DATA, *LETTER_HEARD, hear(rb".*"))
    with sending.server as server:
        Door(server, SMTP).used(use)
        assert server.wait_until_left()

    assert b"." not in server.received


def test_a_letter_bigger_than_the_server_takes_is_not_even_announced() -> None:
    sending = Sending()

    problem = sending.problem(BORIS, letter=b"Subject: x\r\n\r\n" + b"y" * 1000)

    assert (problem.kind, problem.cause) == (ProblemKind.LETTER_REFUSED, Cause.LETTER_TOO_BIG)


def test_international_addresses_and_letters_are_announced() -> None:
    sending = Sending(
        hear(rb"MAIL FROM:<anna@uspeh.example> SIZE=\d+ BODY=8BITMIME SMTPUTF8"),
        b"250 ok\r\n",
        *to(PELE),
        *DATA,
        hear("Subject: привет".encode()),
        hear(rb""),
        hear(rb"\."),
        b"250 ok\r\n",
    )

    sending.deliver(PELE, letter="Subject: привет\r\n\r\n".encode())

    assert sending.refused == {}


def test_an_international_recipient_of_a_plain_server_is_refused_by_ourselves() -> None:
    sending = Sending(
        *SENDER,
        *to(BORIS),
        *DATA,
        *LETTER_HEARD,
        hear(rb"\."),
        b"250 ok\r\n",
        offers=b"250-hello\r\n250 AUTH PLAIN\r\n",
    )

    sending.deliver(PELE, BORIS)

    assert {address: problem.kind for address, problem in sending.refused.items()} == {
        PELE: ProblemKind.RECIPIENT_REFUSED
    }


@pytest.mark.parametrize("address", ["boris@uspeh.example>\r\nRSET", "boris", "a\nb@uspeh.example"])
def test_no_address_ends_a_command(address: str) -> None:
    sending = Sending()

    sending.deliver(address)

    assert sending.refused.keys() == {address}
    assert sending.server.received[-1] == b"QUIT" or len(sending.server.received) == 2
