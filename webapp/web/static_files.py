"""Addresses of static files: each carries a version, so that browsers may keep it for a year, and is built once."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request


class StaticFiles:
    """Knows where an application's static files are called for; every page names three dozen of them."""

    def __init__(self, app: Flask) -> None:
        self._app, self._folder = app, Path(app.static_folder or "")
        self._addresses: dict[tuple[str, str], str] = {}
        app.url_defaults(self._add_version)
        app.add_template_global(self.url_for)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return an address as Flask does; that of a static file from memory."""
        if endpoint != "static" or values.keys() != {"filename"} or not has_request_context():
            return self._app.url_for(endpoint, **values)
        place = request.root_path, values["filename"]  # a proxy may put us below a path
        if place not in self._addresses:
            self._addresses[place] = self._app.url_for(endpoint, **values)
        return self._addresses[place]

    def _add_version(self, endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", version_of(self._folder / values["filename"]))


@lru_cache(maxsize=256)
def version_of(file: Path) -> str | None:
    """Return the start of a file's hash, or None where there is no such file."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    except OSError:
        return None
