"""The certificate authorities of an office: added once, removed once, each time told in the journal."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from tests.office_authority import BEGUN, ENDS, NOW, Made, authorities_in, make
from tests.scripted import PATIENCE_S
from tests.storage.makers import person
from webapp.net.authorities import Authority
from webapp.storage.authorities import (
    MOST_AUTHORITIES,
    TooManyAuthorities,
    add_authorities,
    already_trusted,
    authorities_pem,
    find_authority,
    list_authorities,
    remove_authority,
)
from webapp.storage.base import utc_now
from webapp.storage.models import Action, JournalEntry, User

Result = TypeVar("Result")


@pytest.fixture
def admin(session: Session) -> User:
    return person(session, "admin", is_admin=True)


def read(*made: Made) -> tuple[Authority, ...]:
    """Return what is read from certificates."""
    return authorities_in(b"".join(one.pem for one in made), NOW)


def test_an_authority_is_kept_with_who_added_it(session: Session, admin: User) -> None:
    made = make()

    (added,) = add_authorities(session, admin, read(made))
    session.commit()
    session.expire_all()

    (row,) = list_authorities(session)
    assert (row.sha256, row.name, row.pem) == (made.sha256, added.name, made.pem.decode())
    assert (row.subject, row.issuer) == (added.subject, added.issuer)
    assert (row.not_before, row.not_after) == (BEGUN, ENDS)
    assert (row.added_by_id, row.added_by_name) == (admin.id, admin.display_name)
    assert utc_now() - row.added_at < timedelta(minutes=1)
    assert authorities_pem(session) == (made.pem.decode(),)


def test_they_are_listed_by_name_and_handed_out_in_an_order_that_stays(session: Session, admin: User) -> None:
    made = [make(name) for name in ("ёлка", "Beta", "Ель", "alpha")]
    add_authorities(session, admin, read(*made))
    session.commit()

    listed, handed = [row.name for row in list_authorities(session)], authorities_pem(session)

    assert listed == ["alpha", "Beta", "ёлка", "Ель"]
    assert handed == tuple(one.pem.decode() for one in sorted(made, key=lambda one: one.sha256))


def test_adding_the_same_twice_changes_nothing_and_adds_the_rest(session: Session, admin: User) -> None:
    first, second = make("First"), make("Second")
    add_authorities(session, admin, read(first))
    assert already_trusted(session, read(first, second)) == {first.sha256}

    again = add_authorities(session, admin, read(first))
    more = add_authorities(session, admin, read(first, second))

    assert again == ()
    assert [one.name for one in more] == ["Second"]
    assert [row.name for row in list_authorities(session)] == ["First", "Second"]
    assert len(journal(session)) == 2


def test_the_journal_tells_what_was_added_and_removed(session: Session, admin: User) -> None:
    made = make()
    add_authorities(session, admin, read(made))
    removed = remove_authority(session, admin, made.sha256)

    assert removed is not None
    details = (("sha256", made.sha256), ("not_after", "2040-01-01"))
    assert [(line.action, line.user_id, line.subject, line.details) for line in journal(session)] == [
        (Action.AUTHORITY_ADDED, admin.id, removed.name, details),
        (Action.AUTHORITY_REMOVED, admin.id, removed.name, details),
    ]


def test_what_was_removed_is_gone_and_removing_it_again_does_nothing(session: Session, admin: User) -> None:
    kept, gone = make("Kept"), make("Gone")
    add_authorities(session, admin, read(kept, gone))

    first = remove_authority(session, admin, gone.sha256)
    session.commit()
    second = remove_authority(session, admin, gone.sha256)

    assert (first is not None and first.name, second) == ("Gone", None)
    assert authorities_pem(session) == (kept.pem.decode(),)
    assert find_authority(session, gone.sha256) is None
    assert len(journal(session)) == 3


def test_an_office_has_room_for_so_many(session: Session, admin: User) -> None:
    made = [make(f"Number {number}") for number in range(MOST_AUTHORITIES + 1)]
    for portion in (made[:10], made[10:20], made[20:30], made[30:40], made[40:-1]):
        add_authorities(session, admin, read(*portion))

    with pytest.raises(TooManyAuthorities):
        add_authorities(session, admin, read(made[0], made[-1]))

    assert add_authorities(session, admin, read(made[0])) == ()
    assert len(list_authorities(session)) == MOST_AUTHORITIES


def overtaken(engine: Engine, first: Session, work: Callable[[Session], Result]) -> Result:
    """Let somebody else do the work while `first` has not committed yet; it commits once the other wants to write."""
    about_to_write, results = threading.Event(), []

    def note(*call: Any) -> None:
        if not call[2].startswith(("SELECT", "PRAGMA")):
            about_to_write.set()

    def work_beside() -> None:
        with Session(engine) as mine:
            results.append(work(mine))
            mine.commit()

    event.listen(engine, "before_cursor_execute", note)
    try:
        thread = threading.Thread(target=work_beside)
        thread.start()
        assert about_to_write.wait(PATIENCE_S)
        first.commit()
        thread.join()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    (result,) = results
    return result


def test_of_two_administrators_who_add_at_once_the_second_finds_it_there(
    engine: Engine, session: Session, admin: User
) -> None:
    made, admin_id = make(), admin.id
    add_authorities(session, admin, read(made))

    second = overtaken(engine, session, lambda mine: add_authorities(mine, mine.get_one(User, admin_id), read(made)))

    assert second == ()
    assert [line.action for line in journal(session)] == [Action.AUTHORITY_ADDED]


def test_of_two_administrators_who_remove_at_once_one_has_done_it(
    engine: Engine, session: Session, admin: User
) -> None:
    made, admin_id = make(), admin.id
    add_authorities(session, admin, read(made))
    session.commit()
    assert remove_authority(session, admin, made.sha256) is not None

    second = overtaken(engine, session, lambda mine: remove_authority(mine, mine.get_one(User, admin_id), made.sha256))

    assert second is None
    assert [line.action for line in journal(session)] == [Action.AUTHORITY_ADDED, Action.AUTHORITY_REMOVED]


def journal(session: Session) -> list[JournalEntry]:
    return list(session.scalars(select(JournalEntry).order_by(JournalEntry.id)))
