"""Mail servers that welcome every login, however it comes, and write down who logged in where with which password."""

import base64
import ssl
from dataclasses import dataclass

from tests.certificates import server_context
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.mail.settings import Protocol, Security

NAMES = tuple(f"{host}.{domain}.test" for host in ("imap", "smtp") for domain in ("uspeh", "evil"))


@dataclass(frozen=True)
class Login:
    """One login as the server met it."""

    address: str
    port: int
    security: Security
    username: str
    secret: str


class Recorder(ScriptedServer):
    """One port that speaks TLS from the start, STARTTLS or neither, as the client likes."""

    def __init__(self, protocol: Protocol, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__(self._welcome, context=server_context(*NAMES), host=host, port=port)
        self.protocol = protocol
        self.logins: list[Login] = []

    def show(self, context: ssl.SSLContext) -> None:
        """Show another certificate from now on."""
        self._recording.context = context

    def _welcome(self, peer: Peer) -> None:
        security = Security.NONE
        if peer.begins_with_tls():
            peer.shake_hands()
            security = Security.TLS
        peer.say(b"* OK ready\r\n" if self.protocol is Protocol.IMAP else b"220 ready\r\n")
        converse = self._imap if self.protocol is Protocol.IMAP else self._smtp
        while (line := peer.hear()) and converse(peer, line, security):
            if line.upper().endswith(b"STARTTLS"):
                peer.shake_hands()
                security = Security.STARTTLS

    def _imap(self, peer: Peer, line: bytes, security: Security) -> bool:
        tag, _, command = line.partition(b" ")
        word, _, rest = command.partition(b" ")
        if word.upper() == b"CAPABILITY":
            peer.say(b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN STARTTLS\r\n")
        elif word.upper() == b"AUTHENTICATE":
            self._note(rest.partition(b" ")[2], security)
        elif word.upper() == b"LOGIN":
            name, secret = (part.strip(b'"').decode() for part in rest.split(b" ", 1))
            self.logins.append(Login(self.host, self.port, security, name, secret))
        elif command.upper().startswith(b"UID SEARCH"):
            peer.say(b"* SEARCH 1\r\n")  # whatever letter is looked for: it has arrived
        elif word.upper() == b"LOGOUT":
            peer.say(b"* BYE\r\n")
        peer.say(tag + b" OK done\r\n")
        return word.upper() != b"LOGOUT"

    def _smtp(self, peer: Peer, line: bytes, security: Security) -> bool:
        word, _, rest = line.partition(b" ")
        if word.upper() == b"EHLO":
            peer.say(b"250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n")
        elif word.upper() == b"AUTH":
            self._note(rest.partition(b" ")[2], security)
            peer.say(b"235 2.7.0 welcome\r\n")
        elif word.upper() == b"QUIT":
            peer.say(b"221 bye\r\n")
            return False
        elif word.upper() == b"DATA":
            peer.say(b"354 go on\r\n")
            while peer.hear() != b".":
                pass
            peer.say(b"250 taken\r\n")
        else:
            peer.say(b"220 done\r\n" if word.upper() == b"STARTTLS" else b"250 done\r\n")
        return True

    def _note(self, message: bytes, security: Security) -> None:
        """Write a PLAIN login down (RFC 4616)."""
        _, name, secret = base64.b64decode(message).decode().split("\0")
        self.logins.append(Login(self.host, self.port, security, name, secret))
