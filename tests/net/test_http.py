"""Documents over http: hops, ceilings, limits, and every way a web server can misbehave."""

import asyncio
from collections.abc import Callable

import pytest

from tests.certificates import expired, server_context, trusting, untrusted
from tests.net.loopback import trouble
from tests.net.nameserver import ScriptedNameServer
from tests.net.web_server import XML, answer, fetch, fetch_by, https, problem_with, request, url_of
from tests.scripted import Peer, ScriptedServer, Turn, dialogue, drip, flood, network_to, reset, silence
from webapp.net.guard import Guard
from webapp.net.http import BODY_LIMIT, Fetched, HttpFetcher
from webapp.net.network import Network
from webapp.net.problems import ProblemKind
from webapp.net.resolver import NameServer, Resolver


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
