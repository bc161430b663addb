"""The libraries against real servers: Dovecot and Postfix of the lab, over connections of ours."""

import pytest

from tests.lab.lab import Lab
from tests.mail.test_real_servers import ENDPOINTS, INCOMING, OUTGOING, network_of
from webapp.mail.clients.access import Access, Connections
from webapp.mail.clients.imap import open_imap
from webapp.mail.clients.pop3 import open_pop3
from webapp.mail.clients.smtp import open_smtp
from webapp.mail.sessions import Endpoint
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind, Trouble

OPEN = {Protocol.IMAP: open_imap, Protocol.POP3: open_pop3, Protocol.SMTP: open_smtp}
IMAP = Endpoint(Protocol.IMAP, INCOMING, 993, Security.TLS)
POP3 = Endpoint(Protocol.POP3, INCOMING, 995, Security.TLS)
SMTP = Endpoint(Protocol.SMTP, OUTGOING, 465, Security.TLS)
STRICT = Endpoint(Protocol.SMTP, "smtp.strict.test", 465, Security.TLS)  # its people send as themselves only
FOLDER = "Счета & акты.2026"
LETTER = b"From: anna@uspeh.test\r\nTo: boris@uspeh.test\r\nSubject: hi\r\n\r\n.one dot\r\n..two\r\n"


def access_to(lab: Lab, endpoint: Endpoint, address: str, method: AuthMethod = AuthMethod.PASSWORD_CLEARTEXT) -> Access:
    mailbox = lab.mailbox(address)
    settings = ServerSettings(
        endpoint.protocol, endpoint.host, endpoint.port, endpoint.security, mailbox.address, (method,)
    )
    return Access(settings, mailbox.password)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: str(endpoint.port))
@pytest.mark.parametrize("person", ["anna", "vera"])
@pytest.mark.parametrize("method", [AuthMethod.PASSWORD_CLEARTEXT, AuthMethod.PASSWORD_ENCRYPTED])
def test_people_get_in(lab: Lab, endpoint: Endpoint, person: str, method: AuthMethod) -> None:
    network, connections, mark = network_of(lab), Connections(), lab.mark()

    with OPEN[endpoint.protocol](
        network, access_to(lab, endpoint, f"{person}@uspeh.test", method), connections
    ) as client:
        assert client.noop()
        assert len(connections) == network.open_streams == 1

    assert len(connections) == network.open_streams == 0
    assert lab.refused_logins(mark) == []


def test_a_letter_goes_into_a_folder_with_a_russian_name_and_comes_out(lab: Lab) -> None:
    with open_imap(network_of(lab), access_to(lab, IMAP, "anna@uspeh.test"), Connections()) as mailbox:
        mailbox.create_folder(FOLDER)
        mailbox.append(FOLDER, LETTER, flags=(rb"\Seen",))
        assert FOLDER in [name for _, _, name in mailbox.list_folders()]
        mailbox.select_folder(FOLDER)
        (uid,) = mailbox.search("ALL")
        fetched = mailbox.fetch([uid], ["BODY.PEEK[]", "FLAGS", "INTERNALDATE", "RFC822.SIZE"])[uid]
        mailbox.delete_folder(FOLDER)

    assert fetched[b"BODY[]"] == LETTER
    assert fetched[b"RFC822.SIZE"] == len(LETTER)
    assert rb"\Seen" in fetched[b"FLAGS"]
    assert fetched[b"INTERNALDATE"].tzinfo is not None


def test_letters_are_read_and_deleted_by_pop3(lab: Lab) -> None:
    long_line = b"Subject: long\r\n\r\n" + b"x" * 500_000 + b"\r\n.\r\n..\r\nend\r\n"
    address = "boris@uspeh.test"
    lab.empty(address)
    lab.mail.deliver(address, LETTER)
    lab.mail.deliver(address, long_line)
    lab.mail.wait_for_letters(address, 2)

    with open_pop3(network_of(lab), access_to(lab, POP3, address), Connections()) as mailbox:
        letters = [mailbox.letter(number) for number in (1, 2)]
        assert any(letter.endswith(LETTER) for letter in letters)
        mailbox.dele(1)
        mailbox.dele(2)

    assert lab.letters(address) == []


def test_a_letter_reaches_one_recipient_and_the_other_is_told_apart(lab: Lab) -> None:
    recipient, unknown = "boris@uspeh.test", "nobody-here@uspeh.test"
    lab.empty(recipient)
    said: list[str] = []

    with open_smtp(network_of(lab), access_to(lab, SMTP, "anna@uspeh.test"), Connections()) as server:
        for _ in range(2):  # one connection, two letters
            refused = server.deliver("anna@uspeh.test", [recipient, unknown], LETTER, lambda: said.append("now"))

    assert {address: problem.cause for address, problem in refused.items()} == {unknown: Cause.RECIPIENT_UNKNOWN}
    assert refused[unknown].kind is ProblemKind.RECIPIENT_REFUSED
    assert said == ["now", "now"]
    arrived = [letter.replace(b"\n", b"\r\n") for letter in lab.mail.wait_for_letters(recipient, 2)]
    assert all(letter.endswith(b"\r\n\r\n.one dot\r\n..two\r\n") for letter in arrived)


def test_the_sender_must_be_ones_own(lab: Lab) -> None:
    with (
        open_smtp(network_of(lab), access_to(lab, STRICT, "anna@strict.test"), Connections()) as server,
        pytest.raises(Trouble) as raised,
    ):
        server.deliver("boris@strict.test", ["vera@strict.test"], LETTER, lambda: pytest.fail("it must not leave"))

    assert raised.value.problem.kind is ProblemKind.SENDER_REFUSED
