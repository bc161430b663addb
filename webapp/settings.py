"""Every setting of Mailroom: its name, its default, what it means. Read once, from the environment."""

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from webapp import setting_values as values
from webapp.net.resolver import NameServer
from webapp.setting_values import Listen, WorkerPlace
from webapp.time_zones import UTC_NAME, system_time_zone, time_zone

PREFIX = "MAILROOM_"
ISPDB = "https://autoconfig.thunderbird.net/v1.1/"


@dataclass(frozen=True)
class Setting:
    """How one field of `Settings` is set from outside."""

    field: str
    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str
    secret: bool


def about(read: Callable[[str], Any], default: str, meaning: str, *, secret: bool = False) -> dict[str, Any]:
    """Describe a field: how it is read, and what the README and `mailroom doctor` say about it."""
    return {"read": read, "default": default, "meaning": meaning, "secret": secret}


def default_instance() -> Path:
    """Return `instance/` beside the package in a checkout, else in the current folder."""
    checkout = Path(__file__).resolve().parent.parent
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "instance"


@dataclass(frozen=True)
class Settings:
    """The effective settings; a field MAILROOM_X is called x. None and () mean "not set"."""

    instance: Path = field(
        default_factory=default_instance,
        metadata=about(values.path, "`instance/`", "folder of the database and the keys"),
    )
    database_url: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            values.database_url, "SQLite in the instance folder", "SQLAlchemy address of the database", secret=True
        ),
    )
    listen: Listen = field(
        default=Listen("127.0.0.1", 8000),
        metadata=about(values.listen, "`127.0.0.1:8000`", "host:port the server listens on"),
    )
    public_url: str | None = field(
        default=None,
        metadata=about(
            values.public_url,
            "none",
            "address people open, for example `https://mail.example.org`; other host names are then refused",
        ),
    )
    secret_key: str | None = field(
        default=None,
        repr=False,
        metadata=about(values.secret_key, "made once, in the instance folder", "key that signs sessions", secret=True),
    )
    mail_keys: tuple[str, ...] = field(
        default=(),
        repr=False,
        metadata=about(
            values.mail_keys,
            "made once, in the instance folder",
            "keys that encrypt mail passwords: the first encrypts, all decrypt",
            secret=True,
        ),
    )
    dns_servers: tuple[NameServer, ...] = field(
        default=(),
        metadata=about(
            values.name_servers, "the system's", "name servers to ask, by address, each with an optional port"
        ),
    )
    ca_file: Path | None = field(
        default=None,
        metadata=about(
            values.certificates_file, "none", "PEM file of further certificate authorities to trust on mail servers"
        ),
    )
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = field(
        default=(),
        metadata=about(values.networks, "none", "inner networks (CIDR) whose mail servers may be connected to"),
    )
    ispdb_url: str | None = field(
        default=ISPDB,
        metadata=about(
            values.ispdb_url, f"`{ISPDB}`", "provider database asked online, the domain is appended; empty = off"
        ),
    )
    trusted_proxies: int = field(
        default=0,
        metadata=about(values.count, "`0`", "number of reverse proxies whose X-Forwarded headers are believed"),
    )
    plain_http: bool = field(
        default=False,
        metadata=about(values.truth, "`no`", "`yes` permits listening beyond this machine without TLS"),
    )
    worker: WorkerPlace = field(
        default=WorkerPlace.INSIDE,
        metadata=about(
            values.worker_place,
            "`inside`",
            "letters are received and sent `inside` the program that serves the pages, or `apart` by `mailroom worker`",
        ),
    )
    time_zone: str | None = field(
        default=None,
        metadata=about(
            time_zone, "the system's, else `UTC`", "time zone moments are shown in, for example `Europe/Moscow`"
        ),
    )
    log_level: str = field(default="info", metadata=about(values.log_level, "`info`", "debug, info, warning or error"))

    @property
    def secure(self) -> bool:
        """Tell whether people reach Mailroom by https."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone moments are shown in and days begin in."""
        return ZoneInfo(self.time_zone or system_time_zone(os.environ) or UTC_NAME)

    @property
    def address(self) -> str:
        """Return the address to print for people."""
        return self.public_url or f"http://{self.listen}"


class SettingsError(Exception):
    """Settings nobody can run with; `sentences` says what is wrong with each."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(field=entry.name, name=PREFIX + entry.name.upper(), **entry.metadata) for entry in fields(Settings)
)


def load(environ: Mapping[str, str]) -> Settings:
    """Return the settings of an environment, or raise `SettingsError` naming everything wrong at once."""
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for entry in SETTINGS:
        try:
            given = given_text(entry, environ)
            if given is not None:
                found[entry.field] = entry.read(given) if given else empty_value(entry)
        except ValueError as error:
            wrong.append(f"{entry.name}: {error}")
    if wrong:
        raise SettingsError(tuple(wrong))
    settings = Settings(**found)
    if sentence := exposure(settings):
        raise SettingsError((sentence,))
    return settings


def unknown_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return one warning for each MAILROOM_ name nobody reads, with the nearest known one."""
    known = [entry.name for entry in SETTINGS] + [entry.name + "_FILE" for entry in SETTINGS if entry.secret]
    warnings = []
    for name in sorted(set(environ) - set(known)):
        if name.startswith(PREFIX):
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)
            warnings.append(f"{name} is no setting of Mailroom; the nearest known name is {nearest[0]}")
    return tuple(warnings)


def table() -> str:
    """Return the README's table of settings, in Markdown."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for entry in SETTINGS:
        secret = " (*secret*)" if entry.secret else ""
        rows.append(f"| `{entry.name}`{secret} | {entry.default} | {entry.meaning} |")
    return "\n".join(rows) + "\n"


def given_text(entry: Setting, environ: Mapping[str, str]) -> str | None:
    """Return what was set, from the variable or the file its `_FILE` twin names."""
    direct, file = environ.get(entry.name), environ.get(entry.name + "_FILE") if entry.secret else None
    if direct is not None and file is not None:
        raise ValueError("set either this or its _FILE twin, not both")
    if file is None:
        return None if direct is None else direct.strip()
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the file {file} cannot be read") from None


def empty_value(entry: Setting) -> Any:
    """Return what an empty value means: off for the look-up, the default for everything else."""
    return None if entry.field == "ispdb_url" else getattr(Settings(), entry.field)


def exposure(settings: Settings) -> str | None:
    """Return why these settings would show passwords to the network, or None."""
    behind_proxy = settings.trusted_proxies > 0 and settings.secure
    if settings.listen.loopback or behind_proxy or settings.plain_http:
        return None
    return (
        f"MAILROOM_LISTEN: {settings.listen} can be reached from other machines, and passwords would cross the network "
        "unencrypted. Put a TLS proxy in front (MAILROOM_TRUSTED_PROXIES=1 and MAILROOM_PUBLIC_URL=https://...), "
        "or permit it with MAILROOM_PLAIN_HTTP=yes"
    )
