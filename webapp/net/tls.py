"""The two TLS contexts everything shares, and what their failures mean."""

import ssl
from pathlib import Path


class TlsContexts:
    """Built once and shared: loading the system's certificates takes about 44 ms and would block the loop."""

    verified: ssl.SSLContext
    unverified: ssl.SSLContext

    def __init__(self, ca_file: Path | None = None) -> None: ...
