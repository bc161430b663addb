"""The lab's web hosts: https on one address, the certificate chosen by name (SNI), pages from a table."""

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
    """What a URL answers with."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})


@dataclass(frozen=True)
class Request:
    """One request as it came in; `path` has its query."""

    host: str
    path: str


class WebServer:
    """Serves the pages it is told; everything else is 404."""

    def __init__(self, address: str, port: int = 443) -> None:
        self.address, self.port = address, port
        self.requests: list[Request] = []
        self._lasting: dict[str, Page] = {}
        self._passing: dict[str, Page] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._server: HttpsListener | None = None
        self._thread: threading.Thread | None = None

    def add_host(self, host: str, pem: Path) -> None:
        """Serve a host name with its own certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self._contexts[host] = context

    def publish(self, url: str, page: Page, *, lasting: bool = False) -> None:
        """Serve a page under a URL, whatever the query; until `reset` unless it is lasting."""
        parts = urlsplit(url)
        (self._lasting if lasting else self._passing)[f"{parts.hostname}{parts.path}"] = page

    def page(self, host: str, path: str) -> Page:
        """Return what a request gets, and remember the request."""
        self.requests.append(Request(host, path))
        key = host + urlsplit(path).path
        return self._passing.get(key) or self._lasting.get(key) or Page(b"No such page.\n", 404)

    def reset(self) -> None:
        """Forget passing pages and all requests."""
        self._passing.clear()
        self.requests.clear()

    def start(self) -> None:
        """Listen."""
        self._server = HttpsListener(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_S,), name="lab-web", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def context(self) -> ssl.SSLContext:
        """Return the TLS context that picks the certificate of the host asked for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, host: str | None, _: ssl.SSLContext) -> int | None:
        if host not in self._contexts:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self._contexts[host]
        return None


class HttpsListener(ThreadingHTTPServer):
    """A thread a connection; the handshake happens there, so that a slow client holds up nobody."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, owner: WebServer) -> None:
        self.owner = owner
        self._tls = owner.context()
        super().__init__((owner.address, owner.port), PageHandler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and put TLS before it."""
        connection, client = super().get_request()
        connection.settimeout(10)
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), client

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that leaves in the middle is normal here."""


class PageHandler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpsListener

    def do_GET(self) -> None:
        """Answer with the page of the URL."""
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        page = self.server.owner.page(host, self.path)
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; `WebServer.requests` remembers."""
