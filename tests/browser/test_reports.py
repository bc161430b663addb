"""The report of a failed run and the questions to the provider, in a real browser: copied, saved, read at any width."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

CLIPBOARD = ["clipboard-read", "clipboard-write"]
BORIS = "boris@uspeh.test"
WRONG = "falsche-weiße-taube-96"
WORDS = {
    "ru": {"report": "Отчёт для того, кто поможет", "copy": "Скопировать отчёт", "copied": "Скопировано.",
           "ask": "Что спросить у провайдера", "letter": "Скопировать письмо", "save": "Скачать"},
    "en": {"report": "Report for whoever helps", "copy": "Copy report", "copied": "Copied.",
           "ask": "What to ask the provider", "letter": "Copy letter", "save": "Download"},
}  # fmt: skip


def refused(page: Page, office: Office, language: str = "ru") -> Wizard:
    """Let a server refuse a password; the page of the run is open then."""
    wizard = Wizard(page, office, language)
    wizard.find(BORIS, WRONG)
    wizard.press("done")
    wizard.sees("login-refused")
    return wizard


def test_one_button_copies_the_report_another_saves_it(office: Office, new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("en")
    page.context.grant_permissions(CLIPBOARD)
    words = WORDS["en"]
    refused(page, office, "en")
    page.get_by_role("link", name=words["report"]).click()

    page.get_by_role("button", name=words["copy"]).click()
    expect(page.locator("#report-copied")).to_have_text(words["copied"])
    copied = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("link", name=words["save"]).click()
    saved = tmp_path / "report.txt"
    download.value.save_as(saved)

    assert download.value.suggested_filename.startswith("mailroom-report-uspeh.test-")
    text = saved.read_text(encoding="utf-8")
    assert copied.splitlines()[2:] == text.splitlines()[2:], "but for the moment it was made they are the same"
    assert BORIS in text
    assert "AUTHENTICATE" in text
    assert ":993" in text
    assert WRONG not in text


def test_the_letter_to_the_provider_is_copied_in_either_language(office: Office, new_page: NewPage) -> None:
    page = new_page()
    page.context.grant_permissions(CLIPBOARD)
    refused(page, office)
    page.get_by_role("link", name=WORDS["ru"]["ask"]).click()

    page.get_by_role("button", name=WORDS["ru"]["letter"]).click()
    expect(page.locator("#letter-copied")).to_have_text("Скопировано.")
    russian = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Письмо по-английски").click()
    expect(page.locator("#letter")).to_contain_text("Hello,")
    page.get_by_role("button", name=WORDS["ru"]["letter"]).click()
    expect(page.locator("#letter-copied")).to_have_text("Скопировано.")
    english = page.evaluate("navigator.clipboard.readText()")

    assert russian.startswith("Тема: настройка почтовой программы для boris@uspeh.test")
    assert english.startswith("Subject: setting up a mail program for boris@uspeh.test")
    assert WRONG not in russian + english


def test_without_javascript_the_text_is_there_to_be_selected_and_saved(office: Office, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    wizard = refused(page, office)
    page.goto(f"{office.served.address}/runs/{wizard.run_id}/report")

    expect(page.get_by_role("button", name=WORDS["ru"]["copy"])).to_be_hidden()
    expect(page.locator("#report")).to_contain_text("──── Чего хотели ────")
    with page.expect_download():
        page.get_by_role("link", name=WORDS["ru"]["save"]).click()


def test_report_and_questions_stand_in_nobodys_way(office: Office, new_page: NewPage) -> None:
    page = new_page()
    wizard = refused(page, office)
    wrong: Wrong = {}

    for name in ("", "/report", "/questions"):
        page.goto(f"{office.served.address}/runs/{wizard.run_id}{name}")
        wrong |= wrong_with(page, name)

    assert wrong == {}
