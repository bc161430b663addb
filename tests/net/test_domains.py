"""Names of hosts in the forms the network and people need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.net.domains import registrable_domain, to_a_label, to_unicode
from webapp.net.problems import ProblemKind, Trouble


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Mail.Example.ORG.", "mail.example.org"),
        (" mail.example.org ", "mail.example.org"),
        ("почта.рф", "xn--80a1acny.xn--p1ai"),
        ("ПОЧТА。РФ", "xn--80a1acny.xn--p1ai"),
        ("_imaps._tcp.example.org", "_imaps._tcp.example.org"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("１２７.０.０.１", "127.0.0.1"),
    ],
)
def test_a_name_takes_the_one_form_the_network_uses(host: str, name: str) -> None:
    assert to_a_label(host) == name


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        ".example.org",
        "-a.example",
        "a-.example",
        "a b.example",
        "example.org/path",
        "user@example.org",
        "exam\x00ple.org",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "127.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.0x1",
        "017700000001",
        "[::1]",
        "۱۲۷.1",
        "\N{SNOWMAN WITHOUT SNOW}\u200d.example",
    ],
)
def test_what_is_no_name_is_refused(host: str) -> None:
    with pytest.raises(Trouble) as caught:
        to_a_label(host)

    assert caught.value.problem.kind is ProblemKind.NAME_INVALID


@given(st.text(max_size=80))
def test_any_text_becomes_a_stable_name_or_a_problem(text: str) -> None:
    try:
        name = to_a_label(text)
    except Trouble:
        return

    assert name.isascii()
    assert name == name.lower()
    assert to_a_label(name) == name


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("imap.mail.example.org", "example.org"),
        ("example.co.uk", "example.co.uk"),
        ("imap.example.co.uk", "example.co.uk"),
        ("imap.uspeh.test", "uspeh.test"),
        ("co.uk", "co.uk"),
        ("imap.почта.рф", "xn--80a1acny.xn--p1ai"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_registrable_domain_is_what_somebody_registered(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_people_read_their_own_letters_and_broken_labels_stay() -> None:
    assert to_unicode("imap.xn--80a1acny.xn--p1ai") == "imap.почта.рф"
    assert to_unicode("xn--ls8h.la") == "xn--ls8h.la"
