"""How much of a request the server takes in before anybody looks at it: much only where letters are written."""

from copy import copy
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from webapp.storage.writing import LARGEST_FILES

WITH_FILES = "/mail/"
SMALL = 1024 * 1024  # what anybody may send, for the application to refuse in its own words
TOO_LARGE = """\
Слишком много за один раз: вместе файлы больше {limit} МБ. Вернитесь назад и приложите меньше; письмо не пропало.

That was too much at once: the files together are larger than {limit} MB.
Go back and attach fewer; the letter is not lost.
"""


class MeasuredRequest(HTTPRequestParser):  # type: ignore[misc]  # the library has no type information
    """A request whose body is no larger than its address needs: it is kept on disk before its sender is known."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Read the header; from it on the limit is that of the address."""
        super().parse_header(header_plus)
        if not self.path.startswith(WITH_FILES):
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = SMALL


class TooLarge(RequestEntityTooLarge):  # type: ignore[misc]
    """What is said instead of a page, to be read by people: the application is not asked."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and words."""
        words = TOO_LARGE.format(limit=LARGEST_FILES // 1024**2)
        return f"{self.code} {self.reason}", [("Content-Type", "text/plain; charset=utf-8")], words.encode()


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to a request that is not let in."""

    def execute(self) -> None:
        """Answer in words of ours where it was too large."""
        if type(self.request.error) is RequestEntityTooLarge:
            self.request.error = TooLarge("")
        super().execute()


class MeasuredChannel(HTTPChannel):  # type: ignore[misc]
    """A connection of a browser that measures what comes."""

    parser_class = MeasuredRequest
    error_task_class = Refusal


def measure(sockets: dict[int, Any]) -> None:
    """Let every server among the sockets measure its requests."""
    for one in sockets.values():
        if hasattr(one, "channel_class"):
            one.channel_class = MeasuredChannel
