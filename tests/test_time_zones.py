"""The machine's own time zone: where its name is looked for, and what is no name."""

from pathlib import Path

import pytest

from webapp.time_zones import system_time_zone


def machine(folder: Path, *, link: str | None = None, file: str | None = None) -> Path:
    """Return an /etc with these two."""
    if link is not None:
        (folder / "localtime").symlink_to(link)
    if file is not None:
        (folder / "timezone").write_text(file, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "name",
    ["Europe/Moscow", ":Europe/Moscow", "/usr/share/zoneinfo/Europe/Moscow", ":/usr/share/zoneinfo/Europe/Moscow"],
)
def test_tz_comes_first_in_all_its_forms(tmp_path: Path, name: str) -> None:
    etc = machine(tmp_path, link="/usr/share/zoneinfo/Asia/Omsk", file="Asia/Omsk\n")

    assert system_time_zone({"TZ": name}, etc) == "Europe/Moscow"


@pytest.mark.parametrize("link", ["/usr/share/zoneinfo/Europe/Moscow", "../usr/share/zoneinfo/Europe/Moscow"])
def test_then_where_localtime_leads_even_if_nothing_is_there(tmp_path: Path, link: str) -> None:
    assert system_time_zone({}, machine(tmp_path, link=link, file="Asia/Omsk\n")) == "Europe/Moscow"


def test_then_what_debian_keeps_besides(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(b"TZif2")

    assert system_time_zone({}, machine(tmp_path, file="Europe/Moscow\n")) == "Europe/Moscow"


@pytest.mark.parametrize("name", ["MSK-3", "Mars/Phobos", "", "../../etc/passwd", "Europe"])
def test_what_is_no_name_is_passed_over(tmp_path: Path, name: str) -> None:
    etc = machine(tmp_path, link=f"/usr/share/zoneinfo/{name}", file="Europe/Moscow\n")

    assert system_time_zone({"TZ": name}, etc) == "Europe/Moscow"


def test_a_bare_machine_has_none(tmp_path: Path) -> None:
    assert system_time_zone({}, tmp_path) is None
