"""Keep a secret out of the words of a server that repeats what it was told."""

import base64
import re

from webapp.net.words import clean_words

MASK = "•••"
SHORTEST_ENCODED = 4  # fewer base64 characters would match ordinary words


class Scrubber:
    """Turns what a server said into words to keep; once told a secret, never lets it through."""

    def __init__(self) -> None:
        self._secret_forms: re.Pattern[str] | None = None

    def hide(self, secret: str, *messages: bytes) -> None:
        """Remember a secret, and whole messages made from it, in every form a server could echo them."""
        in_clear = {secret, secret.replace("\\", "\\\\").replace('"', '\\"')}
        whole = {base64.b64encode(message).decode() for message in messages}
        patterns = [re.escape(form) for form in sorted(whole | in_clear, key=len, reverse=True)]
        # Beside the sure characters stands one more on either side that holds some bits of the secret.
        patterns += [f"[A-Za-z0-9+/]?{re.escape(core)}[A-Za-z0-9+/]?=*" for core in _base64_cores(secret.encode())]
        self._secret_forms = re.compile("|".join(patterns), re.IGNORECASE)

    def words(self, said: bytes | str, limit: int = 300) -> str | None:
        """Return what a server said as safe words, None if it said nothing.

        Masked before the cut, lest half a secret stays at its edge, and after
        the cleaning, lest removed characters bring two halves together.
        """
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return self._masked(clean_words(self._masked(text), limit)) or None

    def _masked(self, text: str) -> str:
        return self._secret_forms.sub(MASK, text) if self._secret_forms else text


def _base64_cores(secret: bytes) -> set[str]:
    """Return the base64 characters a secret always yields, for each of the three places it may begin at in a message.

    The first and last characters depend on the neighbours, so they are left out.
    """
    cores = set()
    for lead in range(3):
        encoded = base64.b64encode(b"\0" * lead + secret).decode().rstrip("=")
        first = -(-lead * 8 // 6)
        last = (lead + len(secret)) * 8 // 6
        if last - first >= SHORTEST_ENCODED:
            cores.add(encoded[first:last])
    return cores
