"""A scripted news server as a search and a verification meet it."""

from dataclasses import replace

from tests.certificates import server_context
from tests.detection.servers import HOST, responder
from tests.detection.world import RECEIVING
from tests.peer import ClientLeft, Peer
from tests.scripted import Script, ScriptedServer
from webapp.detection.types import Entered, EnteredServer, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings

LISTED = b"101 list\r\nVERSION 2\r\nREADER\r\nAUTHINFO USER\r\n.\r\n"
OPEN = b"101 list\r\nVERSION 2\r\nREADER\r\n.\r\n"


def leave(peer: Peer) -> None:
    peer.close()
    raise ClientLeft


READING = (
    (rb"GROUP .*", b"411 no such group\r\n"),
    (rb"QUIT", b"205 bye\r\n"),
    (rb"STARTTLS", b"502 what\r\n"),
    (rb"(?s)\x16.*", leave),  # a ClientHello
)
WELCOMING = ((rb"AUTHINFO USER .*", b"381 go on\r\n"), (rb"AUTHINFO PASS .*", b"281 welcome\r\n"))


def news_script(listed: bytes = LISTED, *more: tuple[bytes, bytes]) -> Script:
    return responder(b"200 ready\r\n", *more, (rb"CAPABILITIES", listed), *READING, *WELCOMING)


def news(listed: bytes = LISTED, *more: tuple[bytes, bytes]) -> ScriptedServer:
    return ScriptedServer(news_script(listed, *more), tls=server_context(HOST))


def typed_news(**fixed: object) -> Entered:
    return replace(RECEIVING, incoming=replace(EnteredServer(Protocol.NNTP, HOST), **fixed))  # type: ignore[arg-type]


def proved_news(server: ScriptedServer, *methods: AuthMethod, security: Security = Security.TLS) -> ProvedServer:
    settings = ServerSettings(Protocol.NNTP, HOST, server.port, security, "anna", methods)
    return ProvedServer(settings, Source.ENTERED, True, "uspeh.test", username_fixed=True)
