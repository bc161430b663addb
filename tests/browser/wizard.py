"""What people do to set an account up, in the words of the screen."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.office import Office

WORDS = {
    "ru": {
        "address": "Адрес электронной почты",
        "continue": "Продолжить",
        "next": "Далее",
        "stop": "Стоп",
        "by hand": "Настройка вручную",
        "retest": "Перетестировать",
        "done": "Готово",
    },
    "en": {
        "address": "Email address",
        "continue": "Continue",
        "next": "Next",
        "stop": "Stop",
        "by hand": "Configure manually",
        "retest": "Re-test",
        "done": "Done",
    },
}


class Wizard:
    """One signed-in person in front of the pages that set an account up."""

    def __init__(self, page: Page, office: Office, language: str = "ru", *, is_admin: bool = True) -> None:
        self.page, self.office, self.words = page, office, WORDS[language]
        self.name = office.person(is_admin=is_admin)
        office.let_in(page.context, self.name)
        page.goto(office.served.address + "/accounts")

    def fill(self, address: str, password: str | None = None, *, by_hand: bool = False) -> None:
        """Open the first form and fill it in; without a password, with the right one."""
        self.page.goto(self.office.served.address + "/accounts/new?fresh=1")
        self.page.get_by_label(self.words["address"]).fill(address)
        self.page.locator("#secret").fill(password or self.office.lab.mailbox(address).password)
        if by_hand:
            self.page.locator("[name=by_hand][value=yes]").check()

    def begin(self, address: str, password: str | None = None) -> None:
        """Fill in the first form and start the search."""
        self.fill(address, password)
        self.press("continue")
        self.page.wait_for_url("**/runs/*")

    def find(self, address: str, password: str | None = None) -> None:
        """Search until the servers are found."""
        self.begin(address, password)
        self.sees("found")

    def save(self) -> None:
        """Press Done and wait for the saved account."""
        self.press("done")
        self.sees("saved")

    def edit(self) -> None:
        """Go on by hand from any phase."""
        self.press("by hand")
        self.page.wait_for_url("**/servers")

    def press(self, button: str) -> None:
        """Press a button by its word on the screen."""
        self.button(button).click()

    def button(self, name: str) -> Locator:
        """Return a button, or the link that looks like one."""
        role = "link" if name == "by hand" else "button"
        return self.page.get_by_role(role, name=self.words[name], exact=True)  # type: ignore[arg-type]

    def sees(self, phase: str) -> None:
        """Wait until the page of the run shows a phase."""
        expect(self.page.locator(f"#run.run--{phase}")).to_be_visible()

    def unfold(self) -> None:
        """Open the ladder of a run that is over: a long one is folded up, and on a slow machine more is tried."""
        fold = self.page.locator(".ladder__fold:not([open]) > summary")
        if fold.count():
            fold.click()

    def field(self, name: str) -> Locator:
        """Return a field of the servers' form by its id."""
        return self.page.locator(f"#{name}")

    def error_at(self, name: str) -> Locator:
        """Return the words of what is wrong at a field."""
        return self.page.locator(f"#{name}-error")

    @property
    def run_id(self) -> str:
        """Return the run whose page is open."""
        return self.page.url.partition("/runs/")[2].partition("/")[0]
