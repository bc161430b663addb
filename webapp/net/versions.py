"""Which library protects our connections: what a report tells; nothing is decided by it."""

import ssl


def tls_library() -> str:
    """Return the name and version of the TLS library Python was built with."""
    return ssl.OPENSSL_VERSION
