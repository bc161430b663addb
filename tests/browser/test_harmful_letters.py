"""Letters that mean harm, shown in a real browser: nothing runs, nothing is fetched, and the policy alone would do."""

from collections.abc import Callable, Iterator
from itertools import zip_longest

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.kept_letters import keep
from tests.browser.office import Office
from tests.browser.saved_accounts import lay
from tests.browser.settings_window import SettingsWindow
from tests.browser.watch import HARMFUL, Watch
from tests.mail.messages.letters import proper
from tests.mail.messages.vectors import VECTORS, letter_with
from webapp.web.mail.frames import LETTER_POLICY

ANNA = "anna@guess.test"
IN_FRAMES = [one for one in VECTORS if one.where == "html"]
TOGETHER = 12  # in one letter, each in a part of its own
ON_PAGES = [one for one in VECTORS if one.where != "html"]

# The frames of many letters in the page of one, each as that page frames its own.
FRAME_THEM = """numbers => Promise.all(numbers.map(number => new Promise(shown => {
    const own = document.querySelector('.letter__frame');
    const frame = own.cloneNode();
    frame.addEventListener('load', () => shown(number));
    frame.src = `/mail/letters/${number}/body`;
    own.after(frame);
})))"""


class Reader:
    """Somebody who has received letters, and reads them."""

    def __init__(self, office: Office, page: Page, raws: list[bytes]) -> None:
        """Lay the letters."""
        self.window, self.page = SettingsWindow(page, office), page
        keep(office, lay(office, ANNA, self.window.name), *raws)
        self.numbers = [number for (number,) in office.rows("SELECT id FROM letters ORDER BY uid")]
        self.watch = Watch(page, office.served.address)

    def frame(self, numbers: list[int]) -> list[Frame]:
        """Show the words of letters in frames of one page."""
        self.window.go(f"/mail/letters/{self.numbers[0]}")
        expect(self.page.locator(".letter__frame")).to_be_visible()
        assert self.page.evaluate(FRAME_THEM, numbers) == numbers
        frames = self.page.main_frame.child_frames
        assert len(frames) == len(numbers) + 1
        return frames

    def serve_unwashed(self, headers: dict[str, str]) -> list[int]:
        """Give out the HTML of each vector as it came; return the numbers of the letters that have it."""

        def answer(route: Route) -> None:
            number = int(route.request.url.split("/")[-2])
            body = f"<!doctype html><meta charset=utf-8><body>{IN_FRAMES[number - 1].value}"
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)

        self.page.route("**/mail/letters/*/body", answer)
        return list(range(1, len(IN_FRAMES) + 1))


Reading = Callable[..., Reader]


@pytest.fixture
def read(office: Office, new_page: NewPage) -> Iterator[Reading]:
    """Return a function that lays letters before a reader."""
    readers: list[Reader] = []

    def reading(raws: list[bytes], *expected: str) -> Reader:
        readers.append(Reader(office, new_page(expected=expected), raws))
        return readers[-1]

    yield reading
    for reader in readers:
        reader.watch.end()


def designed() -> bytes:
    letter = proper()
    letter.set_content("<p>hello</p>", subtype="html")
    return letter.as_bytes()


def combined() -> list[bytes]:
    """Return letters that carry a vector in every part their page shows: fewer pages, nothing less."""
    parts = {
        where: [one for one in ON_PAGES if one.where == where] for where in ("subject", "sender", "text", "file-name")
    }
    rows = zip_longest(parts["subject"], parts["sender"])
    letters = [letter_with(*(one for one in row if one is not None)) for row in rows]
    return [*letters, letter_with(*parts["text"], *parts["file-name"])]


def test_no_html_of_a_letter_runs_or_fetches(read: Reading) -> None:
    groups = range(0, len(IN_FRAMES), TOGETHER)
    reader = read([letter_with(*IN_FRAMES[place : place + TOGETHER]) for place in groups])

    frames = reader.frame(reader.numbers)
    assert [found for frame in frames for found in frame.evaluate(HARMFUL, False)] == []
    assert sum(frame.locator(".passage, body > *").count() > 0 for frame in frames) == len(frames)
    assert reader.watch.happened == []


def test_nothing_runs_that_a_list_or_a_letters_page_shows(read: Reading) -> None:
    reader = read(combined())
    reader.window.go("/mail/all")
    expect(reader.page.locator(".letters__row")).to_have_count(len(reader.numbers))
    found = reader.page.evaluate(HARMFUL, True)
    for number in reader.numbers:
        reader.window.go(f"/mail/letters/{number}")
        expect(reader.page.locator("#letter-subject")).to_be_visible()
        expect(reader.page.locator(".letter__file").first).to_be_visible()
        found += reader.page.evaluate(HARMFUL, True)

    assert found == []
    assert reader.watch.happened == []


def test_the_policy_alone_keeps_every_letter_from_running_or_fetching(read: Reading) -> None:
    reader = read([designed()], "")  # the browser tells of each it stopped
    numbers = reader.serve_unwashed({"Content-Security-Policy": LETTER_POLICY.format(digest="sha256-none")})

    assert reader.frame(numbers)[-1].evaluate(HARMFUL, False) != [], "nobody washed them"
    assert reader.watch.happened == []


def test_without_the_policy_they_would(read: Reading) -> None:
    reader = read([designed()], "")
    reader.serve_unwashed({})
    for name in ("picture that fails", "picture from elsewhere"):
        number = [one.name for one in IN_FRAMES].index(name) + 1
        reader.window.go(f"/mail/letters/{number}/body")

    assert reader.watch.happened[0] == "said 1"
    assert "asked for https://evil.test/pixel.gif" in reader.watch.happened
