"""An office always keeps somebody who can administer it, and who may not sign in is out at once."""

import threading

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.storage.makers import draft_of, person, run_of
from tests.storage.rows import account_row
from webapp.storage.browser_sessions import find_session, open_session
from webapp.storage.models import Account, Action, JournalEntry, LinkPurpose, RunState, User
from webapp.storage.secrets import SecretBox
from webapp.storage.users import (
    LastAdministrator,
    create_link,
    create_user,
    disable_user,
    enable_user,
    find_link,
    has_admin,
    person_leaves,
    set_admin,
)


@pytest.fixture
def anna(session: Session) -> User:
    """Return the only administrator."""
    return administrator(session, "anna")


def administrator(session: Session, name: str) -> User:
    """Return somebody who can administer; what the hash is matters to nobody here."""
    user = create_user(session, name, is_admin=True)
    user.password_hash = "hash"
    session.commit()
    return user


def test_the_last_administrator_stays_one(session: Session, anna: User) -> None:
    create_user(session, "boris")

    with pytest.raises(LastAdministrator):
        set_admin(session, anna, False)

    assert anna.is_admin


@pytest.mark.parametrize("leave", [disable_user, lambda session, user: person_leaves(session, user, None)])
def test_the_last_administrator_cannot_be_disabled_nor_leave(session: Session, anna: User, leave: object) -> None:
    with pytest.raises(LastAdministrator):
        leave(session, anna)  # type: ignore[operator]
    session.commit()

    assert not anna.disabled
    assert has_admin(session)


def test_an_administrator_who_cannot_sign_in_is_no_other(session: Session, anna: User) -> None:
    create_user(session, "invited", is_admin=True)
    disabled = administrator(session, "disabled")
    disable_user(session, disabled)

    with pytest.raises(LastAdministrator):
        set_admin(session, anna, False)


def test_with_another_administrator_everybody_may_go(session: Session, anna: User) -> None:
    boris = administrator(session, "boris")

    set_admin(session, anna, False)
    with pytest.raises(LastAdministrator):
        disable_user(session, boris)
    set_admin(session, anna, True)
    disable_user(session, boris)

    assert (anna.is_admin, boris.disabled) == (True, True)


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(engine: Engine) -> None:
    with Session(engine) as session:
        numbers = [administrator(session, name).id for name in ("anna", "boris")]
    start, refused = threading.Barrier(2), []

    def demote(number: int) -> None:
        with Session(engine) as session:
            start.wait()
            try:
                set_admin(session, session.get_one(User, number), False)
            except LastAdministrator:
                refused.append(number)
            session.commit()

    threads = [threading.Thread(target=demote, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(engine) as session:
        assert list(session.scalars(select(User.id).where(User.is_admin))) == refused


def test_a_disabled_person_is_out_of_every_browser_and_links_open_nothing(session: Session, anna: User) -> None:
    boris = create_user(session, "boris")
    _, key = open_session(session, boris)
    token = create_link(session, LinkPurpose.RESET_PASSWORD, boris, created_by=anna)

    disable_user(session, boris)
    assert find_session(session, key) is None
    enable_user(session, boris)

    assert find_session(session, key) is None
    assert find_link(session, LinkPurpose.RESET_PASSWORD, token) is None


@pytest.mark.parametrize("state", [RunState.WAITING, RunState.RUNNING])
def test_what_a_disabled_person_had_begun_ends(session: Session, box: SecretBox, anna: User, state: RunState) -> None:
    boris = person(session, "boris")
    begun, foreign = (draft_of(session, box, who) for who in (boris, anna))
    stopped, going_on = run_of(session, begun), run_of(session, foreign)
    stopped.state = state
    session.commit()

    disable_user(session, boris)

    assert (begun.secret is None, foreign.secret is None) == (True, False)
    assert (stopped.stop_requested, going_on.stop_requested) == (True, False)


def test_a_leaving_persons_own_accounts_freeze_and_nobody_elses(session: Session, anna: User) -> None:
    boris = create_user(session, "boris", "Борис Иванов")
    rows = [
        account_row(session, owner=owner, address=f"{name}@uspeh.test")
        for owner, name in ((boris, "boris"), (boris, "second"), (anna, "anna"), (None, "office"))
    ]

    person_leaves(session, boris, anna)

    assert [session.get_one(Account, row.id).frozen for row in rows] == [True, True, False, False]
    left = session.scalars(select(JournalEntry).where(JournalEntry.action == Action.USER_LEFT)).one()
    assert (left.user_id, left.subject, left.owner_id) == (anna.id, "Борис Иванов", boris.id)


def test_frozen_accounts_stay_frozen_when_the_person_comes_back(session: Session, anna: User) -> None:
    boris = create_user(session, "boris")
    row = account_row(session, owner=boris, address="boris@uspeh.test")
    person_leaves(session, boris, anna)

    enable_user(session, boris)

    assert not boris.disabled
    assert session.get_one(Account, row.id).frozen
