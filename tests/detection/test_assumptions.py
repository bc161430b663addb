"""Recommended values for setting up by hand."""

import pytest

from webapp.detection.assumptions import recommended
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, EnteredServer, HintKind, Source
from webapp.mail.settings import Protocol, Security

TABLE = ProviderTable.load()


def test_a_known_provider_fills_the_form() -> None:
    found = recommended(Entered("anna@icloud.com"), TABLE)

    incoming, outgoing = found.incoming[0].settings, found.outgoing[0].settings
    assert (incoming.host, incoming.port, incoming.security) == ("imap.mail.me.com", 993, Security.TLS)
    assert (outgoing.host, outgoing.port, outgoing.security) == ("smtp.mail.me.com", 587, Security.STARTTLS)
    assert (incoming.username, outgoing.username) == ("anna", "anna@icloud.com")
    assert found.provider_name == "iCloud"
    assert found.hints


def test_an_unknown_domain_gets_what_most_providers_do() -> None:
    found = recommended(Entered("anna@uspeh.test"), TABLE)

    settings = [server.settings for server in (*found.incoming, *found.outgoing)]
    assert [(one.host, one.port, one.security, one.username) for one in settings] == [
        ("imap.uspeh.test", 993, Security.TLS, "anna@uspeh.test"),
        ("smtp.uspeh.test", 465, Security.TLS, "anna@uspeh.test"),
    ]
    assert {server.source for server in (*found.incoming, *found.outgoing)} == {Source.ASSUMPTION}
    assert not any(server.trusted or server.username_fixed for server in (*found.incoming, *found.outgoing))


def test_pop3_is_recommended_to_whom_chose_it() -> None:
    entered = Entered("anna@uspeh.test", incoming=EnteredServer(protocol=Protocol.POP3))

    settings = recommended(entered, TABLE).incoming[0].settings

    assert (settings.protocol, settings.host, settings.port) == (Protocol.POP3, "pop.uspeh.test", 995)


@pytest.mark.parametrize(("receiving", "sending"), [(True, False), (False, True)])
def test_only_the_used_directions_are_filled(receiving: bool, sending: bool) -> None:
    found = recommended(Entered("anna@uspeh.test", receiving, sending), TABLE)

    assert (bool(found.incoming), bool(found.outgoing)) == (receiving, sending)


def test_a_provider_without_mail_programs_is_said() -> None:
    found = recommended(Entered("anna@proton.me"), TABLE)

    assert [hint.kind for hint in found.hints] == [HintKind.BRIDGE_ONLY]
