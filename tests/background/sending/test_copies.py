"""The copy in Sent: made once, tried again, given up and told; whatever becomes of it, the letter is not sent again."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.background.sending.outgoing import BORIS, Desk, after_login, smtp_server, whole_letter
from tests.certificates import server_context
from tests.mail.scripts import IMAP
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, Turn, dialogue, hear, reset, silence
from webapp.background.sending.copies import GIVEN_UP_AFTER, PROVIDERS_PAUSE
from webapp.background.work import NotYet
from webapp.mail.settings import Direction
from webapp.net.problems import ProblemKind
from webapp.storage.models import Account, OutgoingLetter, OutgoingState, Traffic
from webapp.storage.secrets import SecretBox

ABILITIES = (hear(rb"(?P<tag>\S+) CAPABILITY"), b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n{tag} OK done\r\n")
LOGIN = hear(rb"(?P<tag>\S+) (AUTHENTICATE|LOGIN) .*")
LISTED = (
    hear(rb"(?P<tag>\S+) LIST .*"),
    b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" "Sent Items"\r\n{tag} OK done\r\n',
)
OPENED = (
    hear(rb'(?P<tag>\S+) SELECT "?Sent Items"?'),
    b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n{tag} OK [READ-WRITE] done\r\n",
)


def searched(*uids: int) -> tuple[Turn, ...]:
    """Return the turns in which the letter is looked for, and found or not."""
    found = b"".join(b" %d" % uid for uid in uids)
    pattern = rb'(?P<tag>\S+) UID SEARCH SINCE \S+ HEADER "?Message-ID"? "?<[0-9a-f]{32}@uspeh\.example>"?'
    return hear(pattern), b"* SEARCH" + found + b"\r\n{tag} OK done\r\n"


def appended(answer: Turn = b"{tag} OK [APPENDUID 1 7] done\r\n") -> tuple[Turn, ...]:
    """Return the turns in which the letter is put there."""
    return (
        hear(rb'(?P<tag>\S+) APPEND "?Sent Items"? \(\\Seen\) "[^"]+" \{(?P<size>\d+)\}'),
        b"+ go\r\n",
        literal,
        answer,
    )


def literal(peer: Peer) -> None:
    """Take the turn of hearing a letter and the line end behind it."""
    peer.hear_bytes(int(peer.groups["size"]))
    assert peer.hear() == b""


def mailbox(*turns: Turn) -> Script:
    """Return a script of a mailbox that lets anna in, lists and opens its folders, and what comes then."""
    return dialogue(
        IMAP.greeting, *IMAP.abilities, LOGIN, IMAP.logged_in, *ABILITIES, *LISTED, *OPENED, *turns, silence
    )


def refusing_login() -> Script:
    return dialogue(IMAP.greeting, *IMAP.abilities, LOGIN, IMAP.refused, silence)


def imap_server(*scripts: Script) -> ScriptedServer:
    return ScriptedServer(*scripts, tls=server_context())


@pytest.fixture
def desk(engine: Engine, session: Session, box: SecretBox) -> Desk:
    return Desk(engine, session, box)


def look_again(desk: Desk, account: Account, *servers: ScriptedServer) -> None:
    """Send what is due, or find that it is not yet."""
    with suppress(NotYet):
        desk.send(account, *servers)


def sent_with(
    desk: Desk, *scripts: Script, clock: tuple[timedelta, ...] = (timedelta(),)
) -> tuple[OutgoingLetter, ScriptedServer, ScriptedServer]:
    """Send one letter, its mailbox played by these scripts; look after the copy at each of these times."""
    with smtp_server(after_login(*whole_letter(BORIS))) as smtp, imap_server(*scripts) as imap:
        account = desk.account(smtp, imap)
        letter = desk.write(account)
        for shift in clock:
            desk.clock.shift = shift
            look_again(desk, account, smtp, imap)
    assert smtp.connections == 1, "the letter is never sent again"
    assert letter.state is OutgoingState.SENT
    return letter, smtp, imap


def test_the_copy_is_put_into_the_folder_the_server_marks(desk: Desk) -> None:
    letter, smtp, imap = sent_with(desk, mailbox(*searched(), *appended()))

    assert (letter.kept_in_sent, letter.next_try_at, letter.problem) == (True, None, None)
    copy = next(data for data in imap.received if data.startswith(b"From: "))
    assert letter.message_id.encode() in copy
    body = [line for line in smtp.received[smtp.received.index(b"DATA") + 1 :]]
    assert copy.rstrip().split(b"\r\n") == body[: body.index(b".")]


def test_a_folder_is_made_where_there_is_none(desk: Desk) -> None:
    turns = (
        hear(rb"(?P<tag>\S+) LIST .*"),
        b'* LIST () "/" INBOX\r\n{tag} OK done\r\n',
        hear(rb'(?P<tag>\S+) CREATE "?Sent"?'),
        b"{tag} OK done\r\n",
        hear(rb'(?P<tag>\S+) SUBSCRIBE "?Sent"?'),
        b"{tag} OK done\r\n",
        hear(rb'(?P<tag>\S+) SELECT "?Sent"?'),
        b"* 0 EXISTS\r\n{tag} OK done\r\n",
        *searched(5),
    )
    script = dialogue(IMAP.greeting, *IMAP.abilities, LOGIN, IMAP.logged_in, *ABILITIES, *turns, silence)

    letter, _, _ = sent_with(desk, script)

    assert letter.kept_in_sent


def test_a_copy_whose_answer_was_lost_is_found_and_not_made_twice(desk: Desk) -> None:
    minutes = timedelta(minutes=2)

    letter, _, imap = sent_with(
        desk, mailbox(*searched(), *appended(reset)), mailbox(*searched(7)), clock=(timedelta(), minutes)
    )

    assert letter.kept_in_sent
    assert sum(b"APPEND" in line for line in imap.received) == 1


@pytest.mark.parametrize(
    "script",
    [
        mailbox(*searched(), *appended(b"{tag} NO [OVERQUOTA] full\r\n")),
        mailbox(reset),
        dialogue(reset),
    ],
    ids=["full", "broken", "away"],
)
def test_a_copy_that_fails_is_tried_again(desk: Desk, script: Script) -> None:
    letter, _, imap = sent_with(desk, script)

    assert not letter.kept_in_sent
    assert letter.problem is not None
    assert letter.next_try_at is not None
    assert letter.next_try_at > desk.clock()
    assert imap.connections == 1


def test_a_copy_that_fails_for_a_day_is_given_up_and_told(desk: Desk) -> None:
    script = mailbox(*searched(), *appended(b"{tag} NO [OVERQUOTA] full\r\n"))
    times = (timedelta(), timedelta(hours=12), GIVEN_UP_AFTER + timedelta(minutes=1), timedelta(days=3))

    letter, _, imap = sent_with(desk, script, clock=times)

    assert imap.connections == 3, "after a day nobody tries any more"
    assert (letter.kept_in_sent, letter.next_try_at) == (False, None)
    assert letter.problem is not None


def test_a_refused_login_is_not_tried_again(desk: Desk) -> None:
    letter, _, imap = sent_with(desk, refusing_login(), clock=(timedelta(), timedelta(hours=1)))

    assert imap.connections == 1
    assert letter.problem is not None
    assert letter.problem.kind is ProblemKind.LOGIN_REFUSED


def test_no_login_where_the_background_has_given_up_on_the_mailbox(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(BORIS))) as smtp, imap_server() as imap:
        account = desk.account(smtp, imap)
        desk.session.get_one(Traffic, (account.id, Direction.INCOMING)).refused = True
        desk.session.commit()
        letter = desk.write(account)
        look_again(desk, account, smtp, imap)

    assert imap.connections == 0
    assert (letter.state, letter.kept_in_sent) == (OutgoingState.SENT, False)


def test_a_provider_that_perhaps_keeps_a_copy_is_given_time(desk: Desk) -> None:
    mailboxes = (dialogue(reset), mailbox(*searched()), mailbox(*searched(3)))
    with smtp_server(after_login(*whole_letter(BORIS))) as smtp, imap_server(*mailboxes) as imap:
        account = desk.account(smtp, imap)
        letter = desk.write(account)
        desk.send(account, smtp, imap)
        assert account.outgoing is not None
        account.outgoing.host = "smtp.zoho.com"
        desk.session.commit()
        for shift in (timedelta(minutes=1, seconds=1), PROVIDERS_PAUSE + timedelta(seconds=1)):
            assert not letter.kept_in_sent
            desk.clock.shift = shift
            look_again(desk, account, smtp, imap)

    assert letter.kept_in_sent
    assert not any(b"APPEND" in line for line in imap.received)
