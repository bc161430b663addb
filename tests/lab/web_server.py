"""The lab's web hosts: https and http on one address, the certificate chosen by name (SNI), pages from a table."""

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

POLL_S = 0.05


@dataclass(frozen=True)
class Page:
    """What a URL answers with; `without_query` is the status of a request that names no mail address."""

    body: bytes = b""
    status: int = 200
    without_query: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})


@dataclass(frozen=True)
class Request:
    """One request as it came in; `path` has its query."""

    host: str
    path: str
    scheme: str = "https"
    method: str = "GET"
    body: bytes = b""


class WebServer:
    """Serves the pages it is told; everything else is 404."""

    def __init__(self, address: str, port: int = 443, plain_port: int = 80) -> None:
        self.address, self.port, self.plain_port = address, port, plain_port
        self.requests: list[Request] = []
        self._lasting: dict[str, Page] = {}
        self._passing: dict[str, Page] = {}
        self._lasting_hosts: dict[str, ssl.SSLContext] = {}
        self._passing_hosts: dict[str, ssl.SSLContext] = {}
        self._servers: list[PlainListener] = []
        self._threads: list[threading.Thread] = []

    def add_host(self, host: str, pem: Path, *, lasting: bool = False) -> None:
        """Serve a host name with its own certificate; until `reset` unless it is lasting."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        (self._lasting_hosts if lasting else self._passing_hosts)[host] = context

    def publish(self, url: str, page: Page, *, lasting: bool = False) -> None:
        """Serve a page under a URL, whatever the query; until `reset` unless it is lasting."""
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.hostname}{parts.path}".lower()
        (self._lasting if lasting else self._passing)[key] = page

    def page(self, request: Request) -> Page:
        """Return what a request gets, and remember the request."""
        self.requests.append(request)
        parts = urlsplit(request.path)
        key = f"{request.scheme}://{request.host}{parts.path}".lower()
        page = self._passing.get(key) or self._lasting.get(key) or Page(b"No such page.\n", 404)
        if page.without_query is not None and not parts.query:
            return Page(b"Whose?\n", page.without_query)
        return page

    def reset(self) -> None:
        """Forget passing pages, passing hosts and all requests."""
        self._passing.clear()
        self._passing_hosts.clear()
        self.requests.clear()

    def start(self) -> None:
        """Listen."""
        for server in (HttpsListener(self, self.port), PlainListener(self, self.plain_port)):
            thread = threading.Thread(target=server.serve_forever, args=(POLL_S,), name="lab-web", daemon=True)
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop listening."""
        while self._servers:
            server = self._servers.pop()
            server.shutdown()
            server.server_close()
            self._threads.pop().join()

    def context(self) -> ssl.SSLContext:
        """Return the TLS context that picks the certificate of the host asked for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> int | None:
        context = self._passing_hosts.get(host or "") or self._lasting_hosts.get(host or "")
        if context is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = context
        return None


class PlainListener(ThreadingHTTPServer):
    """A thread a connection."""

    daemon_threads = True
    request_queue_size = 1024
    scheme = "http"

    def __init__(self, owner: WebServer, port: int) -> None:
        self.owner = owner
        super().__init__((owner.address, port), PageHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that leaves in the middle is normal here."""


class HttpsListener(PlainListener):
    """The same over TLS; the handshake happens in the thread, so that a slow client holds up nobody."""

    scheme = "https"

    def __init__(self, owner: WebServer, port: int) -> None:
        self._tls = owner.context()
        super().__init__(owner, port)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and put TLS before it."""
        connection, client = super().get_request()
        connection.settimeout(10)
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), client


class PageHandler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: PlainListener

    def do_GET(self) -> None:
        """Answer with the page of the URL."""
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        page = self.server.owner.page(Request(host, self.path, self.server.scheme, self.command, body))
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; `WebServer.requests` remembers."""
