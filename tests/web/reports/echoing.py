"""Mail servers that repeat the password they are told in every disguise, and an office whose runs meet them."""

import base64
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import sessionmaker

from tests.certificates import server_context
from tests.mail.echoes import ECHOES, FRAMED
from tests.net.nameserver import ScriptedNameServer
from tests.peer import Peer
from tests.scripted import ScriptedServer, network_to
from webapp.background.runner import Runner
from webapp.detection.providers import ProviderTable
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.types import EnteredServer
from webapp.mail.settings import Protocol, Security
from webapp.web.extensions import NAME, box, db

# Addresses of loopback for this process alone: names need them, and the port is one that mail may use.
NETWORK = f"127.{30 + os.getpid() // 256 % 60}.{os.getpid() % 256}"
PORT = 2525
HOSTS = {Protocol.IMAP: "imap.uspeh.test", Protocol.SMTP: "smtp.uspeh.test"}


def disguised(secret: str) -> list[str]:
    """Return a secret in every disguise, each on one line: without the soft breaks of quoted-printable."""
    ways = {**ECHOES, **FRAMED}
    return list(dict.fromkeys(" ".join(way(secret).replace("=\n", "").split()) for way in ways.values()))


class Echo(ScriptedServer):
    """Speaks IMAP or SMTP over TLS; told a password, it says it back in every disguise, then refuses it or not."""

    def __init__(self, protocol: Protocol, host: str, *, lets_in: bool) -> None:
        super().__init__(self._converse, tls=server_context(*HOSTS.values()), host=host, port=PORT)
        self.protocol, self.lets_in = protocol, lets_in
        self.echoed: list[str] = []

    @property
    def entered(self) -> EnteredServer:
        """Return the server as a person types it."""
        return EnteredServer(self.protocol, HOSTS[self.protocol], PORT, Security.TLS)

    def _converse(self, peer: Peer) -> None:
        peer.say(b"* OK ready\r\n" if self.protocol is Protocol.IMAP else b"220 ready\r\n")
        answer = self._imap if self.protocol is Protocol.IMAP else self._smtp
        while answer(peer, peer.hear()):
            pass

    def _imap(self, peer: Peer, line: bytes) -> bool:
        tag, _, command = line.partition(b" ")
        word = command.split(b" ")[0].upper()
        if word == b"CAPABILITY":
            peer.say(b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n")
        if word == b"AUTHENTICATE":
            for echo in self._echoes(command.split(b" ")[-1]):
                peer.say(b"* OK you said " + echo + b"\r\n")
            if not self.lets_in:
                peer.say(tag + b" NO [AUTHENTICATIONFAILED] not " + self.echoed[0].encode() + b"\r\n")
                return True
        peer.say(tag + b" OK done\r\n")
        return word != b"LOGOUT"

    def _smtp(self, peer: Peer, line: bytes) -> bool:
        word = line.split(b" ")[0].upper()
        if word == b"EHLO":
            peer.say(b"250-hello\r\n250 AUTH PLAIN\r\n")
        elif word == b"AUTH":
            code = b"235" if self.lets_in else b"535"
            for echo in self._echoes(line.split(b" ")[-1]):
                peer.say(code + b"-you said " + echo + b"\r\n")
            peer.say(code + b" 5.7.8 not " + self.echoed[0].encode() + b"\r\n")
        elif word == b"MAIL":
            peer.say(b"550 5.7.1 not with " + b" ".join(echo.encode() for echo in self.echoed[:4]) + b"\r\n")
        else:
            peer.say(b"221 bye\r\n" if word == b"QUIT" else b"250 done\r\n")
        return word != b"QUIT"

    def _echoes(self, message: bytes) -> list[bytes]:
        secret = base64.b64decode(message).decode().split("\0")[2]
        self.echoed = disguised(secret)
        return [echo.encode() for echo in self.echoed]


@contextmanager
def echoing_office(app: Flask, *, lets_in: bool) -> Iterator[tuple[Echo, Echo]]:
    """Let the application's runs meet servers that echo."""
    with ExitStack() as ends:
        places = {protocol: f"{NETWORK}.{number}" for number, protocol in enumerate(HOSTS, 1)}
        imap, smtp = (ends.enter_context(Echo(one, places[one], lets_in=lets_in)) for one in HOSTS)
        names = {(HOSTS[protocol], "A"): [address] for protocol, address in places.items()}
        nameserver = ends.enter_context(ScriptedNameServer(names)).nameserver
        network = network_to(imap, smtp, nameserver=nameserver)

        def surroundings(known: tuple[KnownAccount, ...]) -> Surroundings:
            return Surroundings(network, ProviderTable.load(), known)

        with app.app_context():
            factory = sessionmaker(db.engine, expire_on_commit=False)
            app.extensions[NAME] = replace(app.extensions[NAME], runner=Runner(factory, box(), surroundings))
        yield imap, smtp
        app.extensions[NAME].runner.shutdown()
