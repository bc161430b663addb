"""People sign in with the right password and nothing else; a reset by somebody else locks their accounts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from tests.storage.makers import draft_of, person
from tests.storage.rows import account_row
from webapp.mail.settings import Direction
from webapp.storage.browser_sessions import find_session, open_session
from webapp.storage.models import Account, Action, JournalEntry, LinkPurpose, SessionSecret
from webapp.storage.secrets import SecretBox
from webapp.storage.users import (
    NameTaken,
    authenticate,
    change_login_name,
    create_link,
    create_user,
    everybody,
    find_link,
    find_user,
    has_admin,
    list_users,
    redeem_reset,
    rename_user,
    set_password,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_right_password_lets_in_whatever_the_case_of_the_name(session: Session) -> None:
    anna = create_user(session, " Анна ", "Анна Петрова", "правильный пароль")

    assert authenticate(session, "АННА", "правильный пароль") is anna


def test_a_wrong_password_an_unknown_name_and_a_disabled_person_stay_out(session: Session) -> None:
    create_user(session, "anna", password="right")
    create_user(session, "gone", password="right").disabled = True
    create_user(session, "invited")

    tries = [("anna", "wrong"), ("nobody", "right"), ("gone", "right"), ("invited", ""), ("anna", "x" * 5000)]

    assert [authenticate(session, *each) for each in tries] == [None] * 5


def test_a_login_name_belongs_to_one_person(session: Session) -> None:
    create_user(session, "anna")

    with pytest.raises(NameTaken):
        create_user(session, "ANNA")


def test_the_set_up_is_done_when_somebody_can_administer(session: Session) -> None:
    create_user(session, "boris", password="x")
    admin = create_user(session, "anna", is_admin=True)
    assert not has_admin(session)

    set_password(session, admin, "x")
    assert has_admin(session)


def test_a_new_password_ends_the_sessions_of_the_old_one(session: Session) -> None:
    anna = create_user(session, "anna", password="old")

    set_password(session, anna, "new")

    assert anna.session_epoch == 1
    assert authenticate(session, "anna", "old") is None
    assert authenticate(session, "anna", "new") is anna


def test_a_new_password_ends_every_browser_but_the_one_it_was_typed_in(session: Session) -> None:
    anna = create_user(session, "anna", password="old")
    (here, here_key), (_, elsewhere_key) = open_session(session, anna), open_session(session, anna)

    set_password(session, anna, "new", keep=here)

    assert find_session(session, here_key) is here
    assert find_session(session, elsewhere_key) is None


def test_a_new_password_makes_open_links_worthless(session: Session) -> None:
    anna = create_user(session, "anna", password="old")
    token = create_link(session, LinkPurpose.RESET_PASSWORD, anna)

    set_password(session, anna, "new")

    assert find_link(session, LinkPurpose.RESET_PASSWORD, token) is None


def test_a_person_is_renamed_and_found_by_the_new_name(session: Session) -> None:
    anna = create_user(session, "anna", "Анна Ёлкина")

    rename_user(session, anna, "  Анна   Берёзкина ")

    assert anna.display_name == "Анна Берёзкина"
    assert [row.user for row in list_users(session, "березкина").rows] == [anna]
    assert list_users(session, "елкина").total == 0


def test_without_a_name_a_person_is_called_by_the_login_name(session: Session) -> None:
    anna = create_user(session, "anna", "Анна")

    rename_user(session, anna, "  ")

    assert anna.display_name == "anna"


def test_a_login_name_changes_unless_somebody_else_has_it(session: Session) -> None:
    anna, boris = create_user(session, "anna", password="x"), create_user(session, "boris")

    with pytest.raises(NameTaken):
        change_login_name(session, anna, "BORIS")
    change_login_name(session, anna, "Анна.П")
    change_login_name(session, boris, "Boris")

    assert find_user(session, "АННА.П") is anna
    assert authenticate(session, "анна.п", "x") is anna
    assert find_user(session, "boris") is boris


@pytest.mark.parametrize("made_by", ["somebody else", "the command line"])
def test_a_reset_by_somebody_else_locks_the_persons_own_accounts(session: Session, made_by: str) -> None:
    anna, admin = create_user(session, "anna"), create_user(session, "admin", is_admin=True)
    own, office, foreign = (
        account_row(session, owner, f"{name}@uspeh.test")
        for owner, name in ((anna, "anna"), (None, "office"), (admin, "admin"))
    )
    browser, key = open_session(session, anna)
    session.add(SessionSecret(session_id=browser.id, account_id=own.id, direction=Direction.INCOMING, secret="x"))
    token = create_link(
        session, LinkPurpose.RESET_PASSWORD, anna, created_by=admin if made_by == "somebody else" else None
    )

    assert redeem_reset(session, token, "new") is anna

    assert [session.get_one(Account, row.id).locked for row in (own, office, foreign)] == [True, False, False]
    assert session.scalars(select(SessionSecret)).all() == []
    assert find_session(session, key) is None
    assert authenticate(session, "anna", "new") is anna
    lines = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id))
    assert set(lines) == {Action.RESET_LINK_MADE, Action.SIGN_IN_PASSWORD_CHANGED, Action.ACCOUNT_LOCKED}


def test_a_mailbox_password_typed_before_a_reset_is_not_there_for_whoever_made_the_link(
    session: Session, box: SecretBox
) -> None:
    anna = person(session, "anna")
    draft = draft_of(session, box, anna)

    redeem_reset(session, create_link(session, LinkPurpose.RESET_PASSWORD, anna), "new")

    assert draft.secret is None


def test_a_reset_by_oneself_locks_nothing(session: Session, box: SecretBox) -> None:
    admin = person(session, "admin", is_admin=True)
    own, draft = account_row(session, admin), draft_of(session, box, admin)
    token = create_link(session, LinkPurpose.RESET_PASSWORD, admin, created_by=admin)

    redeem_reset(session, token, "new")

    assert not session.get_one(Account, own.id).locked
    assert draft.secret is not None


def test_a_reset_link_works_once_and_not_for_a_disabled_person(session: Session) -> None:
    anna, gone = create_user(session, "anna"), create_user(session, "gone")
    tokens = [create_link(session, LinkPurpose.RESET_PASSWORD, user, now=NOON) for user in (anna, gone)]
    gone.disabled = True

    assert redeem_reset(session, tokens[0], "new", now=NOON + timedelta(days=2)) is None
    assert redeem_reset(session, tokens[0], "new", now=NOON) is anna
    assert redeem_reset(session, tokens[0], "newer", now=NOON) is None
    assert redeem_reset(session, tokens[1], "new", now=NOON) is None
    assert gone.password_hash is None


def test_the_journal_tells_of_a_link_but_not_the_link(session: Session) -> None:
    anna, admin = create_user(session, "anna", "Анна"), create_user(session, "admin", is_admin=True)
    token = create_link(session, LinkPurpose.RESET_PASSWORD, anna, created_by=admin)
    create_link(session, LinkPurpose.SETUP)

    line = session.scalars(select(JournalEntry)).one()

    assert (line.action, line.user_id, line.subject, line.owner_id) == (
        Action.RESET_LINK_MADE,
        admin.id,
        "Анна",
        anna.id,
    )
    assert token not in line.search_key + str(line.details)


def test_the_list_tells_how_many_accounts_are_a_persons_own(session: Session) -> None:
    anna, boris = create_user(session, "anna", "Яна"), create_user(session, "boris", "Ёлка")
    create_user(session, "gone", "Елена").disabled = True
    for owner, address in ((anna, "a@x.test"), (anna, "b@x.test"), (boris, "c@x.test"), (None, "d@x.test")):
        account_row(session, owner, address)

    rows = list_users(session).rows

    assert [(row.user.name, row.accounts) for row in rows] == [("gone", 0), ("boris", 1), ("anna", 2)]
    assert [user.name for user in everybody(session)] == ["anna", "boris", "gone"]


@pytest.mark.parametrize("typed", ["СЕМЁН", "семен", "Иванов сем", "%", "_"])
def test_people_are_found_by_either_name(session: Session, typed: str) -> None:
    create_user(session, "semenov", "Семён Иванов %_")
    create_user(session, "семён_%", "иванов")
    create_user(session, "boris", "Борис Петров")

    assert list_users(session, typed).total == 2


def test_pages_of_people_take_two_queries(session: Session) -> None:
    for number in range(12):
        create_user(session, f"u{number:02}")
    session.commit()
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))

    page = list_users(session, page=99, per_page=5)

    assert [row.user.name for row in page.rows] == ["u10", "u11"]
    assert (page.page, page.pages, page.first, page.last) == (3, 3, 11, 12)
    assert len(statements) == 2


def test_a_password_replaced_while_it_is_compared_opens_nothing(engine: Engine, session: Session) -> None:
    create_user(session, "anna", "Анна", "right horse")
    session.commit()

    def replace(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE users SET password_hash=?"):
            connection.exec_driver_sql("UPDATE users SET password_hash = 'of another one'")

    event.listen(engine, "before_cursor_execute", replace)

    assert authenticate(session, "anna", "right horse") is None


def test_a_name_with_a_nul_is_nobodys(session: Session) -> None:
    create_user(session, "anna", "Анна", "right horse")

    assert find_user(session, "anna\0") is None
    assert authenticate(session, "anna\0", "right horse") is None
