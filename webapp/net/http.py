"""Fetch small public documents over http and https, every hop guarded. Not a browser: no cookies, no proxies."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import httpcore2
import httpx2

from webapp.net.http_backend import GuardedBackend, unused_context
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.words import clean_words

LIMIT_S = 5.0
CONNECT_SHARE = 0.8  # of the limit, so that a silent address is told from a silent server
BODY_LIMIT = 256 * 1024
UNWANTED_LIMIT = 16 * 1024
REDIRECT_LIMIT = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEP_WARM_S = 10.0
HEADERS = [
    (b"User-Agent", b"Mailroom"),
    (b"Accept", b"application/xml, text/xml, application/json, */*"),
    # A compressed bomb stays a bomb of its own size: nothing is ever unpacked.
    (b"Accept-Encoding", b"identity"),
]


@dataclass(frozen=True)
class Fetched:
    """A document and where it really came from."""

    url: str
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class Posted:
    """What is sent along with a request; every hop of a redirect gets it again."""

    body: bytes
    content_type: str


class Witness(Protocol):
    """Hears each question to a web server and the head of each answer, a line each; never a document."""

    def asked(self, words: str) -> None:
        """Hear a question."""

    def answered(self, words: str) -> None:
        """Hear an answer; the words are the server's own, not cleaned yet."""


@dataclass(frozen=True)
class _Request:
    """What stays the same over all hops."""

    posted: Posted | None
    witness: Witness | None


@dataclass(frozen=True)
class _Redirect:
    location: str


class HttpFetcher:
    """Fetches documents for one run; connections stay warm until it is closed. Use it as `async with`."""

    def __init__(self, network: Network, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=unused_context(),
            network_backend=GuardedBackend(network, limit_s * CONNECT_SHARE),
            max_connections=None,
            keepalive_expiry=KEEP_WARM_S,
        )

    async def fetch(
        self, url: str, *, https_only: bool = True, posted: Posted | None = None, witness: Witness | None = None
    ) -> Fetched:
        """Return the document (status 2xx) or raise `Trouble`; the whole way with all its hops has one limit.

        With `posted` it is a POST, and stays one when redirected.
        """
        target = _parsed(url, ProblemKind.NAME_INVALID)
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._follow(target, https_only, _Request(posted, witness))
        except TimeoutError:
            raise _trouble(ProblemKind.SILENT, target) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _follow(self, url: httpx2.URL, https_only: bool, request: _Request) -> Fetched:
        for _ in range(REDIRECT_LIMIT + 1):
            if url.scheme != "https" and (https_only or url.scheme != "http"):
                raise _trouble(ProblemKind.REDIRECT_REFUSED, url)
            answer = await self._ask(url, request)
            if isinstance(answer, Fetched):
                return answer
            https_only = https_only or url.scheme == "https"  # never back to plain http
            url = _parsed(answer.location, ProblemKind.REDIRECT_REFUSED, base=url)
        raise _trouble(ProblemKind.TOO_MANY_REDIRECTS, url)

    async def _ask(self, url: httpx2.URL, request: _Request) -> Fetched | _Redirect:
        target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        method, body, headers = "GET", None, [(b"Host", url.netloc), *HEADERS]
        if request.posted is not None:
            method, body = "POST", request.posted.body
            headers += [
                (b"Content-Type", request.posted.content_type.encode()),
                (b"Content-Length", b"%d" % len(body)),
            ]
        if request.witness is not None:
            request.witness.asked(f"{method} {url}")
        try:
            async with self._pool.stream(method, target, headers=headers, content=body) as response:
                if request.witness is not None:
                    request.witness.answered(_head(response))
                location = _header(response, b"location")
                if response.status in REDIRECTS and location:
                    await _finish(response, url)
                    return _Redirect(location)
                if not 200 <= response.status <= 299:
                    raise _trouble(ProblemKind.HTTP_STATUS, url, said=str(response.status))
                content_type = clean_words(_header(response, b"content-type"))
                return Fetched(str(url), response.status, content_type, await _body(response, url))
        except (httpcore2.ProtocolError, httpcore2.NetworkError, httpcore2.UnsupportedProtocol):
            raise _trouble(ProblemKind.UNEXPECTED_ANSWER, url) from None


async def _finish(response: httpcore2.Response, url: httpx2.URL) -> None:
    """Read a body nobody wants if it is short, so that the connection can be used for the next hop."""
    length = _header(response, b"content-length")
    if length.isdecimal() and int(length) <= UNWANTED_LIMIT:
        await _body(response, url)


async def _body(response: httpcore2.Response, url: httpx2.URL) -> bytes:
    body = bytearray()
    async for piece in response.aiter_stream():
        body += piece
        if len(body) > BODY_LIMIT:
            raise _trouble(ProblemKind.DOCUMENT_TOO_LARGE, url)
    return bytes(body)


def _head(response: httpcore2.Response) -> str:
    """Return the head of an answer as `404 Not Found · text/html · 153 bytes`, with where a redirect leads."""
    reason = response.extensions.get("reason_phrase", b"").decode("latin-1")
    size = _header(response, b"content-length")
    parts = (
        f"{response.status} {reason}".rstrip(),
        _header(response, b"location"),
        _header(response, b"content-type"),
        f"{size} bytes" if size.isdecimal() else "",
    )
    return " · ".join(part for part in parts if part)


def _header(response: httpcore2.Response, wanted: bytes) -> str:
    values = [value for name, value in response.headers if name.lower() == wanted]
    return values[0].decode("latin-1") if values else ""


def _parsed(text: str, wrong: ProblemKind, base: httpx2.URL | None = None) -> httpx2.URL:
    """Return a URL without a fragment; one with a login name or without a host is none we follow."""
    try:
        url = base.join(text) if base is not None else httpx2.URL(text)
    except httpx2.InvalidURL:
        raise Trouble(Problem(wrong, host=base.host if base is not None else clean_words(text, 255))) from None
    if url.userinfo or not url.host:
        raise _trouble(wrong, base or url)
    return url.copy_with(fragment=None)


def _trouble(kind: ProblemKind, url: httpx2.URL, said: str | None = None) -> Trouble:
    port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    return Trouble(Problem(kind, host=url.raw_host.decode("ascii") or None, port=port, server_said=said))
