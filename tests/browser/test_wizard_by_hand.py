"""Setting an account up by hand: corrected after a search, or without any search."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard

# Both languages, and with and without JavaScript, in two sessions: the words do not depend on the script.
IN_TWO_WAYS = pytest.mark.parametrize(
    ("language", "javascript"), [("ru", True), ("en", False)], ids=["javascript-ru", "plain-en"]
)

CLOSED = {
    "ru": "Сервер imap.guess.test не принимает соединения на порту 995.",
    "en": "imap.guess.test takes no connections at port 995.",
}
ASSUMPTION = {"ru": "предположение", "en": "assumption"}
ANNA = "anna@guess.test"


@IN_TWO_WAYS
def test_a_wrong_port_is_named_at_its_field_corrected_retested_and_saved(
    office: Office, new_page: NewPage, language: str, javascript: bool
) -> None:
    page = new_page(language, javascript=javascript)
    wizard = Wizard(page, office, language)
    wizard.find(ANNA)
    wizard.edit()
    expect(wizard.field("incoming_host")).to_have_value("imap.guess.test")
    wizard.field("incoming_port").fill("995")

    wizard.press("retest")
    wizard.sees("half-found")
    expect(wizard.error_at("incoming_port")).to_contain_text(CLOSED[language])
    expect(page.locator("[id$=-error]")).to_have_count(1)
    expect(wizard.field("outgoing_host")).to_have_value("smtp.guess.test")
    assert office.accounts() == []

    wizard.field("incoming_port").fill("993")
    wizard.press("retest")
    wizard.sees("found")
    wizard.save()
    assert office.accounts() == [ANNA]


@IN_TWO_WAYS
def test_by_the_manual_switch_recommended_values_are_marked_and_saved_without_a_search(
    office: Office, new_page: NewPage, language: str, javascript: bool
) -> None:
    page = new_page(language, javascript=javascript)
    wizard = Wizard(page, office, language)
    wizard.fill(ANNA, by_hand=True)

    wizard.press("next")

    expect(wizard.field("incoming_host")).to_have_value("imap.guess.test")
    expect(wizard.field("incoming_port")).to_have_value("993")
    expect(wizard.field("outgoing_port")).to_have_value("465")
    expect(wizard.field("outgoing_username")).to_have_value(ANNA)
    expect(page.locator(".field__label").filter(has_text=ASSUMPTION[language])).to_have_count(8)
    assert office.lab.dns.queries == [], "no search is made"
    wizard.save()
    assert office.accounts() == [ANNA]


def test_done_with_a_wrong_port_saves_nothing_and_names_it_too(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.find(ANNA)
    wizard.edit()
    wizard.field("outgoing_port").fill("2525")

    wizard.press("done")

    wizard.sees("not-proved")
    expect(wizard.error_at("outgoing_port")).to_contain_text("не принимает соединения на порту 2525")
    expect(wizard.field("outgoing_port")).to_have_value("2525")
    assert office.accounts() == []


def test_cleared_fields_are_found_out(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.fill("anna@uspeh.test", by_hand=True)
    wizard.press("next")
    for direction in ("incoming", "outgoing"):
        for part in ("host", "port", "username"):
            wizard.field(f"{direction}_{part}").fill("")
        wizard.field(f"{direction}_security").select_option("")

    wizard.press("retest")

    wizard.sees("found")
    expect(wizard.page.locator("#half-incoming")).to_contain_text("korob-17.uspeh.test")
    expect(wizard.page.locator("#half-outgoing")).to_contain_text("gonec-42.uspeh.test")


def test_a_retest_while_the_search_goes_on_takes_its_place(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.begin("anna@silent.test", "no matter")
    wizard.edit()
    searching = wizard.run_id
    wizard.field("incoming_host").fill("imap.guess.test")
    wizard.field("outgoing_host").fill("smtp.guess.test")

    wizard.press("retest")

    wizard.sees("found")
    assert wizard.run_id != searching
    [(state, outcome)] = office.rows("SELECT state, outcome FROM runs WHERE id = ?", searching)
    assert (state, '"stopped"' in outcome) == ("finished", True)


def test_the_port_follows_the_security_but_a_port_of_ones_own_stays(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.fill(ANNA, by_hand=True)
    wizard.press("next")
    wizard.field("outgoing_port").fill("2525")

    for direction in ("incoming", "outgoing"):
        wizard.field(f"{direction}_security").select_option("starttls")

    expect(wizard.field("incoming_port")).to_have_value("143")
    expect(wizard.field("outgoing_port")).to_have_value("2525")
