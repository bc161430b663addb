"""The file an imported provider database is kept in: written whole or not at all, read once per change."""

import json
import logging
import os
import tempfile
import zipfile
import zlib
from datetime import date
from functools import lru_cache
from pathlib import Path

from webapp.detection.ispdb.snapshot import Snapshot

NAME = "ispdb.zip"
INDEX = "index.json"

# What a damaged or foreign file can raise; RuntimeError: encrypted members, unknown ways of packing.
BROKEN = (
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    TypeError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)

logger = logging.getLogger(__name__)


def read_snapshot(folder: Path) -> Snapshot | None:
    """Return what was imported into an instance folder, or None; a broken file is logged and counts as none."""
    file = folder / NAME
    try:
        stamp = file.stat()
    except OSError:
        return None
    return _read(file, stamp.st_mtime_ns, stamp.st_ino)


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Keep a snapshot in the place of the last one; whoever reads meanwhile sees one or the other."""
    descriptor, draft = tempfile.mkstemp(dir=folder, prefix=f".{NAME}.")  # 0600 from its first moment
    try:
        with os.fdopen(descriptor, "wb") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed:
                index = {"imported_on": snapshot.imported_on.isoformat(), "places": dict(snapshot.places)}
                packed.writestr(INDEX, json.dumps(index, ensure_ascii=False, sort_keys=True))
                for place, document in enumerate(snapshot.documents):
                    packed.writestr(_member(place), document)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(draft, folder / NAME)
    except BaseException:
        os.unlink(draft)
        raise
    return folder / NAME


@lru_cache(maxsize=1)
def _read(file: Path, modified_ns: int, inode: int) -> Snapshot | None:
    """Return the content of one state of the file."""
    try:
        with zipfile.ZipFile(file) as packed:
            index = json.loads(packed.read(INDEX))
            places = {str(domain): int(place) for domain, place in index["places"].items()}
            documents = tuple(packed.read(_member(place)) for place in range(len(packed.namelist()) - 1))
        if any(place not in range(len(documents)) for place in places.values()):
            raise ValueError("a domain without its document")
        return Snapshot(date.fromisoformat(index["imported_on"]), documents, places)
    except BROKEN as error:
        logger.warning("The imported provider database %s cannot be read: %s", file, error)
        return None


def _member(place: int) -> str:
    return f"documents/{place:05}.xml"
