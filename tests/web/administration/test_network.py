"""The network page: what it takes, what it refuses, and two administrators at once."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.office_authority import make
from tests.web.visitor import Visitor, shown
from webapp.storage.models import Action, JournalEntry, NetworkSettings
from webapp.storage.network_settings import network_settings
from webapp.web.extensions import db

PAGE = "/administration/network"
FORM = {"version": "1", "allowed_networks": "", "online_lookups": "y", "ispdb_url": ""}


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    ca_file = tmp_path / "office-ca.pem"
    ca_file.write_bytes(make().pem)
    return {**environment, "MAILROOM_ALLOWED_NETWORKS": "10.20.0.0/16", "MAILROOM_CA_FILE": str(ca_file)}


def stored(app: Flask) -> NetworkSettings:
    with app.app_context():
        return network_settings(db.session())


def test_the_page_says_what_allowing_means_and_what_is_fixed(admin: Visitor) -> None:
    page = shown(admin.open(PAGE))

    assert "Разрешайте сеть, только если в ней есть почтовые серверы" in page
    assert "10.20.0.0/16" in page
    assert "MAILROOM_ALLOWED_NETWORKS" in page
    assert "office-ca.pem" in page
    assert "MAILROOM_CA_FILE" in page


def test_networks_look_ups_and_address_are_saved(app: Flask, admin: Visitor) -> None:
    answer = admin.send(
        PAGE,
        {
            "version": "1",
            "allowed_networks": " 192.168.1.0/24\r\n\r\n10.0.0.5 \r\nfd00::/8",
            "ispdb_url": "https://ispdb.example/v1.1",
        },
    )

    assert (answer.status_code, answer.location) == (303, PAGE)
    row = stored(app)
    assert row.allowed_networks == ("192.168.1.0/24", "10.0.0.5/32", "fd00::/8")
    assert (row.online_lookups, row.ispdb_url, row.version) == (False, "https://ispdb.example/v1.1/", 2)
    assert "192.168.1.0/24" in admin.open(PAGE).text
    with app.app_context():
        line = db.session.scalars(select(JournalEntry)).one()
        assert (line.action, line.user_id) == (Action.NETWORK_CHANGED, admin.user_id)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"allowed_networks": "192.168.1.0/24\nofis"}, "«ofis» — не сеть"),
        ({"allowed_networks": "10.1.2.3/8"}, "и машину, и сеть сразу"),
        ({"allowed_networks": "0.0.0.0/0"}, "разрешила бы все адреса"),
        ({"allowed_networks": "64.0.0.0/2"}, "адреса самой этой машины"),
        ({"allowed_networks": "0.0.0.0"}, "ничей адрес"),  # noqa: S104 -- nobody binds
        ({"allowed_networks": "169.0.0.0/8"}, "ключи своих машин"),
        ({"allowed_networks": "x" * 500}, "x…» — не сеть"),
        ({"ispdb_url": "https://ispdb.example/\0"}, "По такому адресу спросить нельзя"),
        ({"allowed_networks": "::ffff:10.0.0.0/104"}, "запишите их как IPv4"),
        ({"allowed_networks": "\n".join(f"10.0.{n}.0/24" for n in range(101))}, "не больше 100"),
        ({"ispdb_url": "http://ispdb.example/"}, "По такому адресу спросить нельзя"),
        ({"ispdb_url": "https://"}, "По такому адресу спросить нельзя"),
        ({"ispdb_url": "https://[::/"}, "По такому адресу спросить нельзя"),
        ({"ispdb_url": "https://anna:secret@ispdb.example/"}, "По такому адресу спросить нельзя"),
        ({"ispdb_url": "https://ispdb.example:8443/"}, "По такому адресу спросить нельзя"),
        ({"ispdb_url": "https://ispdb.example/?domain="}, "По такому адресу спросить нельзя"),
        ({"ispdb_url": "https://ispdb.example/" + "a" * 500}, "не больше 500"),
    ],
)
def test_what_cannot_be_meant_is_named_and_kept_for_mending(
    app: Flask, admin: Visitor, fields: dict[str, str], words: str
) -> None:
    answer = admin.send(PAGE, {**FORM, **fields})

    assert answer.status_code == 422
    assert shown(answer).count(words) >= 2
    assert stored(app).version == 1


def test_of_two_administrators_the_second_is_told_and_loses_nothing(app: Flask, admin: Visitor) -> None:
    second = Visitor(app).who_is("vera", "Вера Орлова", is_admin=True)
    admin.send(PAGE, {**FORM, "allowed_networks": "10.0.0.0/8"})

    late = second.send(PAGE, {**FORM, "allowed_networks": "172.16.0.0/12"})

    assert late.status_code == 422
    assert "кто-то другой изменил эти настройки" in shown(late)
    assert "10.0.0.0/8" in shown(late)
    assert "172.16.0.0/12</textarea>" in late.text
    assert stored(app).allowed_networks == ("10.0.0.0/8",)
    again = second.send(PAGE, {**FORM, "version": "2", "allowed_networks": "172.16.0.0/12"})
    assert again.status_code == 303
    assert 'name="version" type="hidden" value="2"' in late.text


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40])
def test_a_version_that_is_none_is_an_old_one(app: Flask, admin: Visitor, version: str) -> None:
    assert admin.send(PAGE, {**FORM, "version": version}).status_code == 422
    assert stored(app).version == 1


def test_the_network_is_for_administrators(visitor: Visitor, admin: Visitor, colleague: Visitor) -> None:
    assert visitor.open(PAGE).location == f"/sign-in?next={PAGE}"
    assert colleague.open(PAGE).status_code == 403
    assert colleague.send(PAGE, FORM, page="/profile").status_code == 403


def test_networks_may_stand_on_one_line(app: Flask, admin: Visitor) -> None:
    admin.send(PAGE, {**FORM, "allowed_networks": "192.168.1.0/24, 10.0.0.5;10.0.0.6 fd00::/8"})

    assert stored(app).allowed_networks == ("192.168.1.0/24", "10.0.0.5/32", "10.0.0.6/32", "fd00::/8")
