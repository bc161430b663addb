"""The addresses of writing and of the outbox, put together."""

from webapp.web.compose import answers, outbox, writing
from webapp.web.compose.blueprint import bp

__all__ = ["answers", "bp", "outbox", "writing"]
