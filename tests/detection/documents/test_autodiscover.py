"""Reading Autodiscover answers: what the words of the schema mean at real servers."""

import pytest

from tests.detection.documents.samples import ADDRESS, answer, flaws, protocol, read_answer
from webapp.detection.documents.autodiscover import read_autodiscover
from webapp.detection.documents.types import Document, DocumentOutcome, Flaw, FlawKind
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings

IMAP = protocol("IMAP", Server="imap.uspeh.test", Port=993, SSL="on", SPA="off", LoginName=ADDRESS, AuthRequired="on")
SMTP = protocol("SMTP", Server="smtp.uspeh.test", Port=587, SSL="on", SPA="off", AuthRequired="on")
ERROR = (
    b'<?xml version="1.0"?><Autodiscover xmlns="urn:a"><Response><Error Time="1" Id="2"><ErrorCode>600</ErrorCode>'
    b"<Message>Invalid Request</Message><DebugData/></Error></Response></Autodiscover>"
)


def test_an_answer_names_its_servers_in_its_order() -> None:
    pop = protocol("pop3", Server="POP.uspeh.test", Port=995)

    found = read_answer(SMTP, pop, IMAP)

    assert found.incoming == (
        ServerSettings(Protocol.POP3, "pop.uspeh.test", 995, Security.TLS, None),
        ServerSettings(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS, ADDRESS),
    )
    assert found.outgoing == (ServerSettings(Protocol.SMTP, "smtp.uspeh.test", 587, Security.STARTTLS, None),)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("kind", "values", "port", "security"),
    [
        ("IMAP", {"Port": 993}, 993, Security.TLS),
        ("IMAP", {"Port": 143, "SSL": "on"}, 143, Security.STARTTLS),
        ("IMAP", {"Port": 143, "SSL": "off"}, 143, Security.NONE),
        ("IMAP", {"Port": 143, "SSL": "OFF"}, 143, Security.NONE),
        ("POP3", {"Port": 110}, 110, Security.STARTTLS),
        ("POP3", {"Port": 995, "SSL": "on"}, 995, Security.TLS),
        ("SMTP", {"Port": 25, "SSL": "on"}, 25, Security.STARTTLS),
        ("SMTP", {"Port": 587}, 587, Security.STARTTLS),
        ("SMTP", {"Port": 465, "SSL": "on"}, 465, Security.TLS),
        ("SMTP", {"Port": 2525, "SSL": "on"}, 2525, Security.TLS),
        ("SMTP", {"Port": 587, "SSL": "on", "Encryption": "None"}, 587, Security.NONE),
        ("SMTP", {"Port": 587, "SSL": "off", "Encryption": "SSL"}, 587, Security.TLS),
        ("SMTP", {"Port": 465, "SSL": "on", "Encryption": "TLS"}, 465, Security.STARTTLS),
        ("SMTP", {"Port": 587, "SSL": "off", "Encryption": "Auto"}, 587, Security.STARTTLS),
        ("SMTP", {"Port": 465, "SSL": "off", "Encryption": "auto"}, 465, Security.TLS),
        ("SMTP", {"Port": 587, "SSL": "off", "Encryption": "quantum"}, 587, Security.NONE),
        ("IMAP", {}, 993, Security.TLS),
        ("POP3", {"SSL": "on"}, 995, Security.TLS),
        ("IMAP", {"SSL": "off"}, 143, Security.NONE),
        ("SMTP", {"Encryption": "TLS"}, 587, Security.STARTTLS),
        ("SMTP", {"Port": ""}, 465, Security.TLS),
    ],
)
def test_protection_follows_encryption_then_ssl_then_the_port(
    kind: str, values: dict[str, str | int], port: int, security: Security
) -> None:
    found = read_answer(protocol(kind, Server="mail.uspeh.test", **values))

    server = (*found.incoming, *found.outgoing)[0]
    assert (server.port, server.security) == (port, security)


@pytest.mark.parametrize(
    ("values", "username"),
    [
        ({}, None),
        ({"LoginName": ""}, None),
        ({"LoginName": "00123"}, "00123"),
        ({"LoginName": "%EMAILADDRESS%"}, "%EMAILADDRESS%"),
        ({"LoginName": "anna", "DomainName": "OFFICE", "DomainRequired": "on"}, "OFFICE\\anna"),
        ({"DomainName": "OFFICE", "DomainRequired": "on"}, "OFFICE\\anna"),
        ({"LoginName": "anna", "DomainName": "OFFICE", "DomainRequired": "off"}, "anna"),
        ({"LoginName": ADDRESS, "DomainName": "OFFICE", "DomainRequired": "on"}, ADDRESS),
        ({"LoginName": "OFFICE\\anna", "DomainName": "X", "DomainRequired": "on"}, "OFFICE\\anna"),
    ],
)
def test_the_login_name_is_as_given(values: dict[str, str], username: str | None) -> None:
    assert read_answer(protocol("IMAP", Server="imap.uspeh.test", **values)).incoming[0].username == username


