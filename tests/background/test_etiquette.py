"""People and the background log in by one ledger: each sees the other's refusals and logins under way (DESIGN 5.1)."""

import asyncio
import threading

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from tests.background.works import Bureau
from tests.scripted import PATIENCE_S
from tests.storage.makers import IMAP
from webapp.background.work import NotYet
from webapp.detection.budget import RefusalBudget
from webapp.detection.refusals import PAUSE
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.storage.models import LoginRefusal
from webapp.storage.secrets import SecretBox

MAILBOX = "anna@uspeh.test"
SETTINGS = IMAP.settings
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, SETTINGS.host, SETTINGS.port)


@pytest.fixture
def bureau(engine: DatabaseEngine, session: Session, box: SecretBox) -> Bureau:
    return Bureau(sessionmaker(engine), session, box)


def test_a_person_waits_for_the_answer_to_a_login_of_the_background(bureau: Bureau) -> None:
    budget = RefusalBudget(MAILBOX, bureau.refusals, 1)
    held, let_go, order = threading.Event(), threading.Event(), []

    def background() -> None:
        with bureau.etiquette.place(MAILBOX, SETTINGS), bureau.etiquette.place(MAILBOX, SETTINGS):
            bureau.refusals.note_refusal(MAILBOX)
            held.set()
            let_go.wait(PATIENCE_S)
            order.append("background")

    async def person() -> None:
        asyncio.get_running_loop().call_later(0, let_go.set)
        async with asyncio.timeout(PATIENCE_S), budget.place(SETTINGS):
            order.append("person")

    thread = threading.Thread(target=background)
    thread.start()
    assert held.wait(PATIENCE_S)
    asyncio.run(person())
    thread.join(PATIENCE_S)

    assert order == ["background", "person"]


def test_the_background_comes_back_later_while_a_person_logs_in(bureau: Bureau) -> None:
    budget = RefusalBudget(MAILBOX, bureau.refusals, 1)
    bureau.refusals.note_refusal(MAILBOX)
    bureau.refusals.note_refusal(MAILBOX)

    async def person() -> None:
        async with budget.place(SETTINGS):
            with pytest.raises(NotYet) as not_yet, bureau.etiquette.place(MAILBOX, SETTINGS):
                pass
            assert not_yet.value.until > bureau.clock()

    asyncio.run(person())
    with bureau.etiquette.place(MAILBOX, SETTINGS):
        pass


def test_what_the_background_was_refused_a_person_is_told(bureau: Bureau) -> None:
    for _ in range(3):
        with pytest.raises(Trouble), bureau.etiquette.place(MAILBOX, SETTINGS):
            raise Trouble(REFUSED)

    assert RefusalBudget(MAILBOX, bureau.refusals, 1).paused(SETTINGS)
    assert bureau.session.scalar(select(func.count()).select_from(LoginRefusal)) == 3
    with pytest.raises(NotYet), bureau.etiquette.place(MAILBOX, SETTINGS):
        pass


def test_after_a_refusal_the_last_try_is_left_to_people(bureau: Bureau) -> None:
    for _ in range(2):
        with pytest.raises(Trouble), bureau.etiquette.place(MAILBOX, SETTINGS, sparing=True):
            raise Trouble(REFUSED)
    with pytest.raises(NotYet) as not_yet, bureau.etiquette.place(MAILBOX, SETTINGS, sparing=True):
        pass

    assert not RefusalBudget(MAILBOX, bureau.refusals, 1).paused(SETTINGS)
    assert not_yet.value.until > bureau.clock() + PAUSE / 2
    with bureau.etiquette.place(MAILBOX, SETTINGS):  # with the new password, once it was proved
        pass
    bureau.later(minutes=10)
    with bureau.etiquette.place(MAILBOX, SETTINGS, sparing=True):
        pass


def test_other_trouble_counts_for_nothing(bureau: Bureau) -> None:
    for problem in (Problem(ProblemKind.SILENT), Problem(ProblemKind.LOGIN_REFUSED, password_judged=False)):
        with pytest.raises(Trouble), bureau.etiquette.place(MAILBOX, SETTINGS):
            raise Trouble(problem)

    assert bureau.refusals.refused_lately(MAILBOX) == 0


def test_refusals_of_other_processes_are_read_before_each_login(bureau: Bureau, engine: DatabaseEngine) -> None:
    elsewhere = Bureau(sessionmaker(engine), bureau.session, bureau.box)
    for _ in range(3):
        with pytest.raises(Trouble), elsewhere.etiquette.place(MAILBOX, SETTINGS):
            raise Trouble(REFUSED)

    with pytest.raises(NotYet), bureau.etiquette.place(MAILBOX, SETTINGS):
        pass
