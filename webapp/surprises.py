"""Logs an unexpected exception without its words: an exception's text or arguments may hold a secret."""

import logging
import traceback


def log_surprise(log: logging.Logger, what: str, error: BaseException) -> None:
    """Log what failed, the kinds of the exception and its causes, and where; never values."""
    kinds, link = [type(error).__qualname__], error.__cause__ or error.__context__
    while link is not None and len(kinds) < 5:
        kinds.append(type(link).__qualname__)
        link = link.__cause__ or link.__context__
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s: %s\n%s", what, " < ".join(kinds), frames)
