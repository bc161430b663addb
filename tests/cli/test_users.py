"""`mailroom users`: adding people, listing them, letting them choose a new password."""

import re
import stat

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.cli.commands import Terminal
from tests.storage.rows import account_row
from webapp.instance import DATABASE
from webapp.storage.database import make_engine
from webapp.storage.models import Action, JournalEntry, LinkPurpose
from webapp.storage.users import authenticate, find_link, find_user, redeem_reset

PASSWORD = "right horse, left stable"


def signs_in(terminal: Terminal, name: str, password: str) -> bool:
    """Tell whether the door would open."""
    engine = make_engine(f"sqlite:///{terminal.instance / DATABASE}")
    try:
        with Session(engine) as session:
            return authenticate(session, name, password) is not None
    finally:
        engine.dispose()


def test_somebody_is_added_with_a_password_asked_for_twice(terminal: Terminal) -> None:
    result = terminal.run("users", "add", "Anna", "--admin", "--display-name", "Anna P.", typed=f"{PASSWORD}\n" * 2)

    assert result.exit_code == 0, result.output
    assert "Added anna, an administrator." in result.output
    assert PASSWORD not in result.output
    assert signs_in(terminal, "anna", PASSWORD)
    assert re.search(r"^anna +administrator +active +Anna P\.$", terminal.run("users", "list").output, re.MULTILINE)


def test_the_password_can_be_piped_in(terminal: Terminal) -> None:
    result = terminal.run("users", "add", "anna", "--password-stdin", typed=f"{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert signs_in(terminal, "anna", PASSWORD)


def test_with_a_link_the_person_chooses_the_password(terminal: Terminal) -> None:
    result = terminal.run("users", "add", "anna", "--link")

    token = re.search(r"http://127\.0\.0\.1:8000/reset-password/(\S+)", result.output)
    assert token, result.output
    assert works(terminal, token[1])
    assert re.search(r"^anna +user +no password", terminal.run("users", "list").output, re.MULTILINE)


def works(terminal: Terminal, token: str) -> bool:
    """Tell whether a link for choosing a password is good."""
    engine = make_engine(f"sqlite:///{terminal.instance / DATABASE}")
    try:
        with Session(engine) as session:
            link = find_link(session, LinkPurpose.RESET_PASSWORD, token)
            return link is not None and link.user_id == getattr(find_user(session, "anna"), "id", None)
    finally:
        engine.dispose()


def test_a_reset_prints_a_link_and_a_second_one_ends_the_first(terminal: Terminal) -> None:
    terminal.environment = {"MAILROOM_PUBLIC_URL": "https://mail.example.org"}
    terminal.run("users", "add", "anna", "--password-stdin", typed=f"{PASSWORD}\n")

    first, second = (terminal.run("users", "reset-password", "ANNA").output for _ in range(2))

    tokens = [re.search(r"https://mail\.example\.org/reset-password/(\S+)", said) for said in (first, second)]
    assert [works(terminal, token[1]) for token in tokens if token] == [False, True]
    assert signs_in(terminal, "anna", PASSWORD)  # until the link is used


def test_a_password_chosen_by_a_link_of_the_command_line_locks_the_persons_accounts(terminal: Terminal) -> None:
    terminal.run("users", "add", "anna", "--password-stdin", typed=f"{PASSWORD}\n")
    said = terminal.run("users", "reset-password", "anna").output
    token = said.split("/reset-password/")[1].split()[0]
    engine = make_engine(f"sqlite:///{terminal.instance / DATABASE}")

    with Session(engine) as session:
        anna = find_user(session, "anna")
        account = account_row(session, anna)
        assert redeem_reset(session, token, "another long password") is anna
        session.refresh(account)
        locked = account.locked
    engine.dispose()

    assert "locks the person's own mail accounts" in said
    assert locked


def test_what_the_command_line_did_is_in_the_journal(terminal: Terminal) -> None:
    terminal.run("users", "add", "anna", "--link", "--display-name", "Anna P.")
    engine = make_engine(f"sqlite:///{terminal.instance / DATABASE}")

    with Session(engine) as session:
        entries = session.scalars(select(JournalEntry)).all()
        lines = [(line.action, line.user_id, line.subject) for line in entries]
        details = entries[0].details
    engine.dispose()

    assert lines == [(Action.USER_ADDED, None, "Anna P."), (Action.RESET_LINK_MADE, None, "Anna P.")]
    assert details == (("name", "anna"), ("is_admin", "no"))


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "words"),
    [
        (("add", "anna"), f"{PASSWORD}\n{PASSWORD}\n", 1, "already a person"),
        (("add", "boris"), "short\nshort\n", 1, "at least 10 characters"),
        (("add", "boris-ivanov"), "boris-ivanov\nboris-ivanov\n", 1, "login name"),
        (("add", "boris ivanov"), "", 2, "spaces"),
        (("add", "boris", "--link", "--password-stdin"), "", 2, "exclude"),
        (("add",), "", 2, "NAME"),
        (("reset-password", "nobody"), "", 1, "nobody has the login name"),
        (("reset-password",), "", 2, "NAME"),
        (("remove", "anna"), "", 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_its_code(
    terminal: Terminal, arguments: tuple[str, ...], typed: str, code: int, words: str
) -> None:
    terminal.run("users", "add", "anna", "--password-stdin", typed=f"{PASSWORD}\n")

    result = terminal.run("users", *arguments, typed=typed)

    assert result.exit_code == code, result.output
    assert words in result.output
    assert terminal.run("users", "list").output.count("\n") == 1


def test_an_empty_list_says_how_to_begin(terminal: Terminal) -> None:
    assert "mailroom serve" in terminal.run("users", "list").output


def test_the_database_is_for_its_owner_only(terminal: Terminal) -> None:
    terminal.run("users", "list")

    assert stat.S_IMODE((terminal.instance / DATABASE).stat().st_mode) == 0o600
