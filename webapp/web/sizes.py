"""How large a request may be: a form of a few kilobytes, unless its view takes letters and their files."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Blueprint, current_app, request

P = ParamSpec("P")
R = TypeVar("R")

bp = Blueprint("sizes", __name__)

FORM_LIMIT = 64 * 1024
TEXT_LIMIT = 2 * 1024 * 1024  # a long letter with all it quotes; a Cyrillic character takes up to six bytes
UPLOAD_LIMIT = 40 * 1024 * 1024  # a little more than one letter may carry, so that the form itself can say so


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that takes a letter as it is written, with files; who is not signed in never gets so far."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


@bp.before_app_request
def allow() -> None:
    """Let a request be larger where its view expects it; to be asked before anything reads the form."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method == "POST" and getattr(view, "takes_files", False):
        request.max_content_length = UPLOAD_LIMIT
        request.max_form_memory_size = TEXT_LIMIT
