"""A conversation of two people in two browsers, through real servers; a third program sees the same letters."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from imapclient import IMAPClient
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office, wait_until
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.words import word
from tests.lab.clients import tls_context

ANNA, BORIS = "anna@guess.test", "boris@guess.test"
HOST = "imap.guess.test"
SUBJECT, FILE_NAME = "Смета на ёлку — 2 варианта", "Смета № 7 (ёлка).pdf"
QUESTION, ANSWER = "Борис, привет!\nКакой вариант берём?", "Берём второй, съёмную звезду тоже."
DATA = bytes(range(256)) * 200

Seen = tuple[str, EmailMessage, set[bytes]]
"""A folder, a letter in it, its flags."""


@pytest.fixture(scope="module")
def office_environment() -> dict[str, str]:
    return {"MAILROOM_WORKER": "inside"}


class Person:
    """Somebody with an account, in front of a browser of their own."""

    def __init__(self, office: Office, page: Page, address: str) -> None:
        """Lay the account; its mailbox is empty."""
        self.office, self.page, self.address = office, page, address
        seen_by_another_program(office, address, clear=True)
        self.window = SettingsWindow(page, office)
        self.account = lay(office, address, self.window.name)

    def send(self) -> None:
        """Press the button and wait until the letter has left."""
        self.window.press("Send")
        expect(self.page.locator("#standing")).to_contain_text("отправлено")

    def receive(self) -> None:
        """Have the letters fetched that are at the server."""
        self.window.go(f"/mail/accounts/{self.account}")
        self.page.locator(".mail__bar").get_by_role("button", name=word("Receive mail", "ru")).click()

    def open(self, subject: str) -> None:
        """Fetch the letter of this subject and open it, once the server has it."""
        self.office.lab.mail.wait_for_letters(self.address)
        self.receive()
        row = self.page.locator(".letters__row", has_text=subject)
        expect(row).to_be_visible()  # the page looks by itself
        row.click()
        expect(self.page.locator("#letter-subject")).to_have_text(subject)


def seen_by_another_program(office: Office, address: str, *, clear: bool = False) -> list[Seen]:
    """Return everything in a mailbox; `clear` empties it."""
    lab = office.lab
    with IMAPClient(lab.network.of(HOST), 993, ssl_context=tls_context(lab, HOST)) as client:
        client.login(address, lab.mailbox(address).password)
        found = []
        for folder in ("INBOX", "Sent"):
            client.select_folder(folder)
            for said in client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"]).values():
                letter = email.message_from_bytes(said[b"BODY[]"], policy=email.policy.default)
                assert isinstance(letter, EmailMessage)
                found.append((folder, letter, set(said[b"FLAGS"])))
            if clear:
                client.delete_messages(client.search())
                client.expunge()
        return found


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").strip()


def test_a_letter_with_a_file_is_read_answered_and_seen_from_both_sides(office: Office, new_page: NewPage) -> None:
    anna, boris = Person(office, new_page(), ANNA), Person(office, new_page(), BORIS)
    anna.window.go("/mail/new")
    for name, words in (("to", BORIS), ("subject", SUBJECT), ("body", QUESTION)):
        anna.window.type(name, words)
    file = {"name": FILE_NAME, "mimeType": "application/pdf", "buffer": DATA}
    anna.page.locator("#files").set_input_files(file)  # type: ignore[arg-type]
    expect(anna.page.locator(".files__name")).to_have_text(FILE_NAME)
    anna.send()

    boris.open(SUBJECT)
    expect(boris.page.locator(".letter")).to_contain_text("Какой вариант берём?")
    with boris.page.expect_download() as download:
        boris.page.locator(".letter__file").click()
    assert (download.value.suggested_filename, download.value.path().read_bytes()) == (FILE_NAME, DATA)
    boris.window.press("Reply")
    expect(boris.page.locator("#subject")).to_have_value(f"Re: {SUBJECT}")
    boris.window.type("body", f"{ANSWER}\n\n{boris.page.locator('#body').input_value()}")
    boris.send()

    anna.open(f"Re: {SUBJECT}")
    expect(anna.page.locator(".letter")).to_contain_text(ANSWER)
    expect(anna.page.locator(".letter")).to_contain_text("Какой вариант берём?")
    boris.receive()  # which tells the server as well what was done here
    third_program_agrees(office)


def third_program_agrees(office: Office) -> None:
    """Look into both mailboxes past Mailroom."""
    marks = {rb"\Seen", rb"\Answered"}
    wait_until(lambda: seen_by_another_program(office, BORIS)[0][2] >= marks, "the server knows what was done")
    wait_until(lambda: len(seen_by_another_program(office, BORIS)) == 2, "the copy of the answer is kept")
    (_, answer, _), (_, kept, _) = seen_by_another_program(office, ANNA)
    (_, question, _), (sent_to, copy, _) = seen_by_another_program(office, BORIS)
    assert question["Subject"] == kept["Subject"] == SUBJECT
    assert words_of(question) == QUESTION
    assert [one.get_content() for one in question.iter_attachments()] == [DATA]
    assert (answer["Subject"], answer["In-Reply-To"]) == (f"Re: {SUBJECT}", question["Message-ID"])
    assert words_of(answer).startswith(ANSWER)
    assert (sent_to, copy["Message-ID"]) == ("Sent", answer["Message-ID"])
