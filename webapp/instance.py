"""The instance folder: made once, for its owner only, with the keys nobody set."""

import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cryptography.fernet import Fernet

from webapp import setting_values as values
from webapp.settings import Settings, SettingsError

SESSION_KEY = "session.key"
MAIL_KEYS = "mail.keys"
DATABASE = "mailroom.sqlite"
QUEUE = "queue.db"


def open_instance(settings: Settings) -> Settings:
    """Return the settings with nothing left open: folder made, keys read or made, database named."""
    try:
        make_folder(settings.instance)
        return replace(
            settings,
            secret_key=settings.secret_key or read_or_make(settings.instance / SESSION_KEY, new_session_key),
            mail_keys=settings.mail_keys
            or values.mail_keys(read_or_make(settings.instance / MAIL_KEYS, lambda: Fernet.generate_key().decode())),
            database_url=database_url(settings),
        )
    except OSError as error:
        raise SettingsError((f"MAILROOM_INSTANCE: {error.filename or settings.instance}: {error.strerror}",)) from error
    except ValueError as error:
        raise SettingsError((f"{settings.instance / MAIL_KEYS}: {error}",)) from error


def database_url(settings: Settings) -> str:
    """Return where the database is."""
    return settings.database_url or f"sqlite:///{settings.instance / DATABASE}"


def new_session_key() -> str:
    """Return a fresh key for signing sessions."""
    return secrets.token_urlsafe(48)


def make_folder(folder: Path) -> None:
    """Make the folder, readable by its owner only; tighten one that was made by git or by hand."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def read_or_make(file: Path, make: Callable[[], str]) -> str:
    """Return a file's text, writing it first if there is none.

    Two processes starting at once agree: linking a finished file into place
    fails for the second, which then reads what the first one wrote.
    """
    if not file.exists():
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # 0600 from its first moment
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(make() + "\n")
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return file.read_text(encoding="utf-8").strip()
