"""From a run to the form of both servers and back; pure values."""

from dataclasses import replace

import pytest

from tests.web.desk import ADDRESS, FOUND, IMAP, SMTP
from webapp.detection.types import Entered, EnteredServer, Findings, Source
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security
from webapp.web.wizard.entering import TypedServer, entered_again, moved_port, prefilled, servers_to_prove

IMAPS = EnteredServer(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS)


def typed(**changes: object) -> TypedServer:
    """Return the incoming server as it stood in the form, with changes."""
    values = {"protocol": Protocol.IMAP, "host": "imap.uspeh.test", "port": 993, "security": Security.TLS}
    return TypedServer(**{**values, "auth_method": None, "username": None, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "port"),
    [
        ({}, 993),
        ({"security": Security.STARTTLS}, 143),
        ({"protocol": Protocol.POP3}, 995),
        ({"protocol": Protocol.POP3, "security": Security.STARTTLS}, 110),
        ({"security": Security.STARTTLS, "port": 2525}, 2525),
        ({"security": None}, 993),
        ({"security": Security.STARTTLS, "port": None}, None),
    ],
)
def test_the_port_follows_security_and_protocol_unless_it_was_touched(
    changes: dict[str, object], port: int | None
) -> None:
    assert moved_port(IMAPS, typed(**changes)) == port


def test_a_port_that_was_not_standard_stays_when_security_changes() -> None:
    was = replace(IMAPS, port=2525)

    assert moved_port(was, typed(port=2525, security=Security.STARTTLS)) == 2525


def test_the_form_is_filled_with_what_was_found_and_keeps_what_was_fixed() -> None:
    entered = Entered(ADDRESS, outgoing=EnteredServer(Protocol.SMTP, "mail.other.test", 587, Security.STARTTLS))

    filled = prefilled(entered, Findings(incoming=(IMAP,)))

    assert filled.incoming == replace(IMAPS, username=ADDRESS)
    assert filled.outgoing == entered.outgoing


def test_a_cleared_field_is_free_again() -> None:
    before = prefilled(Entered(ADDRESS), FOUND)

    entered = entered_again(before, FOUND, Direction.INCOMING, typed(host=None, port=None, security=None))

    assert entered.incoming.blank


def test_a_login_name_nobody_fixed_stays_free_when_left_as_shown_and_is_fixed_when_changed() -> None:
    findings = Findings(incoming=(replace(IMAP, username_fixed=False),))
    before = prefilled(Entered(ADDRESS), findings)

    untouched = entered_again(before, findings, Direction.INCOMING, typed(username=ADDRESS))
    changed = entered_again(before, findings, Direction.INCOMING, typed(username="anna"))

    assert untouched.incoming.username is None
    assert changed.incoming.username == "anna"


def test_a_server_name_is_kept_in_a_labels() -> None:
    entered = entered_again(Entered(ADDRESS), None, Direction.INCOMING, typed(host="IMAP.Почта.РФ"))

    assert entered.incoming.host == "imap.xn--80a1acny.xn--p1ai"


def test_a_proved_server_keeps_its_source_and_a_typed_one_is_the_persons_word() -> None:
    entered = prefilled(Entered(ADDRESS), FOUND)
    entered = replace(entered, outgoing=replace(entered.outgoing, host="mail.other.test"))

    findings = servers_to_prove(entered, FOUND)

    assert findings is not None
    assert findings.incoming[0].source is Source.AUTOCONFIG
    assert findings.outgoing[0].source is Source.ENTERED
    assert findings.outgoing[0].trusted


def test_with_a_blank_left_there_is_nothing_to_prove_yet() -> None:
    entered = prefilled(Entered(ADDRESS), Findings(incoming=(IMAP,)))

    assert servers_to_prove(entered, Findings(incoming=(IMAP,))) is None


def test_a_server_without_encryption_is_never_taken_unproved() -> None:
    plain = EnteredServer(Protocol.IMAP, "imap.uspeh.test", 143, Security.NONE)
    entered = Entered(ADDRESS, for_sending=False, incoming=plain)

    assert servers_to_prove(entered, None) is None


def test_an_assumption_becomes_the_persons_word_when_they_press_done() -> None:
    assumed = replace(SMTP, source=Source.ASSUMPTION, trusted=False, username_fixed=False)
    entered = prefilled(Entered(ADDRESS, for_receiving=False), Findings(outgoing=(assumed,)))

    findings = servers_to_prove(entered, Findings(outgoing=(assumed,)))

    assert findings is not None
    assert (findings.outgoing[0].source, findings.outgoing[0].trusted) == (Source.ENTERED, True)


def test_sending_without_a_login_needs_no_name() -> None:
    server = EnteredServer(Protocol.SMTP, "relay.uspeh.test", 465, Security.TLS, AuthMethod.NONE)

    findings = servers_to_prove(Entered(ADDRESS, for_receiving=False, outgoing=server), None)

    assert findings is not None
    assert findings.outgoing[0].settings.username is None
