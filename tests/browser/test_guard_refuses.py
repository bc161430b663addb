"""Addresses inside the network are refused alike, typed or looked up, on the pages and on the command line."""

import json
import re
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.office import Office
from tests.browser.wizard import Wizard
from tests.lab.web_server import Page

INNER = "127.0.99.1"  # loopback, and outside the network the lab's administrator has allowed
WORDS = "Адрес во внутренней сети; администратор может её разрешить"
NAMED = re.compile(rf"{WORDS}: \S+\.")
LITERALS = {
    "127.0.0.1": "::1",
    "169.254.169.254": "fe80::1",
    "10.0.0.1": "::ffff:127.0.0.1",
    "192.168.1.1": "0.0.0.0",  # noqa: S104
}
REDIRECTED = "https://autoconfig.uspeh.test/mail/config-v1.1.xml"


@pytest.fixture
def trap() -> Iterator[list[socket.socket]]:
    """Listen where nobody may knock: the ports of mail and of the web on an inner address."""
    listening = [socket.create_server((INNER, port)) for port in (143, 443, 465, 587, 993)]
    for door in listening:
        door.setblocking(False)
    yield listening
    for door in listening:
        door.close()


def nobody_knocked(trap: list[socket.socket]) -> bool:
    """Tell whether no connection was made to any door of the trap."""
    for door in trap:
        try:
            door.accept()[0].close()
        except BlockingIOError:
            continue
        return False
    return True


def type_servers(wizard: Wizard, incoming: str, outgoing: str) -> None:
    """Fill in the hosts of both directions by hand."""
    wizard.fill("anna@guess.test", by_hand=True)
    wizard.press("next")
    wizard.field("incoming_host").fill(incoming)
    wizard.field("outgoing_host").fill(outgoing)


def test_every_kind_of_inner_address_is_refused_in_the_same_words(office: Office, new_page: NewPage) -> None:
    wizard = Wizard(new_page(), office)
    seen = set()
    for incoming, outgoing in LITERALS.items():
        type_servers(wizard, incoming, outgoing)
        wizard.press("retest")
        wizard.sees("not-found")
        errors = [wizard.error_at("incoming_host").inner_text(), wizard.error_at("outgoing_host").inner_text()]
        seen |= {NAMED.sub(WORDS, error.strip()) for error in errors}

    assert [words.split("\n")[-1] for words in seen] == [WORDS], "nothing tells what is there, or what kind it is"
    assert office.accounts() == []


@pytest.mark.parametrize("button", ["retest", "done"])
def test_a_name_that_leads_inside_is_refused_without_a_knock(
    office: Office, new_page: NewPage, trap: list[socket.socket], button: str
) -> None:
    for name in ("imap.guess.test", "smtp.guess.test"):
        office.lab.dns.override(name, "A", [INNER])
    wizard = Wizard(new_page(), office)
    type_servers(wizard, "imap.guess.test", "smtp.guess.test")

    wizard.press(button)

    expect(wizard.error_at("incoming_host")).to_contain_text(WORDS)
    assert nobody_knocked(trap)
    assert office.accounts() == []


def test_a_name_that_turns_inside_on_the_second_look_up_gets_no_password(
    office: Office, new_page: NewPage, trap: list[socket.socket]
) -> None:
    network = office.lab.network
    for name in ("imap.guess.test", "smtp.guess.test"):
        office.lab.dns.override(name, "A", [network.of(name)], [INNER])
    wizard = Wizard(new_page(), office)
    wizard.find("anna@guess.test")

    wizard.press("done")

    wizard.sees("not-proved")
    expect(wizard.error_at("incoming_host")).to_contain_text(WORDS)
    expect(wizard.error_at("outgoing_host")).to_contain_text(WORDS)
    assert nobody_knocked(trap)
    assert office.accounts() == []


def test_a_redirect_inside_is_not_followed(office: Office, new_page: NewPage, trap: list[socket.socket]) -> None:
    inner = Page(status=302, headers={"Location": "https://inner.uspeh.test/config.xml"})
    office.lab.web.publish(REDIRECTED, inner)
    office.lab.dns.override("inner.uspeh.test", "A", [INNER])
    wizard = Wizard(new_page(), office)

    wizard.begin("anna@uspeh.test")

    wizard.sees("not-found")
    office_says = wizard.page.locator("#ladder").text_content() or ""
    assert "внутренняя сеть" in office_says
    assert nobody_knocked(trap)


def detected(office: Office, address: str = "anna@guess.test", **environment: str) -> dict[str, object]:
    """Return what the command line finds for an address of the lab."""
    office.served.environment.update(environment)
    said = office.served.command("detect", address, "--json")
    assert said.returncode == 1, said.stderr
    answer: dict[str, object] = json.loads(said.stdout)
    return answer


@pytest.fixture
def guarded_command(office: Office) -> Iterator[Office]:
    """Return the office whose settings a test may change for its command line."""
    before = dict(office.served.environment)
    yield office
    office.served.environment.clear()
    office.served.environment.update(before)


def test_the_command_line_refuses_names_that_lead_inside(guarded_command: Office, trap: list[socket.socket]) -> None:
    inside = {"imap.guess.test": "127.0.99.1", "smtp.guess.test": "169.254.169.254", "guess.test": "10.0.0.1"}
    for name, address in inside.items():
        guarded_command.lab.dns.override(name, "A", [address])

    answer = detected(guarded_command)

    assert (answer["outcome"], answer["incoming"], answer["outgoing"]) == ("not-found", [], [])
    told = json.dumps(answer["steps"])
    for name in inside:
        assert f'"kind": "target-refused", "host": "{name}"' in told
    assert nobody_knocked(trap)


def test_the_command_line_follows_no_redirect_inside(guarded_command: Office, trap: list[socket.socket]) -> None:
    inner = Page(status=302, headers={"Location": "https://inner.uspeh.test/config.xml"})
    guarded_command.lab.web.publish(REDIRECTED, inner)
    guarded_command.lab.dns.override("inner.uspeh.test", "A", [INNER])

    answer = detected(guarded_command, "anna@uspeh.test")

    assert answer["outcome"] == "not-found"
    assert "target-refused" in json.dumps(answer["steps"])
    assert nobody_knocked(trap)


def test_without_the_administrators_leave_the_lab_itself_is_inside(guarded_command: Office) -> None:
    answer = detected(guarded_command, MAILROOM_ALLOWED_NETWORKS="")

    assert (answer["outcome"], answer["incoming"], answer["outgoing"]) == ("not-found", [], [])
    assert "target-refused" in json.dumps(answer["steps"])
    assert "connection-refused" not in json.dumps(answer["steps"])
