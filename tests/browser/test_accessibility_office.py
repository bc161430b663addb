"""axe-core finds nothing on the pages of settings and administration, in light and dark, wide and narrow."""

from collections.abc import Iterator

import pytest

from tests.browser.axe import Wrong, wrong_with
from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow

ACCOUNT = (
    "",
    "/incoming",
    "/letters",
    "/security",
    "/password",
    "/checks",
    "/delete",
    "/outgoing/new",
    "/outgoing/{server}",
)
SERVERS = ("/accounts/new/news", "/outgoing-servers", "/outgoing-servers/{server}/delete")
ADMINISTRATION = ("", "/{account}", "/{account}/hand-over", "/{account}/remove", "/uses?id={account}")
PARTS = 3  # of one length, so that several processes share the work


def addresses() -> Iterator[str]:
    """Return every page, with numbers to be filled in."""
    yield from ("/accounts/{account}" + section for section in ACCOUNT)
    yield from SERVERS
    yield from ("/administration/accounts" + page for page in ADMINISTRATION)
    yield from ("/administration/system-account", "/accounts/{system}")


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_of_the_office_stands_in_anybodys_way(office: Office, new_page: NewPage, part: int) -> None:
    window = SettingsWindow(new_page(expected="422"), office)
    account = lay(office, "anna@guess.test", window.name, remember=part != 1)
    lay(office, "boris@guess.test")
    [(server,)] = office.rows("SELECT outgoing_id FROM accounts WHERE id = ?", account)
    [(system,)] = office.rows("SELECT id FROM accounts WHERE is_system")
    numbers = {"account": account, "server": server, "system": system}

    wrong: Wrong = {}
    for address in list(addresses())[part::PARTS]:
        window.go(address.format(**numbers))
        wrong |= wrong_with(window.page, address)

    assert wrong == {}
