"""Documents over http: hops, ceilings, limits, and every way a web server can misbehave."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_network

import pytest

from tests.certificates import expired, server_context, trusting, untrusted
from tests.net.loopback import trouble
from tests.net.nameserver import ScriptedNameServer
from tests.scripted import Peer, Script, ScriptedServer, Turn, dialogue, drip, flood, network_to, reset, silence
from webapp.net.guard import Guard
from webapp.net.http import BODY_LIMIT, Fetched, HttpFetcher
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind
from webapp.net.resolver import NameServer, Resolver

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


def test_a_document_comes_with_what_was_said_about_it() -> None:
    with https(answer()) as server:
        assert fetch(server) == Fetched(url_of(server), 200, "text/xml", XML)

    assert server.received[0] == b"GET /config.xml HTTP/1.1"
    assert not any(line.lower().startswith((b"cookie", b"authorization")) for line in server.received)


def test_plain_http_is_fetched_only_where_it_is_allowed() -> None:
    with ScriptedServer(answer()) as server:
        assert fetch(server, https_only=False).body == XML
        with trouble() as problems:
            fetch(server)

    assert problems[0].kind is ProblemKind.REDIRECT_REFUSED
    assert server.connections == 1


def test_a_connection_stays_warm_for_the_next_document() -> None:
    async def twice() -> list[bytes]:
        async with HttpFetcher(network_to(server)) as fetcher:
            return [(await fetcher.fetch(url_of(server, path))).body for path in ("/one", "/two")]

    with https(dialogue(answer(b"1"), answer(b"2"), silence)) as server:
        assert asyncio.run(twice()) == [b"1", b"2"]
        assert server.connections == 1


def test_a_connection_the_server_closed_meanwhile_is_not_used_again() -> None:
    async def twice() -> list[bytes]:
        async with HttpFetcher(network_to(server)) as fetcher:
            first = await fetcher.fetch(url_of(server))
            await asyncio.to_thread(server.wait_until_left)
            return [first.body, (await fetcher.fetch(url_of(server))).body]

    with ScriptedServer(answer(b"1"), answer(b"2"), tls=server_context()) as server:
        assert asyncio.run(twice()) == [b"1", b"2"]


def test_three_redirects_are_followed_and_the_last_address_is_told() -> None:
    script = dialogue(redirect("/two"), redirect("three?a=b"), redirect("./four#part"), answer())
    with https(script) as server:
        assert fetch(server).url == url_of(server, "/four")


def test_a_fourth_redirect_is_one_too_many() -> None:
    assert problem_with(dialogue(*[redirect("/again")] * 4, silence)).kind is ProblemKind.TOO_MANY_REDIRECTS


def test_a_cookie_is_forgotten_at_once() -> None:
    script = dialogue(redirect("/two", b"Set-Cookie: who=anna; Path=/"), answer())
    with https(script) as server:
        fetch(server)

    assert not any(b"anna" in line for line in server.received)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/plain",
        "ftp://127.0.0.1:{port}/",
        "file:///etc/passwd",
        "https://anna:secret@127.0.0.1:{port}/",
        "//[::1/",
    ],
)
def test_a_redirect_out_of_https_or_to_nowhere_is_refused(location: str) -> None:
    def script(peer: Peer) -> None:
        redirect(location.format(port=server.port))(peer)

    with https(script) as server, trouble() as problems:
        fetch(server)

    assert problems[0].kind is ProblemKind.REDIRECT_REFUSED
    assert server.connections == 1


@pytest.mark.parametrize(
    "location",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://inner.example/",
        "https://127.0.0.2:{port}/",
    ],
)
def test_a_redirect_to_an_inner_address_is_a_refused_target(location: str) -> None:
    def script(peer: Peer) -> None:
        redirect(location.format(port=server.port))(peer)

    with https(script) as server, ScriptedNameServer({("inner.example", "A"): ["10.0.0.1"]}) as names:
        guard = Guard((ip_network("127.0.0.1/32"),), lookup_ports=frozenset({server.port, 443}))
        network = Network(guard, Resolver((names.nameserver,)), trusting())
        with trouble() as problems:
            asyncio.run(fetch_by(network, url_of(server)))

    assert problems[0].kind is ProblemKind.TARGET_REFUSED


@pytest.mark.parametrize("port", [22, 993, 99999])
def test_another_port_than_those_for_look_ups_is_a_refused_target(port: int) -> None:
    with https(redirect(f"https://127.0.0.1:{port}/")) as server, trouble() as problems:
        fetch(server)

    assert problems[0] == Problem(ProblemKind.TARGET_REFUSED, host="127.0.0.1", port=port)


def test_plain_http_may_lead_to_https_but_never_back() -> None:
    with https(answer()) as secure, ScriptedServer(redirect(url_of(secure))) as plain:
        assert fetch(plain, https_only=False, others=(secure,)).url == url_of(secure)

    with ScriptedServer(answer()) as plain:
        with https(redirect(url_of(plain))) as secure, trouble() as problems:
            fetch(secure, https_only=False, others=(plain,))

        assert problems[0].kind is ProblemKind.REDIRECT_REFUSED
        assert plain.connections == 0


@pytest.mark.parametrize("status", [b"404 Not Found", b"500 Oops", b"304 Not Modified", b"401 Who", b"302 Nowhere"])
def test_another_status_is_told_by_its_number(status: bytes) -> None:
    problem = problem_with(answer(XML, status))

    assert (problem.kind, problem.server_said) == (ProblemKind.HTTP_STATUS, status[:3].decode())


def test_a_document_may_be_as_large_as_the_limit_and_no_larger() -> None:
    with https(answer(b"x" * BODY_LIMIT)) as server:
        assert len(fetch(server).body) == BODY_LIMIT

    assert problem_with(answer(b"x" * (BODY_LIMIT + 1))).kind is ProblemKind.DOCUMENT_TOO_LARGE


def test_an_endless_document_ends_at_the_limit() -> None:
    script = dialogue(
        request, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", flood(b"400\r\n" + b"x" * 1024 + b"\r\n")
    )

    assert problem_with(script).kind is ProblemKind.DOCUMENT_TOO_LARGE


def test_a_packed_document_is_never_unpacked() -> None:
    with https(answer(b"\x1f\x8bpacked", b"200 OK", b"Content-Encoding: gzip")) as server:
        assert fetch(server).body == b"\x1f\x8bpacked"

    assert b"Accept-Encoding: identity" in server.received


def test_a_document_without_a_length_ends_with_the_connection() -> None:
    with https(dialogue(request, b"HTTP/1.1 200 OK\r\n\r\n<a/>", Peer.end)) as server:
        assert fetch(server).body == b"<a/>"


OK = b"HTTP/1.1 200 OK\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\n\r\n"


@pytest.mark.parametrize(
    ("turns", "kind"),
    [
        ([silence], ProblemKind.SILENT),
        ([OK + b"Content-Length: 9\r\n\r\n", silence], ProblemKind.SILENT),
        ([b"220 mail ESMTP ready\r\n", silence], ProblemKind.SILENT),
        ([drip(OK * 100)], ProblemKind.SILENT),
        ([flood(HINT * 500)], ProblemKind.SILENT),
        ([b"220 mail ESMTP ready\r\n\r\n", silence], ProblemKind.UNEXPECTED_ANSWER),
        ([flood(b"\x00\xff" * 500)], ProblemKind.UNEXPECTED_ANSWER),
        ([OK, flood(b"X: " + b"y" * 1000 + b"\r\n")], ProblemKind.UNEXPECTED_ANSWER),
        ([OK + b"Content-Length: -5\r\n\r\n"], ProblemKind.UNEXPECTED_ANSWER),
        ([OK + b"Content-Length: 9\r\n\r\nhalf"], ProblemKind.UNEXPECTED_ANSWER),
        ([], ProblemKind.UNEXPECTED_ANSWER),
        ([reset], ProblemKind.CONNECTION_LOST),
    ],
)
def test_a_server_that_misbehaves_has_a_problem_of_its_kind(turns: list[Turn], kind: ProblemKind) -> None:
    problem = problem_with(dialogue(request, *turns))

    assert (problem.kind, problem.host) == (kind, "127.0.0.1")


@pytest.mark.parametrize(
    ("context", "kind"),
    [(expired, ProblemKind.CERTIFICATE_EXPIRED), (untrusted, ProblemKind.CERTIFICATE_UNKNOWN_ISSUER)],
)
def test_a_certificate_that_does_not_verify_sends_no_request(context: Callable[[], object], kind: ProblemKind) -> None:
    with ScriptedServer(answer(), tls=context()) as server, trouble() as problems:  # type: ignore[arg-type]
        fetch(server)

    assert problems[0].kind is kind
    assert server.received == []


def test_the_shared_context_is_not_told_to_ask_for_http() -> None:
    protocols: list[str | None] = []

    def script(peer: Peer) -> None:
        protocols.append(peer._socket.selected_alpn_protocol())  # type: ignore[attr-defined]
        answer()(peer)

    context = server_context("127.0.0.1", "alpn.example")
    context.set_alpn_protocols(["http/1.1"])
    with ScriptedServer(script, tls=context) as server:
        fetch(server)

    assert protocols == [None]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://exa mple.org/", ProblemKind.NAME_INVALID),
        ("https:///config.xml", ProblemKind.NAME_INVALID),
        ("no address", ProblemKind.NAME_INVALID),
        ("https://" + "a" * 64 + ".example/", ProblemKind.NAME_INVALID),
        ("https://127.1/", ProblemKind.NAME_INVALID),
        ("https://10.0.0.1/", ProblemKind.TARGET_REFUSED),
        ("https://no.example/", ProblemKind.NAME_NOT_FOUND),
    ],
)
def test_an_address_that_leads_nowhere_has_its_kind(url: str, kind: ProblemKind) -> None:
    with ScriptedNameServer({}) as names, trouble() as problems:
        asyncio.run(fetch_by(Network(Guard(), Resolver((names.nameserver,)), trusting()), url))

    assert problems[0].kind is kind


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with https(answer()) as server, ScriptedServer() as proxy:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, url_of(proxy, ""))

        assert fetch(server, others=(proxy,)).body == XML
        assert proxy.connections == 0


def test_a_letter_of_another_alphabet_in_the_name_is_asked_for_in_its_a_label() -> None:
    with ScriptedNameServer({}) as names, trouble() as problems:
        network = Network(Guard(), Resolver((NameServer("127.0.0.1", names.nameserver.port),)), trusting())
        asyncio.run(fetch_by(network, "https://autoconfig.почта.рф/mail"))

    assert problems[0].host == "autoconfig.xn--80a1acny.xn--p1ai"
