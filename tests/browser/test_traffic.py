"""Receiving and sending in a real browser: a load followed by itself, every state at every width."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from webapp.mail.settings import Direction
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.models import Account, Traffic
from webapp.storage.traffic import keep_rows

ADDRESS = "anna@guess.test"
AWAY = Problem(ProblemKind.CONNECTION_TIMED_OUT, "imap.guess.test", 993)
REFUSED = Problem(
    ProblemKind.LOGIN_REFUSED,
    "imap.guess.test",
    993,
    "[AUTHENTICATIONFAILED] Authentication failed.",
    cause=Cause.WRONG_PASSWORD,
)
PARTS = {
    "works": {"worked_at": timedelta(minutes=-3)},
    "waits": {
        "trouble": AWAY,
        "trouble_since": timedelta(minutes=-70),
        "worked_at": timedelta(days=-1),
        "due_at": timedelta(minutes=20),
    },
    "refused": {"trouble": REFUSED, "trouble_since": timedelta(minutes=-5), "refused": True, "due_at": None},
    "loads": {"leased_by": "x", "leased_until": timedelta(minutes=9), "done": 120, "total": 20000, "due_at": None},
    "turn": {"due_at": timedelta()},
}


def stand(office: Office, account_id: int, state: str, direction: Direction = Direction.INCOMING) -> None:
    """Let a direction of an account stand so; moments are told from now."""
    now = utc_now()
    quiet = {
        "leased_by": None,
        "leased_until": None,
        "done": 0,
        "total": 0,
        "trouble": None,
        "refused": False,
        "due_at": timedelta(minutes=4),
    }
    fields = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in {**quiet, **PARTS[state]}.items()
    }
    engine = make_engine(f"sqlite:///{office.served.database}")
    with Session(engine) as session:
        keep_rows(session, now)
        row = (Traffic.account_id == account_id, Traffic.direction == direction)
        session.execute(update(Traffic).where(*row).values(**fields))
        if state == "refused":
            session.execute(update(Account).where(Account.id == account_id).values(login_refused=True))
        session.commit()
    engine.dispose()


def test_a_load_is_followed_by_itself_and_disturbs_nobody(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ADDRESS, window.name)
    stand(office, account, "loads")
    window.open(account)
    card = window.page.locator("#traffic")
    expect(card).to_contain_text("Загружено 120 из 20")
    window.type("signature", "Всего доброго")

    office.change("UPDATE traffic SET done = 12000 WHERE total > 0")
    expect(card).to_contain_text("Загружено 12")
    stand(office, account, "works")
    expect(card).to_contain_text("Последний раз успешно")

    expect(card).not_to_have_attribute("hx-trigger", "every 2s")
    expect(window.page.locator("#signature")).to_have_value("Всего доброго")


def test_stop_and_receive_are_buttons_of_the_card(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ADDRESS, window.name)
    stand(office, account, "loads")
    window.open(account)

    window.press("Stop")

    expect(window.page.get_by_text("Получение остановлено")).to_be_visible()
    assert office.rows("SELECT stop_requested FROM traffic WHERE direction = 'incoming'") == [(1,)]
    stand(office, account, "works")
    window.open(account)
    window.press("Receive mail")
    expect(window.page.locator("#traffic")).to_contain_text("Ждёт своей очереди")


def test_without_javascript_the_button_works_as_well(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(javascript=False), office)
    account = lay(office, ADDRESS, window.name, remember=False)
    stand(office, account, "works")
    window.open(account)

    window.press("Receive mail")

    expect(window.page.get_by_text("почта начнёт загружаться")).to_be_visible()
    expect(window.page.locator("#secret")).to_be_visible()


def test_every_state_fits_and_is_read_aloud(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ADDRESS, window.name)
    wrong: Wrong = {}

    for state in PARTS:
        stand(office, account, state)
        stand(office, account, "waits", Direction.OUTGOING)
        window.open(account)
        wrong |= wrong_with(window.page, state)
        office.change("UPDATE accounts SET login_refused = 0")

    assert wrong == {}
