"""Readers of setting values: text in, value out, a `ValueError` that says what is expected. Pure."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.x509 import load_pem_x509_certificates

from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble
from webapp.net.resolver import NameServer

SECRET_KEY_LENGTH = 32
PORTS = {"http": 80, "https": 443}
LOG_LEVELS = ("debug", "info", "warning", "error")
WORDS_OF_TRUTH = {
    "yes": True,
    "true": True,
    "1": True,
    "on": True,
    "no": False,
    "false": False,
    "0": False,
    "off": False,
}


class WorkerPlace(StrEnum):
    """Which process receives and sends letters."""

    INSIDE = "inside"  # the one that serves pages
    APART = "apart"  # `mailroom worker`


@dataclass(frozen=True)
class Listen:
    """Where the server listens."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Tell whether only this machine can connect."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        """Return the setting as it is written."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def path(value: str) -> Path:
    """Read a path; relative ones count from the current folder."""
    return Path(value).expanduser().absolute()


def database_url(value: str) -> str:
    """Take the address of a database whose driver is installed; never repeats it, a password may be in it."""
    # Here, for `mailroom detect` needs no database and shall not wait for SQLAlchemy.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        make_url(value).get_dialect().import_dbapi()
    except (SQLAlchemyError, ValueError):
        expected = "sqlite:////folder/file or postgresql+psycopg://user@host/name"
        raise ValueError(f"expected the address of a database, for example {expected}") from None
    except ImportError as error:
        raise ValueError(f"the driver of this database is not installed ({error.name})") from None
    return value


def certificates_file(value: str) -> Path:
    """Read the path of a file of certificates."""
    file = path(value)
    try:
        load_pem_x509_certificates(file.read_bytes())
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except ValueError:
        raise ValueError(f"{file} has no certificates in PEM form in it") from None
    return file


def listen(value: str) -> Listen:
    """Read `host:port`; an IPv6 address stands in brackets."""
    host, port = host_and_port(value)
    if not host or port is None:
        raise ValueError("expected host:port, for example 127.0.0.1:8000 or [::1]:8000")
    return Listen(host, port)


def public_url(value: str) -> str:
    """Read the address people open: scheme and host, perhaps a port, no path; written as browsers send it."""
    expected = "expected the address people open, for example https://mail.example.org"
    try:
        parts = urlsplit(value)
        port = parts.port  # raises on a port that is no number
        host = to_a_label(parts.hostname or "")
    except (ValueError, Trouble):
        raise ValueError(expected) from None
    if parts.scheme not in PORTS or parts.username is not None:
        raise ValueError(expected)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(expected + "; a path is not supported")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


def secret_key(value: str) -> str:
    """Read a session key: long enough not to be guessed."""
    if len(value) < SECRET_KEY_LENGTH:
        raise ValueError(f"expected at least {SECRET_KEY_LENGTH} characters; leave it unset to have one made")
    return value


def mail_keys(value: str) -> tuple[str, ...]:
    """Read Fernet keys, separated by commas or white space; the first encrypts, all decrypt."""
    keys = tuple(value.replace(",", " ").split())
    for key in keys:
        if not is_fernet_key(key):
            raise ValueError("expected keys of 32 bytes in URL-safe base64; leave it unset to have one made")
    if not keys:
        raise ValueError("expected at least one key; leave it unset to have one made")
    return keys


def name_servers(value: str) -> tuple[NameServer, ...]:
    """Read name servers by address, each with an optional port."""
    servers = []
    for word in value.replace(",", " ").split():
        address, port = host_and_port(word)
        try:
            servers.append(NameServer(str(ip_address(address)), 53 if port is None else port))
        except ValueError:
            raise ValueError(f"{word!r} is no IP address with an optional port") from None
    return tuple(servers)


def networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read networks in CIDR form."""
    found = []
    for word in value.replace(",", " ").split():
        try:
            found.append(ip_network(word))
        except ValueError as error:
            raise ValueError(f"{word!r} is no network such as 192.168.0.0/16 or fd00::/8 ({error})") from None
    return tuple(found)


def ispdb_url(value: str) -> str:
    """Read the address a domain is appended to."""
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("expected an https:// address, or nothing to switch the look-up off")
    return value if value.endswith("/") else value + "/"


def count(value: str) -> int:
    """Read a number from 0 up."""
    if not value.isascii() or not value.isdigit():
        raise ValueError("expected a number, 0 or more")
    return int(value)


def truth(value: str) -> bool:
    """Read yes or no."""
    try:
        return WORDS_OF_TRUTH[value.lower()]
    except KeyError:
        raise ValueError("expected yes or no") from None


def log_level(value: str) -> str:
    """Read the name of a log level."""
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"expected one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def worker_place(value: str) -> WorkerPlace:
    """Read where letters are received and sent."""
    if value.lower() not in set(WorkerPlace):
        raise ValueError(f"expected one of {', '.join(WorkerPlace)}")
    return WorkerPlace(value.lower())


def host_and_port(value: str) -> tuple[str, int | None]:
    """Split `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address."""
    if value.count(":") > 1 and not value.startswith("["):
        return value, None
    host, bracket, rest = value[1:].partition("]") if value.startswith("[") else value.partition(":")
    port = rest.removeprefix(":") if bracket == "]" else rest
    if not bracket or (bracket == "]" and not rest):
        return host, None
    if not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError(f"{value!r} has no port from 0 to 65535")
    return host, int(port)


def is_fernet_key(key: str) -> bool:
    """Tell whether a text is a key of the Fernet kind."""
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except (ValueError, binascii.Error):
        return False
