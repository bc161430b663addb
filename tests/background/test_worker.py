"""One piece of work, from its lease to what its row says afterwards."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from tests.background.works import INCOMING, OUTGOING, Bureau, Waiting, duties, post_of, well
from tests.scripted import PATIENCE_S
from tests.storage.makers import SECRET
from webapp.background.watch import Watch
from webapp.background.work import NeedsPassword, NotYet, Work, WorkLost
from webapp.background.worker import Duties, Duty
from webapp.mail.clients.access import Access
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.storage.base import utc_now
from webapp.storage.endings import PAUSES
from webapp.storage.models import Account, AccountState, LoginRefusal, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import PACE, request_stop, want

AWAY = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993)


@pytest.fixture
def bureau(engine: DatabaseEngine, session: Session, box: SecretBox) -> Bureau:
    return Bureau(sessionmaker(engine), session, box)


def troubled(problem: Problem) -> Duty:
    def duty(work: Work) -> None:
        work.entered = True
        raise Trouble(problem)

    return duty


class Told:
    """Remembers what somebody was told."""

    def __init__(self) -> None:
        self.news: list[tuple[str, int]] = []

    def duties(self, receive: Duty) -> Duties:
        return Duties(
            receive,
            well,
            tell_trouble=lambda session, row: self.news.append(("trouble", row.account_id)),
            tell_healed=lambda session, row: self.news.append(("healed", row.account_id)),
        )


def test_automatic_receiving_is_due_again_after_its_pace(bureau: Bureau) -> None:
    account = bureau.account()

    bureau.worker(duties(well)).carry_out(post_of(account))

    row = bureau.row(account)
    assert row.leased_by is None
    assert row.worked_at is not None
    assert row.due_at is not None
    assert abs(row.due_at - row.worked_at - PACE) < timedelta(seconds=5)


def test_an_account_that_does_not_run_by_itself_waits_until_somebody_wants_it(bureau: Bureau) -> None:
    account = bureau.account(automatic=False)
    assert bureau.row(account).due_at is None
    want(bureau.session, post_of(account), bureau.clock())
    bureau.session.commit()

    bureau.worker(duties(well)).carry_out(post_of(account))

    assert bureau.row(account).due_at is None
    assert bureau.row(account).worked_at is not None


def test_what_is_not_due_is_left_alone(bureau: Bureau) -> None:
    account = bureau.account()

    bureau.worker(duties(send=well)).carry_out(post_of(account, OUTGOING))

    assert bureau.row(account, OUTGOING).worked_at is None


def test_two_workers_at_one_row_do_it_once(bureau: Bureau) -> None:
    account, duty = bureau.account(), Waiting()
    first, second = bureau.worker(duties(duty)), bureau.worker(duties(duty))
    thread = threading.Thread(target=first.carry_out, args=[post_of(account)])
    thread.start()
    duty.wait_until_begun()

    second.carry_out(post_of(account))

    duty.go_on()
    thread.join(PATIENCE_S)
    assert len(duty.works) == 1


def test_wanted_once_more_meanwhile_it_is_done_once_more(bureau: Bureau) -> None:
    account, wanted_at = bureau.account(), []

    def duty(work: Work) -> None:
        work.entered = True
        with bureau.factory.begin() as session:
            wanted_at.append(bureau.clock())
            want(session, work.post, wanted_at[-1])

    bureau.worker(duties(duty)).carry_out(post_of(account))

    assert bureau.row(account).due_at == wanted_at[0]


def test_temporary_trouble_waits_longer_and_longer_and_switches_nothing_off(bureau: Bureau) -> None:
    account, worker, pauses = bureau.account(), bureau.worker(duties(troubled(AWAY))), []
    since = None
    for _ in range(8):
        worker.carry_out(post_of(account))
        row = bureau.row(account)
        since = since or row.trouble_since
        assert row.due_at is not None
        pauses.append(row.due_at - bureau.clock())
        bureau.later(minutes=31)

    row = bureau.row(account)
    assert [round(pause.total_seconds() / 60) for pause in pauses] == [1, 2, 5, 10, 20, 30, 30, 30]
    assert (row.trouble, row.trouble_since, row.refused) == (AWAY, since, False)
    assert not bureau.session.get_one(Account, account.id).login_refused


def test_trouble_that_lasts_is_told_once_and_its_end_once(bureau: Bureau) -> None:
    account, told = bureau.account(), Told()
    failing, working = bureau.worker(told.duties(troubled(AWAY))), bureau.worker(told.duties(well))
    for worker in (failing, failing, failing, failing, working, working):
        worker.carry_out(post_of(account))
        bureau.later(minutes=31)

    assert told.news == [("trouble", account.id), ("healed", account.id)]


def test_a_hiccup_is_told_to_nobody(bureau: Bureau) -> None:
    account, told = bureau.account(), Told()
    for duty in (troubled(AWAY), well):
        bureau.worker(told.duties(duty)).carry_out(post_of(account))
        bureau.later(minutes=31)

    assert told.news == []
    assert bureau.row(account).trouble is None


def test_a_refused_login_is_tried_once_more_then_waits_for_a_password(bureau: Bureau) -> None:
    account, told = bureau.account(), Told()
    worker = bureau.worker(told.duties(troubled(REFUSED)))

    worker.carry_out(post_of(account))
    first = bureau.row(account)
    assert (first.refused, first.due_at is not None, told.news) == (False, True, [])
    bureau.later(minutes=2)
    worker.carry_out(post_of(account))

    second = bureau.row(account)
    assert (second.refused, second.due_at, told.news) == (True, None, [("trouble", account.id)])
    assert bureau.session.get_one(Account, account.id).state is AccountState.LOGIN_REFUSED
    bureau.later(hours=5)
    assert not want(bureau.session, post_of(account), bureau.clock())


def test_a_refusal_stays_in_mind_through_other_trouble(bureau: Bureau) -> None:
    account = bureau.account()
    for problem in (REFUSED, AWAY, REFUSED):
        bureau.worker(duties(troubled(problem))).carry_out(post_of(account))
        bureau.later(minutes=31)

    assert bureau.row(account).refused


def test_a_refusal_that_does_not_judge_the_password_is_temporary(bureau: Bureau) -> None:
    account = bureau.account()
    busy = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, password_judged=False)
    for _ in range(3):
        bureau.worker(duties(troubled(busy))).carry_out(post_of(account))
        bureau.later(minutes=31)

    assert not bureau.row(account).refused


def test_one_direction_that_is_refused_leaves_the_other_working(bureau: Bureau) -> None:
    account = bureau.account()
    for _ in range(2):
        bureau.worker(duties(troubled(REFUSED))).carry_out(post_of(account))
        bureau.later(minutes=2)
    assert want(bureau.session, post_of(account, OUTGOING), bureau.clock())
    bureau.session.commit()

    bureau.worker(duties(send=well)).carry_out(post_of(account, OUTGOING))

    assert bureau.row(account, OUTGOING).worked_at is not None
    assert bureau.session.get_one(Account, account.id).login_refused, "the other direction's refusal still stands"


def test_nothing_to_do_proves_nothing(bureau: Bureau) -> None:
    account = bureau.account()
    bureau.session.execute(update(Account).values(login_refused=True))
    want(bureau.session, post_of(account, OUTGOING), bureau.clock())
    bureau.session.commit()

    bureau.worker(duties()).carry_out(post_of(account, OUTGOING))

    row = bureau.row(account, OUTGOING)
    assert (row.worked_at, row.due_at) == (None, None)
    assert bureau.session.get_one(Account, account.id).login_refused


def test_without_a_password_it_waits_quietly(bureau: Bureau) -> None:
    account = bureau.account(automatic=False, remember=False)
    want(bureau.session, post_of(account), bureau.clock())
    bureau.session.commit()
    begun = []

    bureau.worker(duties(begun.append)).carry_out(post_of(account))

    row = bureau.row(account)
    assert (begun, row.due_at, row.leased_by, row.trouble) == ([], None, None, None)


def test_a_password_that_no_key_opens_is_no_trouble_of_the_server(bureau: Bureau) -> None:
    account = bureau.account()

    def duty(work: Work) -> None:
        raise NeedsPassword

    bureau.worker(duties(duty)).carry_out(post_of(account))

    row = bureau.row(account)
    assert row.trouble is None
    assert row.due_at is not None
    assert row.due_at > bureau.clock()


def test_a_password_typed_while_its_absence_is_noticed_is_not_missed(bureau: Bureau) -> None:
    account, typed_at = bureau.account(automatic=False), bureau.clock()
    want(bureau.session, post_of(account), bureau.clock())
    bureau.session.commit()

    def duty(work: Work) -> None:
        with bureau.factory.begin() as session:
            want(session, work.post, typed_at)
        raise NeedsPassword

    bureau.worker(duties(duty)).carry_out(post_of(account))

    assert bureau.row(account).due_at == typed_at


def test_a_surprise_is_logged_without_words_and_tried_again_later(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    account = bureau.account()

    def duty(work: Work) -> None:
        raise ValueError(SECRET)

    bureau.worker(duties(duty)).carry_out(post_of(account))

    row = bureau.row(account)
    assert (row.trouble, row.leased_by) == (None, None)
    assert row.due_at is not None
    assert row.due_at > bureau.clock()
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_a_lapsed_lease_is_taken_over_and_its_old_holder_writes_nothing(bureau: Bureau) -> None:
    account, ends = bureau.account(), []

    def slept(work: Work) -> None:
        bureau.later(minutes=2)  # this machine slept: the lease has lapsed
        other = bureau.worker(duties(well))
        other.carry_out(work.post)
        try:
            with work.writing():
                ends.append("wrote")
        except WorkLost:
            ends.append("lost")
            raise

    bureau.worker(duties(slept)).carry_out(post_of(account))

    row = bureau.row(account)
    assert ends == ["lost"]
    assert row.worked_at is not None
    assert (row.leased_by, row.trouble) == (None, None)


def test_stop_ends_it_and_what_was_loaded_stays(bureau: Bureau) -> None:
    account, duty = bureau.account(), Waiting()
    watch = Watch(bureau.factory, bureau.clock)
    worker = bureau.worker(duties(duty), watch)
    thread = threading.Thread(target=worker.carry_out, args=[post_of(account)])
    thread.start()
    duty.wait_until_begun()
    watch.look()
    assert not duty.works[0].stopped

    request_stop(bureau.session, post_of(account), bureau.clock())
    bureau.session.commit()
    watch.look()
    thread.join(PATIENCE_S)

    row = bureau.row(account)
    assert duty.works[0].connections.closed
    assert (row.leased_by, row.stop_requested, row.trouble) == (None, False, None)
    assert row.due_at is not None
    assert row.due_at > bureau.clock()


def test_what_has_not_begun_is_stopped_as_well(bureau: Bureau) -> None:
    account, other = bureau.account(), bureau.account("boris", automatic=False)
    for one in (account, other):
        want(bureau.session, post_of(one), bureau.clock())
        request_stop(bureau.session, post_of(one), bureau.clock())
    bureau.session.commit()

    assert (bureau.row(account).due_at or bureau.clock()) > bureau.clock()
    assert bureau.row(other).due_at is None


@pytest.mark.parametrize(
    "change",
    [{"frozen": True}, {"locked": True}, {"for_receiving": False}],
    ids=["frozen", "locked", "not used for receiving"],
)
def test_what_is_withdrawn_ends_the_work(bureau: Bureau, change: dict[str, bool]) -> None:
    account, duty = bureau.account(), Waiting()
    watch = Watch(bureau.factory, bureau.clock)
    thread = threading.Thread(target=bureau.worker(duties(duty), watch).carry_out, args=[post_of(account)])
    thread.start()
    duty.wait_until_begun()

    bureau.session.execute(update(Account).values(**change))
    bureau.session.commit()
    watch.look()
    thread.join(PATIENCE_S)

    assert duty.works[0].stopped
    assert bureau.row(account).leased_by is None


def test_a_forgotten_password_ends_the_work(bureau: Bureau) -> None:
    account, duty = bureau.account(), Waiting()
    watch = Watch(bureau.factory, bureau.clock)
    thread = threading.Thread(target=bureau.worker(duties(duty), watch).carry_out, args=[post_of(account)])
    thread.start()
    duty.wait_until_begun()

    assert account.incoming is not None
    account.incoming.secret, account.remember_password, account.automatic = None, False, False
    bureau.session.commit()
    watch.look()
    thread.join(PATIENCE_S)

    assert duty.works[0].stopped
    assert bureau.row(account).due_at is None


def test_a_deleted_account_ends_the_work(bureau: Bureau) -> None:
    account, duty = bureau.account(), Waiting()
    watch = Watch(bureau.factory, bureau.clock)
    thread = threading.Thread(target=bureau.worker(duties(duty), watch).carry_out, args=[post_of(account)])
    thread.start()
    duty.wait_until_begun()

    bureau.session.delete(account)
    bureau.session.commit()
    watch.look()
    thread.join(PATIENCE_S)

    assert duty.works[0].stopped
    assert bureau.rows() == []


def test_the_watch_renews_and_notices_what_is_lost(bureau: Bureau) -> None:
    account, duty = bureau.account(), Waiting()
    watch = Watch(bureau.factory, bureau.clock)
    thread = threading.Thread(target=bureau.worker(duties(duty), watch).carry_out, args=[post_of(account)])
    thread.start()
    duty.wait_until_begun()
    before = bureau.row(account).leased_until
    assert before is not None

    bureau.later(seconds=30)
    watch.look()
    renewed = bureau.row(account).leased_until
    assert renewed is not None
    assert renewed - before >= timedelta(seconds=29)
    assert not duty.works[0].stopped

    bureau.later(seconds=90)  # nobody looked for too long
    watch.look()
    thread.join(PATIENCE_S)
    assert duty.works[0].stopped
    assert bureau.row(account).leased_by == duty.works[0].holder, "who lost it does not touch the row"


def test_progress_is_in_the_row_while_it_lasts(bureau: Bureau) -> None:
    account, seen = bureau.account(), []

    def duty(work: Work) -> None:
        work.tell(120, 20000)
        row = bureau.row(account)
        seen.append((row.done, row.total))

    bureau.worker(duties(duty)).carry_out(post_of(account))

    assert seen == [(120, 20000)]
    assert (bureau.row(account).done, bureau.row(account).total) == (0, 0)


def access_of_row(bureau: Bureau, account: Account) -> Access:
    assert account.incoming is not None
    return Access(account.incoming.settings(), "secret")


def refusing(network: object, access: Access, connections: object) -> None:
    raise Trouble(REFUSED)


def test_refusals_of_the_background_count_for_people_too(bureau: Bureau) -> None:
    account = bureau.account()

    def duty(work: Work) -> None:
        work.enter(refusing, access_of_row(bureau, account))

    for _ in range(2):
        bureau.worker(duties(duty)).carry_out(post_of(account))
        bureau.later(minutes=2)

    assert bureau.refusals.refused_lately("anna@uspeh.test") == 2
    assert bureau.session.scalar(select(func.count()).select_from(LoginRefusal)) == 2


def test_both_directions_together_leave_a_try_to_people(bureau: Bureau) -> None:
    account = bureau.account()
    outgoing = post_of(account, OUTGOING)

    def duty(work: Work) -> None:
        work.enter(refusing, access_of_row(bureau, account))

    for _ in range(4):
        want(bureau.session, outgoing, bureau.clock())
        bureau.session.commit()
        for post in (outgoing, post_of(account)):
            bureau.worker(duties(duty, duty)).carry_out(post)
        bureau.later(minutes=2)

    assert bureau.refusals.refused_lately("anna@uspeh.test") == 2
    assert all(row.trouble is not None for row in bureau.rows())


def test_a_paused_mailbox_is_not_logged_in_to_and_waits_without_being_in_trouble(bureau: Bureau) -> None:
    account, entered = bureau.account(), []
    bureau.session.add_all(
        LoginRefusal(mailbox="anna@uspeh.test", refused_at=utc_now() - timedelta(seconds=seconds))
        for seconds in (3, 2, 1)
    )
    bureau.session.commit()

    def duty(work: Work) -> None:
        work.enter(lambda *_: entered.append(work), access_of_row(bureau, account))

    bureau.worker(duties(duty)).carry_out(post_of(account))

    row = bureau.row(account)
    assert (entered, row.trouble, row.failures) == ([], None, 0)
    assert row.due_at is not None
    assert timedelta(minutes=9) < row.due_at - bureau.clock() <= timedelta(minutes=10)


def test_no_fourth_login_is_on_its_way_when_the_third_could_be_refused(bureau: Bureau) -> None:
    account = bureau.account()
    mailbox = "anna@uspeh.test"
    bureau.session.add(LoginRefusal(mailbox=mailbox, refused_at=utc_now()))
    bureau.session.commit()
    assert account.incoming is not None
    settings = account.incoming.settings()

    with bureau.etiquette.place(mailbox, settings), bureau.etiquette.place(mailbox, settings):
        with pytest.raises(NotYet), bureau.etiquette.place(mailbox, settings):
            pass

    with bureau.etiquette.place(mailbox, settings):
        pass


def test_at_one_server_only_three_work_at_a_time(bureau: Bureau) -> None:
    accounts = [bureau.account(name) for name in ("anna", "boris", "vera", "gleb")]
    elsewhere = bureau.account("dina", host="imap.other.test")
    duty = Waiting()
    worker = bureau.worker(duties(duty))
    threads = [threading.Thread(target=worker.carry_out, args=[post_of(one)]) for one in accounts[:3]]
    for thread in threads:
        thread.start()
    duty.wait_until_begun(3)

    worker.carry_out(post_of(accounts[3]))
    assert bureau.row(accounts[3]).leased_by is None
    assert bureau.row(accounts[3]).due_at is not None, "it waits its turn"

    duty.go_on()
    worker.carry_out(post_of(elsewhere))
    for thread in threads:
        thread.join(PATIENCE_S)
    worker.carry_out(post_of(accounts[3]))
    assert [work.post.account_id for work in duty.works[3:]] == [elsewhere.id, accounts[3].id]


def test_pauses_grow() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert PAUSES[-1] == timedelta(minutes=30)


def test_rows_follow_what_the_account_is_used_for(bureau: Bureau) -> None:
    account = bureau.account(outgoing=None)
    assert [row.direction for row in bureau.rows()] == [INCOMING]

    account.for_receiving = False
    bureau.session.commit()
    assert not want(bureau.session, post_of(account, OUTGOING), bureau.clock())
    assert bureau.session.scalars(select(Traffic)).all() == []
