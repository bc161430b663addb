"""What people do in the settings window, in the words of the screen."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.office import Office
from tests.browser.words import word


class SettingsWindow:
    """One signed-in person in front of the settings of accounts."""

    def __init__(
        self, page: Page, office: Office, language: str = "ru", *, name: str | None = None, is_admin: bool = True
    ) -> None:
        self.page, self.office, self.language = page, office, language
        self.name = name or office.person(is_admin=is_admin)
        office.let_in(page.context, self.name)
        page.goto(office.served.address + "/accounts")

    def open(self, account_id: int, section: str = "") -> None:
        """Open a section of an account by its address."""
        self.go(f"/accounts/{account_id}" + (f"/{section}" if section else ""))

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.office.served.address + path)

    def press(self, english: str) -> None:
        """Press a button by its word on the screen."""
        self.page.get_by_role("button", name=word(english, self.language), exact=True).click()

    def follow(self, english: str) -> None:
        """Follow a link by its word on the screen."""
        self.page.get_by_role("link", name=word(english, self.language), exact=True).click()

    def type(self, name: str, value: str) -> None:
        """Fill in a field by its id."""
        self.page.locator(f"#{name}").fill(value)

    def sees(self, phase: str) -> None:
        """Wait until the page of a run shows a phase."""
        expect(self.page.locator(f"#run.run--{phase}")).to_be_visible()

    def state_of(self, title: str) -> Locator:
        """Return the state of an account in the left pane."""
        return self.page.locator(".pane__row", has_text=title).locator(".pane__state")
