"""Redirects: how many, and whereto they may lead."""

import asyncio
from ipaddress import ip_network

import pytest

from tests.certificates import trusting
from tests.net.loopback import trouble
from tests.net.nameserver import ScriptedNameServer
from tests.net.web_server import answer, fetch, fetch_by, https, problem_with, redirect, url_of
from tests.scripted import Peer, ScriptedServer, dialogue, silence
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind
from webapp.net.resolver import Resolver


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
