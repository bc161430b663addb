"""Reading PACC documents."""

import json
from typing import Any

import pytest

from tests.detection.documents.samples import ADDRESS, PACC, flaws
from webapp.detection.documents.pacc import read_pacc
from webapp.detection.documents.types import Document, DocumentOutcome, FlawKind
from webapp.detection.types import Hint, HintKind
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings

METHODS = (AuthMethod.OAUTH2, AuthMethod.PASSWORD_CLEARTEXT)


def read(**changes: Any) -> Document:
    return read_pacc(json.dumps(PACC | changes).encode(), "application/json", ADDRESS)


def test_a_document_names_its_servers() -> None:
    found = read()

    assert found.outcome is DocumentOutcome.CONFIGURATION
    assert found.incoming == (ServerSettings(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS, ADDRESS, METHODS),)
    assert found.outgoing == (ServerSettings(Protocol.SMTP, "smtp.uspeh.test", 465, Security.TLS, ADDRESS, METHODS),)
    assert (found.provider_name, found.problems, found.hints) == ("Успех", (), ())


def test_the_published_order_is_kept_and_sending_has_two_names() -> None:
    found = read(protocols={"smtp": {"host": "s.test"}, "pop3": {"host": "p.test"}, "imap": {"host": "i.test"}})

    assert [(server.protocol, server.port) for server in found.incoming] == [(Protocol.POP3, 995), (Protocol.IMAP, 993)]
    assert [server.host for server in found.outgoing] == ["s.test"]


@pytest.mark.parametrize(
    ("authentication", "methods"),
    [
        ({"password": True}, (AuthMethod.PASSWORD_CLEARTEXT,)),
        ({"password": True, "oauth-public": {"issuer": "https://x.test"}}, METHODS[::-1]),
        ({"password": False, "oauth-public": {"issuer": "https://x.test"}}, (AuthMethod.OAUTH2,)),
        ({"oauth-public": {}}, (AuthMethod.OAUTH2,)),
        ({"telepathy": True}, (AuthMethod.PASSWORD_CLEARTEXT,)),
        ({}, (AuthMethod.PASSWORD_CLEARTEXT,)),
        (None, (AuthMethod.PASSWORD_CLEARTEXT,)),
    ],
)
def test_the_methods_hold_for_all_servers(authentication: Any, methods: tuple[AuthMethod, ...]) -> None:
    found = read(authentication=authentication)

    assert {server.auth_methods for server in (*found.incoming, *found.outgoing)} == {methods}


def test_oauth_alone_is_said() -> None:
    found = read(authentication={"oauth-public": {"issuer": "https://x.test"}, "password": False})

    assert found.hints == (Hint(HintKind.OAUTH_ONLY),)


def test_servers_nobody_can_log_in_to_are_no_configuration() -> None:
    assert read(authentication={"password": False}).outcome is DocumentOutcome.NOTHING


@pytest.mark.parametrize(
    "broken", [None, 7, "imap.uspeh.test", [], {}, {"host": None}, {"host": "no host"}, {"host": 1}]
)
def test_an_unusable_server_is_left_out_alone(broken: Any) -> None:
    found = read(protocols={"imap": broken, "pop3": {"host": "pop.uspeh.test"}})

    assert [server.host for server in found.incoming] == ["pop.uspeh.test"]
    assert flaws(found) == [FlawKind.HOST_UNUSABLE]


def test_unknown_members_are_skipped_alone() -> None:
    protocols = {"jmap": {"url": "https://x.test"}, "imap": {"host": "imap.uspeh.test", "future": 1, "port": "x"}}

    found = read(protocols=protocols, version=7)

    assert [server.port for server in found.incoming] == [993]


def test_a_number_of_any_length_spoils_nothing() -> None:
    body = json.dumps(PACC).encode().replace(b"{", b'{"future": ' + b"9" * 100_000 + b", ", 1)

    assert read_pacc(body, None, ADDRESS) == read()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FlawKind.EMPTY),
        (b"[]", FlawKind.WRONG_ROOT),
        (b"null", FlawKind.WRONG_ROOT),
        (b"{}", FlawKind.NO_USABLE_SERVER),
        (b'{"protocols": []}', FlawKind.NO_USABLE_SERVER),
        (b'{"protocols": {}', FlawKind.NOT_WELL_FORMED),
        (b"<clientConfig/>", FlawKind.NOT_WELL_FORMED),
        (b"<html><script>{}</script></html>", FlawKind.WEB_PAGE),
        (b"[" * 100_000, FlawKind.TOO_DEEP),
    ],
)
def test_what_is_no_configuration_is_nothing_usable(body: bytes, kind: FlawKind) -> None:
    found = read_pacc(body, None, ADDRESS)

    assert found.outcome is DocumentOutcome.NOTHING
    assert flaws(found) == [kind]
