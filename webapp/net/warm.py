"""Load ahead what libraries would load in the middle of the first run, where it would hold up the loop."""

from contextlib import suppress
from functools import cache
from importlib import import_module

from webapp.net.domains import public_suffixes


@cache
def warm_up() -> None:
    """Load the public suffixes (60 ms) and the http library's event loop backend (40 ms), once per process."""
    public_suffixes()
    with suppress(ImportError):  # a private name; without it only the first look-up is slower
        import_module("anyio._backends._asyncio")
