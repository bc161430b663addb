"""Keep a secret out of the words of a server that repeats what it was told."""

import base64
import re
from collections.abc import Iterator

from webapp.mail.disguises import disguises
from webapp.net.words import clean_words

MASK = "•••"
SHORTEST_PROOF = 8  # characters; shorter answers of an exchange are empty, or a very short name


class Scrubber:
    """Turns what was said into words to keep; once told a secret, never lets it through."""

    def __init__(self) -> None:
        self._forms: dict[str, None] = {}  # each once, in the order of coming
        self._pattern: re.Pattern[str] | None = None  # made when words come that may hold a secret
        self._proofs: list[str] = []

    def hide(self, secret: str, *messages: bytes) -> None:
        """Remember a secret, and whole messages made from it, in every form a server could echo them."""
        whole = [re.escape(base64.b64encode(message).decode()) for message in messages]
        self._forms |= dict.fromkeys([*whole, *disguises(secret)])
        self._pattern = None

    def hide_proof(self, answer: bytes) -> None:
        """Remember an answer of an exchange, in base64 as it is sent: it lets passwords be tried elsewhere."""
        if len(answer) >= SHORTEST_PROOF:
            self._proofs.append(answer.decode("ascii"))

    def words(self, said: bytes | str, limit: int = 300) -> str | None:
        """Return what a server said as safe words, None if it said nothing.

        Masked before the cut, lest half a secret stays at its edge, and after
        the cleaning, lest removed characters bring two halves together.
        """
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return self._masked(clean_words(self._masked(text), limit)) or None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Return where secrets stand in a text: beginnings and ends."""
        if self._forms and text:
            yield from (found.span() for found in self._any_form().finditer(text))

    def _masked(self, text: str) -> str:
        if not self._forms or not text:
            return text
        for proof in self._proofs:
            text = text.replace(proof, MASK)
        return self._any_form().sub(MASK, text)

    def _any_form(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = re.compile("|".join(self._forms), re.IGNORECASE)
        return self._pattern