def test_sending_may_take_the_login_of_receiving() -> None:
    imap = IMAP.replace(ADDRESS, "a.petrova")
    same = SMTP.replace("</Protocol>", "<UsePOPAuth>on</UsePOPAuth></Protocol>")

    assert read_answer(imap, same).outgoing[0].username == "a.petrova"
    assert read_answer(imap, SMTP).outgoing[0].username is None


@pytest.mark.parametrize(
    ("kind", "values", "methods"),
    [
        ("SMTP", {"AuthRequired": "off"}, (AuthMethod.NONE,)),
        ("IMAP", {"AuthRequired": "off"}, (AuthMethod.PASSWORD_CLEARTEXT,)),
        ("SMTP", {"SPA": "on"}, (AuthMethod.NTLM, AuthMethod.PASSWORD_CLEARTEXT)),
        ("SMTP", {}, (AuthMethod.PASSWORD_CLEARTEXT,)),
    ],
)
def test_authentication_follows_the_switches(
    kind: str, values: dict[str, str], methods: tuple[AuthMethod, ...]
) -> None:
    found = read_answer(protocol(kind, Server="mail.uspeh.test", **values))

    assert (*found.incoming, *found.outgoing)[0].auth_methods == methods


@pytest.mark.parametrize(
    ("broken", "flaw"),
    [
        (protocol("EXCH", Server="ex.uspeh.test"), Flaw(FlawKind.UNKNOWN_TYPE, "Protocol 1", "exch")),
        (protocol("IMAP"), Flaw(FlawKind.HOST_UNUSABLE, "Protocol 1")),
        (protocol("IMAP", Server="no host"), Flaw(FlawKind.HOST_UNUSABLE, "Protocol 1", "no host")),
        (protocol("IMAP", Server="x.test", Port="zero"), Flaw(FlawKind.PORT_UNUSABLE, "Protocol 1", "zero")),
        ("<Protocol/>", Flaw(FlawKind.UNKNOWN_TYPE, "Protocol 1")),
    ],
)
def test_an_unusable_server_is_left_out_alone(broken: str, flaw: Flaw) -> None:
    found = read_answer(broken, IMAP)

    assert [server.host for server in found.incoming] == ["imap.uspeh.test"]
    assert found.problems == (flaw,)


def read_whole(body: bytes) -> Document:
    return read_autodiscover(body, "text/xml; charset=utf-8", ADDRESS)


def test_a_redirect_to_another_address_is_told() -> None:
    found = read_whole(answer("<Action>redirectAddr</Action><RedirectAddr>anna@hoster.test</RedirectAddr>"))

    assert (found.outcome, found.redirect_address) == (DocumentOutcome.REDIRECT, "anna@hoster.test")
    assert found.redirect_url is None


def test_a_redirect_to_another_place_is_told() -> None:
    url = "https://autodiscover.hoster.test/autodiscover/autodiscover.xml?a=1&amp;b=2"
    found = read_whole(answer(f"<Action>redirectUrl</Action><RedirectUrl>{url}</RedirectUrl>"))

    assert (found.outcome, found.redirect_url) == (DocumentOutcome.REDIRECT, url.replace("&amp;", "&"))


def test_servers_win_over_a_redirect() -> None:
    found = read_whole(answer("<RedirectAddr>anna@hoster.test</RedirectAddr>", IMAP))

    assert (found.outcome, found.redirect_address) == (DocumentOutcome.CONFIGURATION, None)


@pytest.mark.parametrize(
    "element",
    [
        "<RedirectUrl>http://hoster.test/</RedirectUrl>",
        "<RedirectUrl>https://anna:geheim@hoster.test/</RedirectUrl>",
        "<RedirectUrl>https://[::1/</RedirectUrl>",
        "<RedirectUrl>https://hoster.test:99999/</RedirectUrl>",
        "<RedirectUrl>https:///autodiscover.xml</RedirectUrl>",
        "<RedirectUrl>autodiscover.xml</RedirectUrl>",
        "<RedirectAddr>hoster.test</RedirectAddr>",
        "<RedirectAddr>anna@</RedirectAddr>",
        "<RedirectAddr>a@b@hoster.test</RedirectAddr>",
    ],
)
def test_a_redirect_that_must_not_be_followed_is_nothing_usable(element: str) -> None:
    found = read_whole(answer(element))

    assert (found.outcome, found.redirect_url, found.redirect_address) == (DocumentOutcome.NOTHING, None, None)
    assert flaws(found) == [FlawKind.REDIRECT_UNUSABLE, FlawKind.NO_USABLE_SERVER]


def test_an_error_is_told_with_its_code() -> None:
    found = read_whole(ERROR)

    assert found.outcome is DocumentOutcome.NOTHING
    assert found.problems[0] == Flaw(FlawKind.ERROR_ANSWER, said="600 Invalid Request")


def test_an_answer_with_exchange_alone_says_so() -> None:
    found = read_whole(answer(protocol("EXCH", Server="ex.uspeh.test"), '<Protocol Type="mapiHttp" Version="1"/>'))

    assert found.outcome is DocumentOutcome.NOTHING
    assert flaws(found)[-1] is FlawKind.EXCHANGE_ONLY


def test_another_kind_of_document_is_nothing_usable() -> None:
    assert flaws(read_whole(b"<clientConfig/>")) == [FlawKind.WRONG_ROOT]
