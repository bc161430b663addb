"""How often the pages of letters ask the database: seldom, and never more often than is written here."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.mail.messages.letters import proper
from tests.storage.rows import NOON
from tests.web.accounts.counting import queries_of
from tests.web.desk import Desk, database
from tests.web.mail.postbox import Postbox, postbox_of
from tests.web.visitor import Visitor
from webapp.storage.letters import Flags
from webapp.storage.models import Folder
from webapp.web.mail.tree import MOST_FOLDERS

MOST_OF_A_LIST, MOST_OF_A_LETTER, MOST_OF_A_POLL = 8, 10, 6


@pytest.fixture
def office(admin: Visitor, desk: Desk) -> Postbox:
    """Return the letters of an account among others; the password of one of these is still to be typed."""
    box = postbox_of(desk)
    for number in range(3):
        box.letter(proper(f"Договор {number}").as_bytes(), at=NOON + timedelta(hours=number))
    postbox_of(desk, "office@uspeh.test", for_everyone=True).letter()
    postbox_of(desk, "boris@uspeh.test", remember=False).letter()
    admin.open("/mail")  # the day's first page is written down
    return box


@pytest.mark.parametrize("query", ["", "?unread=yes", "?q=договор", "?q=договор&unread=yes", "?q=небылица"])
@pytest.mark.parametrize("place", ["/mail", "/mail/all", "/mail/accounts/{account}", "/mail/folders/{inbox}"])
def test_a_list_asks_seldom(app: Flask, admin: Visitor, office: Postbox, place: str, query: str) -> None:
    path = place.format(account=office.account_id, inbox=office.inbox)

    assert queries_of(app, admin, f"{path}{query}") <= MOST_OF_A_LIST


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("place", ["/mail/all", "/mail/accounts/{account}", "/mail/folders/{inbox}"])
@pytest.mark.parametrize("query", ["", "?q=договор"])
def test_a_letter_asks_seldom(app: Flask, admin: Visitor, office: Postbox, place: str, query: str, number: int) -> None:
    path = place.format(account=office.account_id, inbox=office.inbox)
    letter = re.findall(r'href="(/mail/letters/\d+[^"]*)"', admin.open(f"{path}{query}").text)[number]

    assert queries_of(app, admin, letter.replace("&amp;", "&")) <= MOST_OF_A_LETTER


def test_a_letter_that_is_not_in_its_list_any_more_asks_seldom(app: Flask, admin: Visitor, office: Postbox) -> None:
    """It was read, in a list of unread ones: its neighbours have to be looked for."""
    letter = office.letter(flags=Flags(seen=True))

    asked = queries_of(app, admin, f"/mail/letters/{letter}?within=folder-{office.inbox}&unread=yes")

    assert asked <= MOST_OF_A_LETTER


@pytest.mark.parametrize("pane", ["list", "letter"])
def test_an_open_page_asks_seldom(app: Flask, admin: Visitor, office: Postbox, pane: str) -> None:
    for scope in ("everywhere", f"account-{office.account_id}", f"folder-{office.inbox}"):
        path = f"/mail/fresh?within={scope}&pane={pane}"

        assert queries_of(app, admin, path, {"HX-Request": "true"}) <= MOST_OF_A_POLL


@pytest.fixture
def crowd(admin: Visitor, desk: Desk) -> list[Postbox]:
    """Return accounts with more folders than one page draws."""
    boxes = [postbox_of(desk, f"box{number}@uspeh.test") for number in range(8)]
    with database(desk.app) as session:
        names = range(MOST_FOLDERS // len(boxes) + 1)
        rows = [{"account_id": box.account_id, "name": f"F{name}"} for box in boxes for name in names]
        session.execute(insert(Folder), rows)
        session.commit()
    return boxes


def test_of_very_many_folders_only_those_of_the_account_one_is_in_are_drawn(
    admin: Visitor, crowd: list[Postbox]
) -> None:
    def drawn(path: str) -> set[int]:
        ids = re.findall(r'id="tree-folder-(\d+)"', admin.open(path).text)
        return {box.account_id for box in crowd if str(box.inbox) in ids}

    first, second = crowd[0], crowd[1]
    assert drawn("/mail/all") == set()
    assert drawn(f"/mail/accounts/{first.account_id}") == {first.account_id}
    assert drawn(f"/mail/folders/{second.inbox}") == {second.account_id}


def test_folders_that_are_not_drawn_are_a_link_away(admin: Visitor, crowd: list[Postbox]) -> None:
    link = f"/mail?open=account-{crowd[2].account_id}"
    page = admin.open("/mail").text
    opened = admin.open(link).text

    assert f'href="{link}"' in page
    assert f'href="{link}"' not in opened
    assert "mail--tree" in opened
    assert f'href="/mail/folders/{crowd[2].inbox}"' in opened


@pytest.mark.parametrize("open_", ["", "rubbish", "account-0", "account-99999999999999999999", "folder-0"])
def test_the_tree_opens_nothing_it_does_not_know(admin: Visitor, postbox: Postbox, open_: str) -> None:
    assert admin.open(f"/mail?open={open_}").status_code == 200
