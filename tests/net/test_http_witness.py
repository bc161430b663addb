"""What is told of a conversation with a web server: each question, the head of each answer, never a document."""

import asyncio

import pytest

from tests.net.loopback import trouble
from tests.net.web_server import LIMIT_S, answer, https, redirect, request, url_of
from tests.scripted import Script, ScriptedServer, dialogue, network_to, silence
from webapp.net.http import HttpFetcher, Posted


class Witnessing:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def asked(self, words: str) -> None:
        """Hear a question."""
        self.heard.append(("asked", words))

    def answered(self, words: str) -> None:
        """Hear an answer."""
        self.heard.append(("answered", words))


def heard_of(server: ScriptedServer, posted: Posted | None = None) -> list[tuple[str, str]]:
    witness = Witnessing()

    async def run() -> None:
        async with HttpFetcher(network_to(server), limit_s=LIMIT_S) as fetcher:
            await fetcher.fetch(url_of(server), posted=posted, witness=witness)

    asyncio.run(run())
    return witness.heard


def heard_in_trouble(script: Script) -> list[str]:
    witness = Witnessing()

    async def run(server: ScriptedServer) -> None:
        async with HttpFetcher(network_to(server), limit_s=LIMIT_S) as fetcher:
            await fetcher.fetch(url_of(server), witness=witness)

    with https(script) as server, trouble():
        asyncio.run(run(server))
    return [words for _, words in witness.heard[1:]]


def test_every_hop_is_told_with_the_head_of_its_answer() -> None:
    with https(dialogue(redirect("/two"), answer())) as server:
        heard = heard_of(server)

    assert heard == [
        ("asked", f"GET {url_of(server)}"),
        ("answered", "302 Found · /two · text/xml · 0 bytes"),
        ("asked", f"GET {url_of(server, '/two')}"),
        ("answered", "200 OK · text/xml · 15 bytes"),
    ]


def test_what_is_posted_is_not_told() -> None:
    with https(dialogue(answer(), silence)) as server:
        heard = heard_of(server, Posted(b"<secret/>", "text/xml"))

    assert heard[0] == ("asked", f"POST {url_of(server)}")
    assert "secret" not in repr(heard)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (answer(b"<html>nobody home</html>", b"404 Not Found"), ["404 Not Found · text/xml · 24 bytes"]),
        (dialogue(request, b"HTTP/1.1 503\r\nContent-Length: many\r\n\r\n"), []),
        (dialogue(request, b"HTTP/1.1 500 \r\n\r\n"), ["500"]),
        (silence, []),
    ],
)
def test_a_failure_is_told_as_far_as_there_was_an_answer(script: Script, words: list[str]) -> None:
    assert heard_in_trouble(script) == words
