"""`mailroom providers`: a copy of the public database is taken over and counted."""

from pathlib import Path

from tests.cli.commands import Terminal
from tests.detection.ispdb.databases import FILES, folder, packed
from webapp.detection.ispdb.file import read_snapshot


def test_an_import_is_counted_kept_and_listed(terminal: Terminal, tmp_path: Path) -> None:
    result = terminal.run("providers", "import", str(folder(tmp_path / "ispdb", FILES)))

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "Imported 3 providers with 4 domains.",
        "Left out: 1 file without a server that Mailroom could use.",
    ]
    snapshot = read_snapshot(terminal.instance)
    assert snapshot is not None
    assert "firma.test" in snapshot.places
    assert terminal.instance.stat().st_mode & 0o777 == 0o700
    listed = terminal.run("providers", "list").output
    assert f"Imported on {snapshot.imported_on}: 3 providers with 4 domains." in listed
    assert "Яндекс Почта: yandex.ru, ya.ru" in listed


def test_a_zip_file_without_documents_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("providers", "import", str(folder(tmp_path / "ispdb", FILES)))

    result = terminal.run("providers", "import", str(packed(tmp_path / "other.zip", {"a.xml": b"<x/>"})))

    assert result.exit_code == 1
    assert "nothing was changed" in result.output
    assert read_snapshot(terminal.instance) is not None


def test_what_cannot_be_imported_is_said_in_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    result = terminal.run("providers", "import", str(tmp_path / "missing"))

    assert result.exit_code == 1
    assert result.output == f"Error: {tmp_path / 'missing'} does not exist.\n"


def test_without_an_import_the_list_says_so_and_makes_no_instance(terminal: Terminal) -> None:
    result = terminal.run("providers", "list")

    assert result.exit_code == 0
    assert "Imported: nothing" in result.output
    assert not terminal.instance.exists()
