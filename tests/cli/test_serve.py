"""`mailroom serve`: starts, says where it is, takes no shortcut with safety, and stops when told."""

import signal
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import Served
from tests.cli.commands import Terminal

PATIENCE_S = 30  # a busy machine is no failure


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server for all who only ask it something."""
    with Served(tmp_path_factory.mktemp("serving") / "instance") as server:
        yield server


def answer(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as page:  # noqa: S310 -- our own server
        return str(page.read().decode())


def test_it_serves_with_a_set_up_link_until_sigterm(tmp_path: Path) -> None:
    with Served(tmp_path / "instance") as server:
        assert answer(server.address + "/healthz") == "ok\n"
        assert server.setup_link is not None
        assert server.setup_link.startswith(server.address + "/setup/")
        assert answer(server.setup_link)

        assert server.stop() == 0
    assert server.log.read_text() == ""


def test_ctrl_c_stops_it_as_well(tmp_path: Path) -> None:
    with Served(tmp_path / "instance") as server:
        assert server.stop(signal.SIGINT) == 0


def test_each_start_prints_a_new_link_and_the_old_one_stops_working(tmp_path: Path) -> None:
    with Served(tmp_path / "instance") as server:
        first = server.setup_link or ""
        server.kill()
        server.start()

        assert server.setup_link != first
        assert answer(server.setup_link or "")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            answer(first)


def test_after_the_set_up_no_link_is_printed(terminal: Terminal) -> None:
    terminal.run("users", "add", "anna", "--admin", "--password-stdin", typed="right horse, left stable\n")

    with Served(terminal.instance) as server:
        assert server.setup_link is None


def test_the_public_address_is_the_one_printed(tmp_path: Path) -> None:
    with Served(tmp_path / "instance", {"MAILROOM_PUBLIC_URL": "http://mail.example.org:8000"}) as server:
        assert (server.setup_link or "").startswith("http://mail.example.org:8000/setup/")


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/sign-in", 2 * 1024 * 1024, b"413"),
        ("/mail/new", 50 * 1024 * 1024, b"413"),
        ("/mail/new", 2 * 1024 * 1024, b""),  # it goes on listening
    ],
)
def test_much_is_taken_in_only_where_letters_are_written(tmp_path: Path, path: str, length: int, status: bytes) -> None:
    with Served(tmp_path / "instance") as server:
        host, _, port = server.address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as browser:
            browser.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
            if status:
                said = b"".join(iter(lambda: browser.recv(4096), b""))
                assert said.split()[1] == status
                assert "Вернитесь назад" in said.decode()
            else:
                browser.sendall(b"x" * length)
                assert browser.recv(100).split()[1] not in (b"413", b"500")


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path, terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        terminal.environment = {"MAILROOM_LISTEN": f"127.0.0.1:{taken.getsockname()[1]}"}

        result = terminal.run("serve")

    assert result.exit_code == 1
    assert "MAILROOM_LISTEN: cannot listen on 127.0.0.1" in result.output


def test_it_does_not_start_where_passwords_would_cross_the_network_readable(terminal: Terminal) -> None:
    terminal.environment = {"MAILROOM_LISTEN": "0.0.0.0:8000"}

    result = terminal.run("serve")

    assert result.exit_code == 1
    assert "MAILROOM_PLAIN_HTTP=yes" in result.output
    assert not terminal.instance.exists()


def test_an_unknown_setting_is_warned_of(tmp_path: Path) -> None:
    with Served(tmp_path / "instance", {"MAILROOM_ALOWED_NETWORKS": "10.0.0.0/8"}) as server:
        server.stop()

    assert "MAILROOM_ALLOWED_NETWORKS" in server.log.read_text()


def test_help_names_every_command(terminal: Terminal) -> None:
    said = terminal.run("--help").output

    assert all(f"\n  {name} " in said for name in ("serve", "detect", "users", "doctor"))
