"""The settings window as a whole: without a mouse, on a narrow screen, its pane and actions, newsgroups."""

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.test_keyboard import go_to, tab_to
from tests.browser.words import word

ANNA, BORIS = "anna@guess.test", "boris@guess.test"


def test_the_whole_window_works_from_the_keyboard_alone(office: Office, new_page: NewPage) -> None:
    page = new_page()
    window = SettingsWindow(page, office)
    lay(office, BORIS, window.name)
    account = lay(office, ANNA, window.name)
    go_to(page, page.locator("nav a", has_text=word("Account settings", "ru")).first)
    go_to(page, page.locator(".pane__row", has_text=ANNA))
    page.wait_for_url(f"**/accounts/{account}")
    expect(page.locator(".pane__row[aria-current]")).to_contain_text(ANNA)  # until then a form of Boris is there

    tab_to(page.locator("#title"))
    page.keyboard.press("Control+A")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(page.locator(".window__name")).to_have_text("By keyboard")

    for section in ("incoming", "letters", "security", "checks"):
        go_to(page, page.locator(f".sections a[href$='/{section}']"))
        expect(page.locator(f".sections a[href$='/{section}'][aria-current=page]")).to_be_visible()
    go_to(page, page.get_by_role("button", name=word("Check settings", "ru")))
    window.sees("checked")
    go_to(page, page.locator(f"#run a[href='/accounts/{account}/checks'], #run a[href='/accounts/{account}']").first)

    go_to(page, page.locator(".sections a").first)
    go_to(page, page.get_by_role("link", name=word("Edit SMTP server…", "ru")))
    expect(page.locator("[data-dialog]")).to_be_visible()
    tab_to(page.locator("#description"))
    page.keyboard.type("Office")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{account}")
    assert office.rows("SELECT count(*) FROM outgoing_servers WHERE description = 'Office'") == [(1,)]

    go_to(page, page.locator("#account-actions summary"))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#account-actions a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#account-actions summary")).to_be_focused()
    page.keyboard.press("Enter")
    go_to(page, page.locator("#account-actions button"))
    expect(window.state_of("By keyboard")).to_contain_text(word("default", "ru"))


def test_on_a_narrow_screen_the_list_and_the_account_are_two_steps(office: Office, new_page: NewPage) -> None:
    page = new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    window = SettingsWindow(page, office)
    account = lay(office, ANNA, window.name)
    window.go("/accounts")
    expect(page.locator(".window__name")).to_be_hidden()

    page.locator(".pane__row", has_text=ANNA).click()

    page.wait_for_url(f"**/accounts/{account}")
    expect(page.locator(".window__name")).to_be_visible()
    expect(page.locator(".pane")).to_be_hidden()
    page.get_by_role("link", name=word("All accounts", "ru")).click()
    expect(page.locator(".pane")).to_be_visible()
    for section in ("", "incoming", "letters", "security", "checks"):
        window.open(account, section)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), section


def test_the_pane_shows_all_accounts_with_their_states_the_default_one_first(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page("en"), office, "en")
    lay(office, BORIS, title="Яблоко", remember=False)
    lay(office, "anna@uspeh.test", window.name, title="Берёза")
    default = lay(office, ANNA, window.name, title="Ясень")
    stranger = office.person()
    lay(office, "boris@uspeh.test", stranger, title="Чужая")
    window.open(default)
    window.page.locator("#account-actions summary").click()
    window.page.locator("#account-actions button").click()

    titles = ["System account", "Ясень", "Яблоко", "Берёза"]
    expect(window.page.locator(".pane__title")).to_have_text(titles)
    for title, state in (("Ясень", "works"), ("Яблоко", "needs the password")):
        expect(window.state_of(title)).to_contain_text(word(state, "en"))


def test_the_menu_of_actions_adds_and_duplicates(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    account = lay(office, ANNA, window.name)
    window.open(account)
    window.page.get_by_text("Действия для учётной записи").click()
    window.page.get_by_role("link", name="Добавить учётную запись почты…").click()
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Добавить учётную запись почты")

    window.open(account)
    window.page.get_by_text("Действия для учётной записи").click()
    window.follow("Duplicate…")

    expect(window.page.get_by_label("Адрес электронной почты")).to_have_value("")
    expect(window.page.locator("#secret")).to_have_value("")
    window.page.get_by_label("Адрес электронной почты").fill(BORIS)
    window.page.locator("#secret").fill(office.lab.mailbox(BORIS).password)
    window.page.locator("main form button[type=submit]").first.click()
    expect(window.page.locator("#incoming_host, #half-incoming").first).to_be_visible()


def test_a_news_account_is_offered_with_the_port_that_fits_its_security(office: Office, new_page: NewPage) -> None:
    window = SettingsWindow(new_page(), office)
    window.go("/accounts/new/news")
    port = window.page.locator("#incoming_port")
    expect(port).to_have_value("563")

    window.page.locator("#incoming_security").select_option("none")

    expect(port).to_have_value("119")
