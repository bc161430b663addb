"""The floor: told the servers and the addresses of their hosts, log in to both side by side and do nothing else.

Nobody who verifies can be much faster. It shares the options of its sockets
and its TLS context with Mailroom, and nothing else.
"""

import asyncio
import base64
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from webapp.mail.settings import Endpoint, Protocol, Security
from webapp.net.sockets import acknowledge_at_once, prepare


@dataclass(frozen=True)
class Told:
    """One server and the address of its host."""

    endpoint: Endpoint
    address: str


@dataclass(frozen=True)
class Login:
    """Who logs in, and by which rules of TLS."""

    username: str
    password: str = field(repr=False)
    context: ssl.SSLContext

    @property
    def plain(self) -> bytes:
        """Return the one message of SASL PLAIN (RFC 4616)."""
        return base64.b64encode(f"\0{self.username}\0{self.password}".encode())


class Line:
    """One connection, told and asked line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._socket = writer.get_extra_info("socket")

    async def say(self, line: bytes, last: Callable[[bytes], bool]) -> bytes:
        """Send a line and return the last line of the answer."""
        self._writer.write(line + b"\r\n")
        return await self.hear(last)

    async def hear(self, last: Callable[[bytes], bool]) -> bytes:
        """Return the next line that is the last of its answer."""
        while True:
            acknowledge_at_once(self._socket)
            line = await self._reader.readline()
            if not line or last(line):
                return line

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Shake hands."""
        acknowledge_at_once(self._socket)
        await self._writer.start_tls(context, server_hostname=host)

    def close(self) -> None:
        """Leave without a word."""
        self._writer.transport.abort()


async def both_logins(servers: tuple[Told, ...], login: Login) -> float:
    """Log in to all servers side by side and return the seconds it took."""
    started_at = time.monotonic()
    async with asyncio.TaskGroup() as logins:
        for told in servers:
            logins.create_task(log_in(told, login))
    return time.monotonic() - started_at


async def log_in(told: Told, login: Login) -> None:
    """Log in to one server; one that does not let us in is an error of the bench."""
    endpoint = told.endpoint
    opened = socket.socket()
    prepare(opened)
    await asyncio.get_running_loop().sock_connect(opened, (told.address, endpoint.port))
    acknowledge_at_once(opened)
    tls = endpoint.security is Security.TLS
    reader, writer = await asyncio.open_connection(
        sock=opened, ssl=login.context if tls else None, server_hostname=endpoint.host if tls else None
    )
    line = Line(reader, writer)
    try:
        answer = await CONVERSATIONS[endpoint.protocol](line, endpoint, login)
        if not answer.startswith((b"a OK", b"+OK", b"235")):
            raise RuntimeError(f"{endpoint.host} answered {answer!r}")
    finally:
        line.close()


async def imap(line: Line, endpoint: Endpoint, login: Login) -> bytes:
    """Log in by IMAP; the greeting lists the abilities."""
    await line.hear(any_line)
    return await line.say(b"a AUTHENTICATE PLAIN " + login.plain, lambda answer: answer.startswith(b"a "))


async def pop3(line: Line, endpoint: Endpoint, login: Login) -> bytes:
    """Log in by POP3."""
    await line.hear(any_line)
    await line.say(b"CAPA", lambda answer: answer == b".\r\n")
    return await line.say(b"AUTH PLAIN " + login.plain, any_line)


async def smtp(line: Line, endpoint: Endpoint, login: Login) -> bytes:
    """Log in by SMTP."""
    await line.hear(last_of_reply)
    await line.say(b"EHLO [127.0.0.1]", last_of_reply)
    if endpoint.security is Security.STARTTLS:
        await line.say(b"STARTTLS", last_of_reply)
        await line.start_tls(login.context, endpoint.host)
        await line.say(b"EHLO [127.0.0.1]", last_of_reply)
    return await line.say(b"AUTH PLAIN " + login.plain, last_of_reply)


def any_line(line: bytes) -> bool:
    """Tell that a line is an answer by itself."""
    return True


def last_of_reply(line: bytes) -> bool:
    """Tell whether a line ends an SMTP reply (RFC 5321, section 4.2.1)."""
    return line[3:4] == b" "


CONVERSATIONS: dict[Protocol, Callable[[Line, Endpoint, Login], Awaitable[bytes]]] = {
    Protocol.IMAP: imap,
    Protocol.POP3: pop3,
    Protocol.SMTP: smtp,
}
