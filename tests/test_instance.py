"""The instance folder: made for its owner only, its keys made once and never twice."""

import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from webapp.instance import DATABASE, MAIL_KEYS, SESSION_KEY, open_instance, read_or_make
from webapp.settings import Settings, SettingsError, load


def settings_in(folder: Path, **more: str) -> Settings:
    return load({"MAILROOM_INSTANCE": str(folder), **more})


def rights(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_new_instance_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "instance"

    open_instance(settings_in(folder))

    assert rights(folder) == 0o700
    assert {rights(folder / name) for name in (SESSION_KEY, MAIL_KEYS)} == {0o600}
    assert sorted(file.name for file in folder.iterdir()) == sorted([SESSION_KEY, MAIL_KEYS])


def test_a_folder_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    open_instance(settings_in(tmp_path))

    assert rights(tmp_path) == 0o700


def test_keys_are_made_once_and_differ(tmp_path: Path) -> None:
    first = open_instance(settings_in(tmp_path))
    second = open_instance(settings_in(tmp_path))

    assert (first.secret_key, first.mail_keys) == (second.secret_key, second.mail_keys)
    assert first.secret_key not in first.mail_keys
    Fernet(first.mail_keys[0])


def test_given_keys_are_used_and_none_are_made(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()

    settings = open_instance(settings_in(tmp_path, MAILROOM_SECRET_KEY="k" * 40, MAILROOM_MAIL_KEYS=key))

    assert (settings.secret_key, settings.mail_keys) == ("k" * 40, (key,))
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_in_the_instance_unless_set(tmp_path: Path) -> None:
    assert open_instance(settings_in(tmp_path)).database_url == f"sqlite:///{tmp_path / DATABASE}"
    elsewhere = open_instance(settings_in(tmp_path, MAILROOM_DATABASE_URL="sqlite:////elsewhere.sqlite"))
    assert elsewhere.database_url == "sqlite:////elsewhere.sqlite"


def test_broken_keys_are_named_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / MAIL_KEYS).write_text("torn")

    with pytest.raises(SettingsError, match=MAIL_KEYS):
        open_instance(settings_in(tmp_path))

    assert (tmp_path / MAIL_KEYS).read_text() == "torn"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match="MAILROOM_INSTANCE"):
        open_instance(settings_in(tmp_path / "file" / "instance"))


def test_starts_at_the_same_time_agree_on_one_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    keys: list[str] = []

    def start(number: int) -> None:
        together.wait()
        keys.append(read_or_make(tmp_path / "key", lambda: f"key {number}"))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
    assert os.path.getsize(tmp_path / "key") > 0
