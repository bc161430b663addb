"""A password that servers repeat in every disguise is in no page, no report, no letter and no row."""

import html
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from tests.web.desk import Desk
from tests.web.pressing import follow, post
from tests.web.reports.echoing import Echo, disguised, echoing_office
from tests.web.visitor import Visitor
from webapp.detection.types import Entered, Findings
from webapp.instance import DATABASE
from webapp.mail.scrub import MASK
from webapp.storage.models import RunPurpose

CANARY = 'Кенар-42 "жёлтый" \\ <a>&b=+%'
PAGES = ("", "/progress", "/steps", "/report", "/report.txt", "/questions", "/questions?letter=en")


def pressed_done(admin: Visitor, desk: Desk, imap: Echo, smtp: Echo) -> str:
    """Type servers and password by hand, press Done, wait for the end; return the run's page."""
    run_id = desk.run(purpose=RunPurpose.PREPARED, findings=Findings(), secret=None)
    fields = {"csrf_token": admin.token(f"/runs/{run_id}/servers"), "next": "done", "secret": CANARY}
    for direction, server in (("incoming", imap.entered), ("outgoing", smtp.entered)):
        fields |= {f"{direction}_{name}": str(getattr(server, name)) for name in ("protocol", "host", "port")}
        fields |= {f"{direction}_security": "tls", f"{direction}_auth": ""}
    path, answer = follow(admin, "", post(admin, f"/runs/{run_id}/servers", fields))
    assert answer.status_code == 200
    return path


def at_rest(app: Flask) -> str:
    """Return everything the database holds, as text; its JSON read as well as written."""
    with closing(sqlite3.connect(Path(app.instance_path) / DATABASE)) as connection:
        rows = [row for (row,) in connection.execute("SELECT step FROM run_steps")]
        rows += [row for (row,) in connection.execute("SELECT outcome FROM runs WHERE outcome IS NOT NULL")]
        dump = "\n".join(connection.iterdump())
    return "\n".join([dump, *(json.dumps(json.loads(row), ensure_ascii=False) for row in rows), *map(read, rows)])


def read(row: str) -> str:
    """Return the strings of a JSON column, one a line, nothing escaped."""
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            collect(inner)

    collect(json.loads(row))
    return "\n".join(found)


def escaping(shown: str) -> list[str]:
    """Return the disguises of the canary that can be found in a text, however the text was escaped."""
    read_as = {shown, html.unescape(shown), html.unescape(html.unescape(shown)), unquote(shown)}
    return [form for form in disguised(CANARY) if any(form in text for text in read_as)]


@pytest.mark.parametrize("lets_in", [False, True], ids=["refused", "let in"])
def test_a_password_echoed_in_every_disguise_is_nowhere(app: Flask, admin: Visitor, desk: Desk, lets_in: bool) -> None:
    with echoing_office(app, lets_in=lets_in) as (imap, smtp):
        run_page = pressed_done(admin, desk, imap, smtp)
        pages = {path: admin.open(run_page + path).text for path in PAGES}
        stored = at_rest(app)

    assert CANARY in imap.echoed, "the servers did get it and did say it"
    assert CANARY in smtp.echoed
    assert MASK in pages["/report.txt"]
    assert pages["/report.txt"].count("you said") > 20, "what stood around it is there"
    assert {path: escaping(page) for path, page in pages.items() if escaping(page)} == {}
    assert escaping(stored) == []


def test_the_typed_address_is_what_stays_of_a_login(app: Flask, admin: Visitor, desk: Desk) -> None:
    with echoing_office(app, lets_in=False) as servers:
        run_page = pressed_done(admin, desk, *servers)
        report = admin.open(run_page + "/report.txt").text

    assert Entered("anna@uspeh.test").address in report
    assert "AUTHENTICATE PLAIN" in report
    assert "login-refused · wrong-password" in report
