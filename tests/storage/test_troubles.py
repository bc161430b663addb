"""Trouble of an account is told once, to the right people, and once that it is over; flapping floods nobody."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.storage.makers import person
from tests.storage.troubled import INCOMING, OUTGOING, REFUSED, SILENT, Trouble, side_by_side
from webapp.storage.models import Account, LetterFate, NoticeKind, Traffic, User
from webapp.storage.roles import disable_user
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import forget_trouble, keep_rows
from webapp.storage.troubles import TOLD_AFTER, patience, trouble_began, trouble_ended


@pytest.fixture
def trouble(engine: Engine, session: Session, box: SecretBox) -> Trouble:
    return Trouble(engine, session, box)


def test_a_hiccup_is_nobodys_business(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)

    trouble.fails(account, times=TOLD_AFTER - 1)
    trouble.works(account)

    assert trouble.told() == []


def test_lasting_trouble_is_told_to_the_owner_and_the_administrators_once(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)

    trouble.fails(account, times=10)
    trouble.look()

    (notice,) = trouble.told()
    assert (notice.kind, notice.account_id, notice.direction) == (NoticeKind.TROUBLE, account.id, INCOMING)
    assert (notice.subject, notice.problem, notice.refused) == ("boris@uspeh.test", SILENT, False)
    assert notice.since is not None
    assert notice.since < notice.at
    assert notice.over_at is None
    assert {name: copy.fate for name, copy in trouble.copies(notice).items()} == {
        "anna": LetterFate.WAITING,
        "boris": LetterFate.WAITING,
    }


def test_its_end_is_told_once_to_those_who_heard_the_beginning(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER)
    person(trouble.session, "new", is_admin=True)

    trouble.later(minutes=30)
    trouble.works(account)
    trouble.works(account)

    began, ended = trouble.told()
    assert (ended.kind, ended.ends_id, ended.since) == (NoticeKind.HEALED, began.id, began.since)
    assert began.over_at == ended.at
    assert trouble.copies(ended).keys() == {"anna", "boris"}


def test_telling_again_what_is_known_tells_nothing(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER)

    assert trouble_began(trouble.session, trouble.row(account), trouble.later(hours=5)) is None

    (notice,) = trouble.told()
    assert notice.over_at is None


def test_whoever_it_concerns_no_longer_does_not_hear_the_end(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER)
    with trouble.factory.begin() as session:
        session.get_one(User, trouble.anna.id).is_admin = False

    trouble.works(account)

    assert trouble.copies(trouble.told(NoticeKind.HEALED)[0]).keys() == {"boris"}


def test_both_directions_are_told_apart(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)

    trouble.fails(account, INCOMING, times=TOLD_AFTER)
    trouble.fails(account, OUTGOING, times=TOLD_AFTER)
    trouble.works(account, OUTGOING)

    assert [(one.kind, one.direction) for one in trouble.told()] == [
        (NoticeKind.TROUBLE, INCOMING),
        (NoticeKind.TROUBLE, OUTGOING),
        (NoticeKind.HEALED, OUTGOING),
    ]


def test_a_login_refused_for_good_is_told_at_once(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)

    trouble.fails(account, problem=REFUSED)
    assert trouble.told() == []
    trouble.fails(account, problem=REFUSED)

    (notice,) = trouble.told()
    assert (notice.refused, notice.problem) == (True, REFUSED)


def test_that_the_login_is_refused_is_news_also_to_those_who_knew_of_other_trouble(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER)

    trouble.fails(account, problem=REFUSED, times=2)
    trouble.look()

    first, second = trouble.told()
    assert (first.refused, second.refused) == (False, True)
    assert (first.over_at, second.over_at) == (second.at, None)


def test_a_new_password_that_was_proved_ends_it(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, problem=REFUSED, times=2)

    with trouble.factory.begin() as session:
        forget_trouble(session, session.get_one(Account, account.id), trouble.later(hours=1))
    trouble.works(account)

    assert [one.kind for one in trouble.told()] == [NoticeKind.TROUBLE, NoticeKind.HEALED]


def test_of_an_account_for_everyone_only_the_administrators_hear(trouble: Trouble) -> None:
    account = trouble.account(None, "office@uspeh.test")

    trouble.fails(account, times=TOLD_AFTER)

    assert trouble.copies(trouble.told()[0]).keys() == {"anna"}


def test_whoever_may_not_sign_in_any_more_hears_nothing(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    other = person(trouble.session, "vera", is_admin=True)
    other.password_hash = trouble.anna.password_hash = "x"
    disable_user(trouble.session, other)
    disable_user(trouble.session, trouble.boris)
    trouble.session.commit()

    trouble.fails(account, times=TOLD_AFTER)

    assert trouble.copies(trouble.told()[0]).keys() == {"anna"}


def test_that_the_program_cannot_send_its_letters_goes_into_no_letter(trouble: Trouble) -> None:
    system = trouble.system()

    trouble.fails(system, OUTGOING, times=TOLD_AFTER)
    trouble.works(system, OUTGOING)

    assert [trouble.copies(one)["anna"].fate for one in trouble.told()] == [LetterFate.OWN_TROUBLE] * 2


def test_what_is_not_used_any_more_is_over_without_a_word(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER)

    with trouble.factory.begin() as session:
        session.get_one(Account, account.id).frozen = True
        session.flush()
        keep_rows(session, trouble.now)
    trouble.look()

    (notice,) = trouble.told()
    assert notice.over_at == trouble.now


def test_where_nothing_is_left_to_send_nobody_says_that_it_works(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, OUTGOING, times=TOLD_AFTER)

    trouble.has_nothing_to_do(account, OUTGOING)
    trouble.look()

    assert [(one.kind, one.over_at) for one in trouble.told()] == [(NoticeKind.TROUBLE, trouble.now)]


def test_what_comes_back_is_told_when_it_lasts_longer_than_before(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER)
    trouble.works(account)

    trouble.fails(account, times=TOLD_AFTER)
    trouble.look()
    assert len(trouble.told(NoticeKind.TROUBLE)) == 1
    trouble.later(minutes=10)
    trouble.look()
    trouble.look()

    assert len(trouble.told(NoticeKind.TROUBLE)) == 2


def test_a_direction_that_fails_and_heals_all_day_floods_nobody(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)

    for _ in range(20):
        trouble.fails(account, times=TOLD_AFTER)
        trouble.later(minutes=43)
        trouble.look()
        trouble.works(account)
        trouble.look()
        trouble.later(minutes=15)

    assert [one.kind for one in trouble.told()] == [NoticeKind.TROUBLE, NoticeKind.HEALED] * 4


def test_the_pauses_grow_and_have_an_end() -> None:
    minutes = [patience(told).total_seconds() / 60 for told in range(12)]

    assert minutes[:5] == [0, 10, 20, 40, 80]
    assert minutes == sorted(minutes)
    assert minutes[-1] < 24 * 60


def test_several_threads_tell_one_trouble_and_one_end(trouble: Trouble) -> None:
    account = trouble.account(trouble.boris)
    trouble.fails(account, times=TOLD_AFTER - 1)
    with trouble.factory.begin() as session:
        session.get_one(Traffic, (account.id, INCOMING)).failures = TOLD_AFTER

    def begin() -> None:
        with trouble.factory.begin() as session:
            trouble_began(session, session.get_one(Traffic, (account.id, INCOMING)), trouble.now)

    def end() -> None:
        with trouble.factory.begin() as session:
            trouble_ended(session, account.id, INCOMING, trouble.now)

    side_by_side(begin)
    assert [one.kind for one in trouble.told()] == [NoticeKind.TROUBLE]
    side_by_side(end)

    assert [one.kind for one in trouble.told()] == [NoticeKind.TROUBLE, NoticeKind.HEALED]
    assert [len(trouble.copies(one)) for one in trouble.told()] == [2, 2]
