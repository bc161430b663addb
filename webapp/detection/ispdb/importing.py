"""Collect the documents of a provider database from a folder or a zip file, however it was made, with ceilings."""

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from webapp.detection.documents.types import SIZE_LIMIT

ENTRIES_LIMIT = 50_000  # files looked at, wanted or not
DOCUMENTS_LIMIT = 10_000
TOTAL_LIMIT = 64 * 1024 * 1024
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ImportRefused(Exception):
    """Something that cannot be a copy of the provider database; the text is a sentence for people."""


def collect(path: Path) -> list[tuple[str, bytes]]:
    """Return name and bytes of every file that may be a document; raises `ImportRefused`.

    Only the last part of a name is kept and nothing is unpacked to the disk.
    """
    if path.is_dir():
        source = _from_folder(path)
    elif zipfile.is_zipfile(path):
        source = _from_zip(path)
    elif path.exists():
        raise ImportRefused(f"{path} is neither a folder nor a zip file.")
    else:
        raise ImportRefused(f"{path} does not exist.")
    documents: list[tuple[str, bytes]] = []
    total = 0
    for name, body in source:
        total += len(body)  # also of what is too large: it was unpacked all the same
        if len(documents) >= DOCUMENTS_LIMIT or total > TOTAL_LIMIT:
            raise ImportRefused(f"{path} holds too much to be a provider database.")
        if len(body) <= SIZE_LIMIT:
            documents.append((name, body))
    return documents


def _from_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read the beginnings of the regular files below a folder; links are not followed, they may lead anywhere."""
    seen = 0
    for where, below, names in os.walk(folder, onerror=_refuse):
        below.sort()
        for name in sorted(names):
            seen += 1
            if seen > ENTRIES_LIMIT:
                raise ImportRefused(f"{folder} holds too many files to be a provider database.")
            if _may_be_document(name) and _is_file(Path(where) / name):
                yield name, _beginning(Path(where) / name)


def _from_zip(file: Path) -> Iterator[tuple[str, bytes]]:
    """Read the beginnings of the members of a zip file; what they say about their size is not believed."""
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            if len(members) > ENTRIES_LIMIT:
                raise ImportRefused(f"{file} holds too many files to be a provider database.")
            for member in members:
                name = PurePosixPath(member.filename).name
                if member.is_dir() or not _may_be_document(name):
                    continue
                if member.flag_bits & ENCRYPTED or member.compress_type not in METHODS:
                    raise ImportRefused(f"{file} is encrypted or packed in an unusual way; unpack it into a folder.")
                with packed.open(member) as opened:
                    yield name, opened.read(SIZE_LIMIT + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise ImportRefused(f"{file} cannot be read: {error}.") from None


def _may_be_document(name: str) -> bool:
    return name.lower().endswith(".xml") and not name.startswith(".")


def _is_file(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError as error:
        _refuse(error)
        raise


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        _refuse(error)
        raise


def _refuse(error: OSError) -> None:
    raise ImportRefused(f"{error.filename} cannot be read: {error.strerror}.") from None
