"""Copies of the provider database are collected from folders and zip files, friendly or not."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.detection.ispdb.databases import document, folder, packed
from webapp.detection.documents.types import SIZE_LIMIT
from webapp.detection.ispdb import importing
from webapp.detection.ispdb.importing import ImportRefused, collect

TWO = {
    "autoconfig-master/ispdb/a.test.xml": document("a.test"),
    "autoconfig-master/ispdb/b.test.xml": document("b.test"),
}


def test_a_folder_and_a_zip_of_it_give_the_same(tmp_path: Path) -> None:
    files = {**TWO, "autoconfig-master/README.md": b"about", "autoconfig-master/.hidden.xml": b"<x/>"}

    from_folder = collect(folder(tmp_path / "folder", files))
    from_zip = collect(packed(tmp_path / "all.zip", files))

    assert (
        sorted(from_folder)
        == sorted(from_zip)
        == [("a.test.xml", document("a.test")), ("b.test.xml", document("b.test"))]
    )


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path: Path) -> None:
    names = ("../../evil.test.xml", "/etc/evil.test.xml", "C:\\evil.test.xml", "a/../../evil.test.xml")
    archive = packed(tmp_path / "all.zip", {name: document("evil.test") for name in names})

    names_kept = {name for name, _ in collect(archive)}

    assert all("/" not in name for name in names_kept)
    assert [file.name for file in tmp_path.iterdir()] == ["all.zip"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(document("secret.test"))
    path = folder(tmp_path / "folder", {"a.test.xml": document("a.test")})
    os.symlink(secret, path / "b.test.xml")
    os.symlink(path, path / "below")

    assert [name for name, _ in collect(path)] == ["a.test.xml"]


def test_a_member_that_unpacks_to_more_than_a_document_is_left_out_without_unpacking_it(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "all.zip", {"bomb.xml": b" " * 50_000_000, "a.test.xml": document("a.test")})

    assert [name for name, _ in collect(bomb)] == ["a.test.xml"]


def test_a_member_that_lies_about_its_size_is_not_believed(tmp_path: Path) -> None:
    body = b" " * (SIZE_LIMIT * 4)
    archive = packed(tmp_path / "all.zip", {"bomb.xml": body})
    size = len(body).to_bytes(4, "little")
    archive.write_bytes(archive.read_bytes().replace(size, (100).to_bytes(4, "little")))

    try:
        documents = collect(archive)
    except ImportRefused:
        return
    assert all(len(body) <= SIZE_LIMIT for _, body in documents)


@pytest.mark.parametrize("limit", ["DOCUMENTS_LIMIT", "ENTRIES_LIMIT", "TOTAL_LIMIT"])
@pytest.mark.parametrize("make", [folder, packed])
def test_too_much_of_anything_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    make: Callable[[Path, dict[str, bytes]], Path],
) -> None:
    monkeypatch.setattr(importing, limit, 1)

    with pytest.raises(ImportRefused, match=r"too m"):
        collect(make(tmp_path / "all", TWO))


def test_an_encrypted_archive_is_refused_in_words(tmp_path: Path) -> None:
    archive = packed(tmp_path / "all.zip", {"a.test.xml": document("a.test")}, zipfile.ZIP_STORED)
    bytes_ = bytearray(archive.read_bytes())
    bytes_[bytes_.index(b"PK\x01\x02") + 8] |= 1  # general purpose bit 0, in the directory
    archive.write_bytes(bytes_)

    with pytest.raises(ImportRefused, match="encrypted"):
        collect(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_way_of_packing_is_refused_in_words(tmp_path: Path, method: int) -> None:
    archive = packed(tmp_path / "all.zip", {"a.test.xml": document("a.test")}, method)

    with pytest.raises(ImportRefused, match="unusual"):
        collect(archive)


def test_a_damaged_archive_is_refused_in_words(tmp_path: Path) -> None:
    archive = packed(tmp_path / "all.zip", {"a.test.xml": document("a.test") * 50})
    damaged = bytearray(archive.read_bytes())
    damaged[60:90] = b"\x00" * 30
    archive.write_bytes(damaged)

    with pytest.raises(ImportRefused, match="cannot be read"):
        collect(archive)


def test_what_is_no_copy_at_all_is_refused_in_words(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("hello")

    with pytest.raises(ImportRefused, match="neither"):
        collect(text)
    with pytest.raises(ImportRefused, match="does not exist"):
        collect(tmp_path / "nothing")


def test_members_that_are_too_large_count_towards_what_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.detection.ispdb.importing.TOTAL_LIMIT", SIZE_LIMIT * 2)
    packed = tmp_path / "database.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as writing:
        for number in range(3):
            writing.writestr(f"{number}.xml", b" " * (SIZE_LIMIT + 1))

    with pytest.raises(ImportRefused, match="too much"):
        collect(packed)


def test_a_file_that_vanishes_while_we_look_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walked(folder: Path, onerror: object) -> list[tuple[str, list[str], list[str]]]:
        return [(str(folder), [], ["gone.xml"])]

    monkeypatch.setattr("webapp.detection.ispdb.importing.os.walk", walked)

    with pytest.raises(ImportRefused, match=r"gone\.xml cannot be read"):
        collect(tmp_path)
