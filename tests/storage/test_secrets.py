"""Secrets open only with the right key and only where they belong."""

from dataclasses import replace

import pytest

from tests.storage.makers import IMAP, SECRET
from webapp.mail.settings import Credentials, Security
from webapp.storage.secrets import KeyInvalid, SecretBox, SecretUnreadable, place_of

OLD, NEW = SecretBox.new_key(), SecretBox.new_key()


def test_a_secret_opens_after_the_key_was_rotated() -> None:
    locked = SecretBox((OLD,)).encrypt(SECRET, "here")

    assert SecretBox((NEW, OLD)).decrypt(locked, "here") == SECRET
    assert SECRET not in locked


def test_a_new_secret_is_locked_with_the_newest_key() -> None:
    locked = SecretBox((NEW, OLD)).encrypt(SECRET, "here")

    assert SecretBox((NEW,)).decrypt(locked, "here") == SECRET


def test_a_wrong_key_says_what_to_look_at() -> None:
    locked = SecretBox((OLD,)).encrypt(SECRET, "here")

    with pytest.raises(SecretUnreadable, match="MAILROOM_MAIL_KEYS"):
        SecretBox((NEW,)).decrypt(locked, "here")


@pytest.mark.parametrize(
    "moved",
    [{"host": "evil.test"}, {"port": 1993}, {"security": Security.NONE}, {"username": "boris@uspeh.test"}],
    ids=lambda moved: next(iter(moved)),
)
def test_a_servers_secret_does_not_open_for_a_moved_server(moved: dict[str, str]) -> None:
    box = SecretBox((OLD,))
    locked = box.encrypt(SECRET, place_of(IMAP.settings))

    with pytest.raises(SecretUnreadable):
        box.decrypt(locked, place_of(replace(IMAP.settings, **moved)))  # type: ignore[arg-type]


@pytest.mark.parametrize("credentials", [Credentials("вход"), Credentials("a", "b"), Credentials("a", "")])
def test_both_secrets_of_an_account_come_back(credentials: Credentials) -> None:
    box = SecretBox((OLD,))

    assert box.decrypt_credentials(box.encrypt_credentials(credentials, "x"), "x") == credentials


@pytest.mark.parametrize("keys", [(), ("short",), (OLD, "not base64 ß")])
def test_a_text_that_is_no_key_is_refused_without_being_repeated(keys: tuple[str, ...]) -> None:
    with pytest.raises(KeyInvalid) as refusal:
        SecretBox(keys)

    assert not keys or keys[-1] not in str(refusal.value)


def test_a_box_never_shows_its_keys() -> None:
    assert OLD not in repr(SecretBox((OLD,)))
