"""A web server in the hands of a script, and fetches from it."""

import asyncio

from tests.certificates import server_context
from tests.net.loopback import trouble
from tests.scripted import Peer, Script, ScriptedServer, dialogue, network_to
from webapp.net.http import Fetched, HttpFetcher
from webapp.net.network import Network
from webapp.net.problems import Problem

XML = b"<clientConfig/>"
LIMIT_S = 0.5


def request(peer: Peer) -> None:
    """Hear the head of a request."""
    while peer.hear():
        pass


def answer(body: bytes = XML, status: bytes = b"200 OK", *headers: bytes) -> Script:
    """Return a turn that answers one request."""
    length = b"Content-Length: %d" % len(body)
    head = b"\r\n".join((b"HTTP/1.1 " + status, b"Content-Type: text/xml", length, *headers, b"", body))
    return dialogue(request, head)


def redirect(location: str, *headers: bytes) -> Script:
    """Return a turn that sends the client elsewhere."""
    return answer(b"", b"302 Found", b"Location: " + location.encode(), *headers)


def https(*scripts: Script) -> ScriptedServer:
    """Return a web server with a good certificate."""
    return ScriptedServer(*scripts, tls=server_context())


def url_of(server: ScriptedServer, path: str = "/config.xml") -> str:
    """Return the address of a document on a server."""
    return f"{'https' if server.tls else 'http'}://{server.host}:{server.port}{path}"


async def fetch_by(network: Network, url: str, *, https_only: bool = True) -> Fetched:
    """Fetch a document and see that nothing stays open."""
    try:
        async with HttpFetcher(network, limit_s=LIMIT_S) as fetcher:
            return await fetcher.fetch(url, https_only=https_only)
    finally:
        assert network.open_streams == 0


def fetch(server: ScriptedServer, *, https_only: bool = True, others: tuple[ScriptedServer, ...] = ()) -> Fetched:
    """Fetch the document of a server."""
    return asyncio.run(fetch_by(network_to(server, *others), url_of(server), https_only=https_only))


def problem_with(script: Script) -> Problem:
    """Fetch from a server that plays a script, which must fail."""
    with https(script) as server, trouble() as problems:
        fetch(server)
    return problems[0]
