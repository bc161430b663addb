"""The imported database: which document counts for a domain, and how it is kept."""

import random
from datetime import date
from pathlib import Path

import pytest

from tests.detection.ispdb.databases import FILES, document
from webapp.detection.ispdb import file
from webapp.detection.ispdb.file import NAME, read_snapshot, write_snapshot
from webapp.detection.ispdb.snapshot import Snapshot, snapshot_of

DAY = date(2026, 11, 22)


def test_a_document_is_found_by_every_domain_it_names_as_a_label() -> None:
    snapshot = snapshot_of(FILES.items(), DAY)

    assert snapshot.document("www.uspeh.test") == FILES["uspeh.test.xml"]
    assert snapshot.document("xn--80a1acny.test") == FILES["firma.test.xml"]
    assert snapshot.document("nobody.test") is None


def test_a_document_called_like_the_domain_goes_before_another_that_names_it() -> None:
    snapshot = snapshot_of([("a.xml", document("uspeh.test")), ("uspeh.test.xml", FILES["uspeh.test.xml"])], DAY)

    assert snapshot.document("uspeh.test") == FILES["uspeh.test.xml"]


def test_the_order_of_the_files_does_not_matter() -> None:
    files = list(FILES.items())
    shuffles = [random.Random(seed).sample(files, len(files)) for seed in range(10)]

    assert len({repr(snapshot_of(shuffled, DAY)) for shuffled in shuffles}) == 1


def test_what_names_no_server_or_no_domain_is_left_out() -> None:
    useless = [("a", b"<clientConfig/>"), ("b", document()), ("c", b"\x00"), ("d", document("a b.test"))]

    assert snapshot_of(useless, DAY).documents == ()


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    snapshot = snapshot_of(FILES.items(), DAY)

    write_snapshot(tmp_path, snapshot)

    assert read_snapshot(tmp_path) == snapshot
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert [kept.name for kept in tmp_path.iterdir()] == [NAME]


def test_a_new_import_takes_the_place_of_the_last_one_also_for_those_who_read_it_before(tmp_path: Path) -> None:
    write_snapshot(tmp_path, snapshot_of(FILES.items(), DAY))
    assert read_snapshot(tmp_path) is not None

    write_snapshot(tmp_path, snapshot_of([("b", document("b.test"))], DAY))

    read = read_snapshot(tmp_path)
    assert read is not None
    assert set(read.places) == {"b.test"}


def test_an_unchanged_file_is_read_once(tmp_path: Path) -> None:
    write_snapshot(tmp_path, snapshot_of(FILES.items(), DAY))

    assert read_snapshot(tmp_path) is read_snapshot(tmp_path)


def test_a_write_that_fails_leaves_the_last_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = snapshot_of(FILES.items(), DAY)
    write_snapshot(tmp_path, first)
    broken = Snapshot(DAY, ("not bytes",), {})  # type: ignore[arg-type]
    monkeypatch.setattr(file, "_member", lambda place: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write_snapshot(tmp_path, broken)

    monkeypatch.undo()
    assert read_snapshot(tmp_path) == first
    assert [kept.name for kept in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("body", [b"", b"PK", b"PK\x05\x06" + bytes(18)])
def test_a_broken_file_counts_as_none_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    (tmp_path / NAME).write_bytes(body)

    assert read_snapshot(tmp_path) is None
    assert "cannot be read" in caplog.text


def test_without_an_import_there_is_none(tmp_path: Path) -> None:
    assert read_snapshot(tmp_path) is None
