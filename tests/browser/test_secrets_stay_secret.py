"""After everything people do with a password, it is in no file, no log, no page and no cookie."""

import base64
import sqlite3
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import BrowserContext, Error, Response, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.people import PASSWORD
from tests.browser.wizard import Wizard

VERA = "vera@uspeh.test"
WRONG = "falsche-weiße-taube-96"


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    """Log as much as the product can."""
    return {"MAILROOM_LOG_LEVEL": "debug"}


class Visited:
    """Everything the server said to one browser: bodies, headers, addresses."""

    def __init__(self, context: BrowserContext) -> None:
        self.parts: list[bytes] = []
        self.pages = 0
        context.on("response", self._note)

    def _note(self, response: Response) -> None:
        self.parts += [response.url.encode(), str(response.headers).encode()]
        if "/static/" in response.url:
            return
        try:
            self.parts.append(response.body())
            self.pages += 1
        except Error:  # a redirect has no body
            pass


def forms_of(secret: str, names: tuple[str, ...]) -> set[bytes]:
    """Return a secret in clear and in every form it may travel in."""
    raw = secret.encode()
    messages = [raw, *(f"{identity}\0{name}\0{secret}".encode() for name in names for identity in ("", name))]
    encoded = {base64.b64encode(message) for message in messages} | {base64.urlsafe_b64encode(raw)}
    texts = {
        secret,
        quote(secret),
        quote_plus(secret),
        ascii(secret).strip("'"),
        "".join(f"&#{ord(c)};" for c in secret),
    }
    return encoded | {text.encode() for text in texts} | {raw.hex().encode(), secret.encode("utf-16-le")}


def at_rest(office: Office) -> bytes:
    """Return every byte of the instance: keys, database, WAL; the dump of the database; the log."""
    with sqlite3.connect(office.served.database) as connection:
        dump = "\n".join(connection.iterdump()).encode()
    files = [path.read_bytes() for path in sorted(office.served.instance.rglob("*")) if path.is_file()]
    assert any(path.name.endswith("-wal") for path in office.served.instance.iterdir()), "the WAL is searched as well"
    return b"\n".join([dump, *files, office.served.log.read_bytes()])


def cookies(context: BrowserContext) -> bytes:
    """Return the cookies as they are and as far as they can be read."""
    values = [str(cookie["value"]) for cookie in context.cookies()]
    pieces = [piece for value in values for piece in value.split(".")]
    return b"\n".join(
        [*(v.encode() for v in values), *(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in pieces)]
    )


def test_a_password_is_nowhere_after_slips_refusals_retests_and_saving(office: Office, new_page: NewPage) -> None:
    page = new_page(expected="422", fresh=True)
    visited = Visited(page.context)
    wizard = Wizard(page, office)
    right = office.lab.mailbox(VERA).password
    wizard.fill("vera@uspeh", WRONG)
    wizard.press("continue")
    expect(page.locator("#error-summary")).to_be_visible()
    wizard.find(VERA, WRONG)
    wizard.press("done")
    wizard.sees("login-refused")
    wizard.edit()
    wizard.field("incoming_port").fill("70000")
    wizard.field("secret").fill(right)
    wizard.press("done")
    expect(wizard.error_at("incoming_port")).to_be_visible()
    wizard.field("incoming_port").fill("993")
    wizard.field("secret").fill(right)
    wizard.press("done")
    wizard.sees("saved")
    page.get_by_role("link", name="Открыть учётную запись").click()
    expect(page.locator(".window__name")).to_have_text(VERA)

    seen = b"\n".join([at_rest(office), cookies(page.context), *visited.parts])

    assert visited.pages > 10
    assert seen.count(VERA.encode()) > 10, "what may be seen is seen"
    for secret, names in ((right, (VERA, "vera")), (WRONG, (VERA, "vera")), (PASSWORD, (wizard.name,))):
        assert [form for form in forms_of(secret, names) if form in seen] == []
    assert office.servers("SELECT count(*) FROM servers WHERE secret IS NOT NULL") == [(2,)], "it is kept, locked"


def test_a_password_that_is_not_to_be_remembered_is_kept_in_no_form(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    wizard.fill("anna@uspeh.test")
    wizard.page.get_by_label("Запомнить пароль").uncheck()
    wizard.page.get_by_label("Получать и отправлять автоматически").uncheck()
    wizard.press("continue")
    wizard.sees("found")

    wizard.save()

    assert office.servers("SELECT secret FROM servers") == [(None,), (None,)]
    assert office.rows("SELECT secret FROM drafts") == [(None,)]
