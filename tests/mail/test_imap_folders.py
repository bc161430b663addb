"""An IMAP conversation after the login: folders, finding and removing a letter."""

import pytest

from tests.certificates import server_context
from tests.mail.scripts import ASCII_SECRET, IMAP, USERNAME, problem_of, with_session
from tests.scripted import ScriptedServer, Turn, dialogue, hear, silence
from webapp.mail.imap import ImapSession
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod
from webapp.net.problems import ProblemKind

MESSAGE_ID = "<trial.1@uspeh.example>"


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET)


def capabilities(listed: bytes) -> tuple[Turn, ...]:
    return hear(rb"(?P<tag>\S+) CAPABILITY"), b"* CAPABILITY IMAP4rev1 " + listed + b"\r\n{tag} OK done\r\n"


async def logged_in(session: AnySession) -> ImapSession:
    await log_in(session)
    assert isinstance(session, ImapSession)
    return session


def after_login(*turns: Turn, capability: bytes = b"") -> ScriptedServer:
    """Return a server that has logged us in and told what it can do now."""
    login = (hear(rb"(?P<tag>\S+) LOGIN .*"), b"{tag} OK [CAPABILITY IMAP4rev1 " + capability + b"] in\r\n")
    return ScriptedServer(dialogue(IMAP.greeting, *capabilities(b""), *login, *turns), tls=server_context())


async def junk_of(session: AnySession) -> str | None:
    return await (await logged_in(session)).special_folder(r"\Junk")


def test_the_folder_marked_as_junk_is_asked_for_alone_where_the_server_can() -> None:
    listed = b'* LIST (\\HasNoChildren \\Junk) "/" "&BCEEPwQwBDw-"\r\n{tag} OK done\r\n'
    turns = (hear(rb'(?P<tag>\S+) LIST \(SPECIAL-USE\) "" "\*"'), listed)
    with after_login(*turns, capability=b"SPECIAL-USE LIST-EXTENDED") as server:
        assert with_session(server, IMAP, junk_of) == "Спам"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b'* LIST (\\Junk) "." {4}\r\nBulk\r\n* LIST () "." INBOX.Spam\r\n', "Bulk"),
        (b'* LIST () "." INBOX\r\n* LIST () "." "INBOX.Junk E-mail"\r\n', "INBOX.Junk E-mail"),
        (b'* LIST (\\Noselect) "/" Spam\r\n* LIST () NIL spam\r\n', "spam"),
        (b'* LIST () "/" INBOX\r\n* LIST ()\r\n* LIST x y z\r\n', None),
    ],
)
def test_without_a_mark_the_usual_names_stand_for_it(lines: bytes, expected: str | None) -> None:
    with after_login(hear(rb'(?P<tag>\S+) LIST "" "\*"'), lines + b"{tag} OK done\r\n") as server:
        assert with_session(server, IMAP, junk_of) == expected


def test_a_folder_that_cannot_be_opened_is_told() -> None:
    async def use(session: AnySession) -> None:
        await (await logged_in(session)).select("Спам")

    with after_login(hear(rb'(?P<tag>\S+) SELECT "&BCEEPwQwBDw-"'), b"{tag} NO no such folder\r\n") as server:
        problem = problem_of(server, IMAP, use)

    assert problem.kind is ProblemKind.FOLDER_REFUSED
    assert problem.server_said == "NO no such folder"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"* SEARCH 7 3\r\n", (3, 7)),
        (b"* 5 EXISTS\r\n* SEARCH\r\n", ()),
        (b"", ()),
        (b"* SEARCH 99999999999999999999 -1 x 4\r\n", (4,)),
    ],
)
def test_a_letter_is_found_by_its_message_id(lines: bytes, expected: tuple[int, ...]) -> None:
    async def use(session: AnySession) -> tuple[int, ...]:
        return await (await logged_in(session)).find(MESSAGE_ID)

    turns = (
        hear(rb"(?P<tag>\S+) NOOP"),
        b"* 5 EXISTS\r\n{tag} OK\r\n",
        hear(rb'(?P<tag>\S+) UID SEARCH HEADER Message-ID "<trial.1@uspeh.example>"'),
        lines + b"{tag} OK done\r\n",
    )
    with after_login(*turns) as server:
        assert with_session(server, IMAP, use) == expected


STORE = (hear(rb"(?P<tag>\S+) UID STORE 3,7 \+FLAGS.SILENT \(\\Deleted\)"), b"{tag} OK\r\n")


async def delete(session: AnySession) -> bool:
    return await (await logged_in(session)).delete((3, 7))


def test_only_our_letters_are_expunged_where_the_server_can() -> None:
    turns = (*STORE, hear(rb"(?P<tag>\S+) UID EXPUNGE 3,7"), b"{tag} OK\r\n")
    with after_login(*turns, capability=b"UIDPLUS") as server:
        assert with_session(server, IMAP, delete)


def test_everything_marked_is_expunged_only_if_it_is_ours() -> None:
    search = hear(rb"(?P<tag>\S+) UID SEARCH DELETED")
    with after_login(
        *STORE, search, b"* SEARCH 3 7\r\n{tag} OK\r\n", hear(rb"(?P<tag>\S+) EXPUNGE"), b"{tag} OK\r\n"
    ) as server:
        assert with_session(server, IMAP, delete)
    with after_login(*STORE, search, b"* SEARCH 3 5 7\r\n{tag} OK\r\n", silence) as server:
        assert not with_session(server, IMAP, delete)


def test_what_a_server_can_do_is_asked_again_after_the_login() -> None:
    login = (hear(rb"(?P<tag>\S+) LOGIN .*"), b"{tag} OK in\r\n")
    turns = (*capabilities(b""), *login, *capabilities(b"UIDPLUS"), *STORE)
    expunge = (hear(rb"(?P<tag>\S+) UID EXPUNGE 3,7"), b"{tag} OK\r\n")
    with ScriptedServer(dialogue(IMAP.greeting, *turns, *expunge), tls=server_context()) as server:
        assert with_session(server, IMAP, delete)


def test_a_literal_larger_than_any_answer_is_refused() -> None:
    with after_login(hear(rb'(?P<tag>\S+) LIST "" "\*"'), b"* LIST () NIL {999999999}\r\n", silence) as server:
        assert problem_of(server, IMAP, junk_of).kind is ProblemKind.ANSWER_TOO_LONG


def test_a_response_of_endless_literals_is_refused() -> None:
    lines = b"* LIST () NIL" + b" {1}\r\nx" * 50 + b"\r\n"
    with after_login(hear(rb'(?P<tag>\S+) LIST "" "\*"'), lines, silence) as server:
        assert problem_of(server, IMAP, junk_of).kind is ProblemKind.ANSWER_TOO_LONG


def test_a_broken_list_is_a_problem_of_this_server() -> None:
    with after_login(hear(rb'(?P<tag>\S+) LIST "" "\*"'), b"* LIST ((( \r\n{tag} OK\r\n", silence) as server:
        problem = problem_of(server, IMAP, junk_of)

    assert problem.kind is ProblemKind.UNEXPECTED_ANSWER
    assert problem.host == "127.0.0.1"
