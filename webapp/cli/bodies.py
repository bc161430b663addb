"""How much of a request the server takes in before anybody looks at it: much only where letters are written."""

from copy import copy
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

WITH_FILES = "/mail/"
SMALL = 1024 * 1024  # what anybody may send, for the application to refuse in its own words


class MeasuredRequest(HTTPRequestParser):  # type: ignore[misc]  # the library has no type information
    """A request whose body is no larger than its address needs: it is kept on disk before its sender is known."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header; from it on the limit is that of the address."""
        super().parse_header(header_plus)
        if not self.path.startswith(WITH_FILES):
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = SMALL


class MeasuredChannel(HTTPChannel):  # type: ignore[misc]
    """A connection of a browser that measures what comes."""

    parser_class = MeasuredRequest


def measure(sockets: dict[int, Any]) -> None:
    """Let every server among the sockets measure its requests."""
    for one in sockets.values():
        if hasattr(one, "channel_class"):
            one.channel_class = MeasuredChannel
