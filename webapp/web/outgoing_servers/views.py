"""The addresses of outgoing servers, put together."""

from webapp.web.outgoing_servers import listing
from webapp.web.outgoing_servers.dialog import bp

__all__ = ["bp", "listing"]
