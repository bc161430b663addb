"""Load ahead what libraries would load in the middle of the first run, where it would hold up the loop."""

import gc
from contextlib import suppress
from functools import cache
from importlib import import_module

from webapp.net.domains import public_suffixes

RECORD_TYPES = ("IN.A", "IN.AAAA", "IN.SRV", "ANY.MX", "ANY.TXT", "ANY.CNAME")
"""What we ask for; dnspython loads each type with the first answer of its kind."""


@cache
def warm_up() -> None:
    """Load the public suffixes (60 ms) and the http library's event loop backend (40 ms), once per process.

    What is loaded by then stays; spare every later garbage collection the way
    through it, which took 40 ms in the middle of a search.
    """
    public_suffixes()
    with suppress(ImportError):  # a private name; without it only the first look-up is slower
        import_module("anyio._backends._asyncio")
    for name in RECORD_TYPES:
        import_module(f"dns.rdtypes.{name}")
    gc.freeze()
