"""Read what an IMAP server says (RFC 3501, sections 7 and 9). Pure; bad input is `Trouble`, never anything else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.net.problems import Problem, ProblemKind, Trouble

LITERAL_AT_END = re.compile(rb"\{(\d{1,10})\+?\}\Z")
STATUS_WORDS = frozenset({b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"})
DEEPEST = 16
TOKEN = re.compile(rb'[ ]+|([()])|"((?:[^"\\]|\\.)*)"|([^ ()"]+)')

Token = bytes | None | list["Token"]
"""An atom or string, NIL, or a list."""


@dataclass(frozen=True)
class Response:
    """One response: the tag (`*`, `+` or ours), for a status its word and code, and what follows.

    `pieces` is the text after the tag, cut at its literals: text, literal, text, …
    """

    tag: bytes
    pieces: tuple[bytes, ...]
    status: bytes | None = None
    code: bytes | None = None  # the first word of the response code, upper case
    code_text: bytes = b""  # the rest of the response code

    @property
    def said(self) -> bytes:
        """Return the words as the server wrote them, code included."""
        return self.pieces[0]


def literal_size(line: bytes, *, first: bool = True) -> int | None:
    """Return the size of the literal a line announces at its end, None if it announces none.

    Only data has literals: the free text of a status, or of an invitation, may
    end in anything. `first` False: the line continues data.
    """
    if first and (not line.startswith(b"* ") or _status_word(line[2:]) is not None):
        return None
    announced = LITERAL_AT_END.search(line)
    return int(announced[1]) if announced else None


def read_response(pieces: Sequence[bytes]) -> Response:
    """Return the response made of a line, or of lines and the literals between them."""
    tag, _, rest = pieces[0].partition(b" ")
    if tag == b"+" or not tag:
        return Response(tag, (rest,))
    status = _status_word(rest)
    if status is None:
        return Response(tag, (rest, *pieces[1:]))
    code, code_text = _response_code(rest[len(status) :].lstrip(b" "))
    return Response(tag, (rest,), status, code, code_text)


def tokens(pieces: Sequence[bytes]) -> list[Token]:
    """Return the data of a response as nested lists."""
    outermost: list[Token] = []
    open_lists: list[list[Token]] = [outermost]
    for number, piece in enumerate(pieces):
        if number % 2:
            open_lists[-1].append(piece)
        else:
            _read_text(LITERAL_AT_END.sub(b"", piece), open_lists)
    if len(open_lists) != 1:
        raise _bad_answer()
    return outermost


def numbers(found: Sequence[Token]) -> tuple[int, ...]:
    """Return the numbers of a SEARCH answer, at most ten digits each (RFC 3501, section 9: nz-number)."""
    return tuple(int(token) for token in found if isinstance(token, bytes) and token.isdigit() and len(token) <= 10)


def _read_text(text: bytes, open_lists: list[list[Token]]) -> None:
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise _bad_answer()
        position = match.end()
        bracket, quoted, atom = match.groups()
        if bracket == b"(":
            _open(open_lists)
        elif bracket == b")":
            _close(open_lists)
        elif quoted is not None:
            open_lists[-1].append(re.sub(rb"\\(.)", rb"\1", quoted, flags=re.DOTALL))
        elif atom is not None:
            open_lists[-1].append(None if atom.upper() == b"NIL" else atom)


def _open(open_lists: list[list[Token]]) -> None:
    if len(open_lists) > DEEPEST:
        raise _bad_answer()
    inner: list[Token] = []
    open_lists[-1].append(inner)
    open_lists.append(inner)


def _close(open_lists: list[list[Token]]) -> None:
    if len(open_lists) == 1:
        raise _bad_answer()
    open_lists.pop()


def _status_word(rest: bytes) -> bytes | None:
    word = rest.partition(b" ")[0].upper()
    return word if word in STATUS_WORDS else None


def _response_code(text: bytes) -> tuple[bytes | None, bytes]:
    if not text.startswith(b"[") or b"]" not in text:
        return None, b""
    word, _, arguments = text[1 : text.index(b"]")].partition(b" ")
    return word.upper(), arguments


def _bad_answer() -> Trouble:
    return Trouble(Problem(ProblemKind.UNEXPECTED_ANSWER))
