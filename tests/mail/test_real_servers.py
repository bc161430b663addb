"""The conversations against real servers: Dovecot and Postfix of the lab."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from typing import TypeVar

import pytest

from tests.lab.lab import Lab
from webapp.mail.abilities import ENCRYPTED
from webapp.mail.letters import trial_letter
from webapp.mail.sessions import AnySession, Endpoint, ImapSession, Pop3Session, SmtpSession, open_session
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.problems import ProblemKind, Trouble
from webapp.net.resolver import NameServer, Resolver
from webapp.net.tls import TlsContexts

INCOMING, OUTGOING = "korob-17.uspeh.test", "gonec-42.uspeh.test"
ENDPOINTS = (
    Endpoint(Protocol.IMAP, INCOMING, 993, Security.TLS),
    Endpoint(Protocol.IMAP, INCOMING, 143, Security.STARTTLS),
    Endpoint(Protocol.POP3, INCOMING, 995, Security.TLS),
    Endpoint(Protocol.POP3, INCOMING, 110, Security.STARTTLS),
    Endpoint(Protocol.SMTP, OUTGOING, 465, Security.TLS),
    Endpoint(Protocol.SMTP, OUTGOING, 587, Security.STARTTLS),
)
IMAP, POP3, SMTP = ENDPOINTS[0], ENDPOINTS[2], ENDPOINTS[4]
ARRIVAL_LIMIT_S = 60.0

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: str(endpoint.port))
Result = TypeVar("Result")


def network_of(lab: Lab) -> Network:
    return Network(
        Guard((ip_network(str(lab.network.cidr)),)),
        Resolver((NameServer(lab.dns.address, lab.dns.port),)),
        TlsContexts(lab.ca.ca_file),
    )


def used(lab: Lab, endpoint: Endpoint, use: Callable[[AnySession], Awaitable[Result]]) -> Result:
    """Return what came of a session, left politely; no socket stays."""

    async def run() -> Result:
        network = network_of(lab)
        session = await open_session(network, endpoint)
        try:
            return await use(session)
        finally:
            await session.quit()
            assert network.open_streams == 0

    return asyncio.run(run())


@every_endpoint
@pytest.mark.parametrize("person", ["anna", "vera"])
@pytest.mark.parametrize("method", [None, AuthMethod.PASSWORD_CLEARTEXT])
def test_people_get_in(lab: Lab, endpoint: Endpoint, person: str, method: AuthMethod | None) -> None:
    mailbox = lab.mailbox(f"{person}@uspeh.test")
    mark = lab.mark()

    assert used(lab, endpoint, lambda session: session.login(mailbox.address, mailbox.password, method))
    assert lab.refused_logins(mark) == []


@every_endpoint
@pytest.mark.parametrize("mechanism", ENCRYPTED)
@pytest.mark.parametrize("person", ["anna", "vera"])
def test_every_encrypted_mechanism_works(lab: Lab, endpoint: Endpoint, mechanism: str, person: str) -> None:
    mailbox = lab.mailbox(f"{person}@uspeh.test")

    async def use(session: AnySession) -> AuthMethod:
        assert mechanism in session.mechanisms
        session.mechanisms = (mechanism,)
        return await session.login(mailbox.address, mailbox.password, AuthMethod.PASSWORD_ENCRYPTED)

    assert used(lab, endpoint, use) is AuthMethod.PASSWORD_ENCRYPTED


@every_endpoint
def test_a_wrong_password_is_one_refused_login(lab: Lab, endpoint: Endpoint) -> None:
    mark = lab.mark()

    with pytest.raises(Trouble) as raised:
        used(lab, endpoint, lambda session: session.login("boris@uspeh.test", "not-his-password"))

    assert raised.value.problem.kind is ProblemKind.LOGIN_REFUSED
    assert "not-his-password" not in repr(raised.value.problem)
    assert len(lab.refused_logins(mark)) == 1


async def sent(session: AnySession, sender: str, recipient: str, data: bytes) -> bool:
    assert isinstance(session, SmtpSession)
    facts: list[str] = []
    await session.send(sender, recipient, data, facts.append)
    return "handed-over" in facts


def send_trial(lab: Lab, sender: str, recipient: str) -> str:
    """Send a letter and return its Message-ID."""
    mailbox = lab.mailbox(sender)
    trial = trial_letter(sender, "ООО «Успех», отдел продаж", "ru")

    async def use(session: AnySession) -> None:
        await session.login(mailbox.address, mailbox.password)
        assert await sent(session, sender, recipient, trial.data)

    used(lab, SMTP, use)
    return trial.message_id


async def arrived(session: ImapSession, message_id: str) -> tuple[int, ...]:
    async with asyncio.timeout(ARRIVAL_LIMIT_S):
        while not (found := await session.find(message_id)):
            pass  # each look is a round trip to the server
    return found


@pytest.mark.parametrize(("recipient", "folder"), [("anna@uspeh.test", "INBOX"), ("junked@uspeh.test", None)])
def test_a_letter_is_found_in_inbox_or_junk_and_removed(lab: Lab, recipient: str, folder: str | None) -> None:
    mailbox = lab.mailbox(recipient)
    message_id = send_trial(lab, recipient, recipient)

    async def use(session: AnySession) -> tuple[int, ...]:
        assert isinstance(session, ImapSession)
        await session.login(mailbox.address, mailbox.password)
        place = folder or await session.special_folder(r"\Junk")
        assert place is not None
        await session.select(place)
        assert await session.delete(await arrived(session, message_id))
        return await session.find(message_id)

    assert used(lab, IMAP, use) == ()
    assert not any(message_id.encode() in letter for letter in lab.letters(recipient, junk=folder is None))


def test_a_letter_is_found_and_removed_by_pop3(lab: Lab) -> None:
    mailbox = lab.mailbox("boris@uspeh.test")
    message_id = send_trial(lab, "boris@uspeh.test", "boris@uspeh.test")

    async def look() -> bool:
        session = await open_session(network_of(lab), POP3)
        assert isinstance(session, Pop3Session)
        try:
            await session.login(mailbox.address, mailbox.password)
            found = await session.find(message_id)
            return bool(found) and await session.delete(found)
        finally:
            await session.quit()

    async def run() -> None:
        async with asyncio.timeout(ARRIVAL_LIMIT_S):
            while not await look():
                pass  # a POP3 mailbox is a snapshot: look again in a new session

    asyncio.run(run())
    assert not any(message_id.encode() in letter for letter in lab.letters("boris@uspeh.test"))


def test_an_unknown_recipient_is_told_with_code_and_enhanced_code(lab: Lab) -> None:
    mailbox = lab.mailbox("anna@uspeh.test")

    async def use(session: AnySession) -> None:
        await session.login(mailbox.address, mailbox.password)
        await sent(session, mailbox.address, "nobody-here@uspeh.test", b"Subject: hi\r\n\r\nhi\r\n")

    with pytest.raises(Trouble) as raised:
        used(lab, SMTP, use)

    assert raised.value.problem.kind is ProblemKind.RECIPIENT_REFUSED
    assert str(raised.value.problem.server_said).startswith("550 5.1.1 ")
