"""Reading config-v1.1.xml: what a provider means, whatever it looks like."""

import pytest

from tests.detection.autoconfig_documents import ADDRESS, IMAP, SMTP, document, read
from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.types import Hint, HintKind
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings


def test_a_document_names_its_servers() -> None:
    config = read(document(IMAP, SMTP, name="Успех"))

    assert config.incoming == (ServerSettings(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS, ADDRESS),)
    assert config.outgoing == (ServerSettings(Protocol.SMTP, "smtp.uspeh.test", 587, Security.STARTTLS, "anna"),)
    assert config.provider_name == "Успех"


def test_half_a_document_is_worth_something() -> None:
    assert read(document(SMTP)).incoming == ()
    assert read(document(IMAP)).outgoing == ()


@pytest.mark.parametrize(
    "broken",
    [
        IMAP.replace("imap.uspeh.test", ""),
        IMAP.replace("imap.uspeh.test", "not a host"),
        IMAP.replace("imap.uspeh.test", "%REALNAME%.uspeh.test"),
        IMAP.replace("993", "99999"),
        IMAP.replace("993", "0"),
        IMAP.replace("993", "IMAP"),
        IMAP.replace("SSL", "quantum"),
        IMAP.replace('type="imap"', 'type="exchange"'),
        IMAP.replace("password-cleartext", "carrier-pigeon"),
        IMAP.replace("password-cleartext", "client-IP-address"),
        IMAP.replace("<port>", "<restriction>client-IP-address</restriction><port>"),
    ],
)
def test_an_unusable_server_is_left_out_alone(broken: str) -> None:
    config = read(document(broken, IMAP, SMTP))

    assert [server.host for server in config.incoming] == ["imap.uspeh.test"]
    assert len(config.outgoing) == 1


@pytest.mark.parametrize(
    ("given_text", "read_text"),
    [
        ("993", " 993\n"),
        ("SSL", "ssl"),
        ("SSL", " SSL "),
        ("imap.uspeh.test", "\n IMAP.Uspeh.TEST "),
        ("imap.uspeh.test", "imap.%EMAILDOMAIN%"),
        ("password-cleartext", "plain"),
        ('type="imap"', 'type="IMAP"'),
    ],
)
def test_spelling_does_not_matter(given_text: str, read_text: str) -> None:
    assert read(document(IMAP.replace(given_text, read_text))) == read(document(IMAP))


def test_a_numeric_login_name_stays_text() -> None:
    config = read(document(IMAP.replace("%EMAILADDRESS%", "00123")))

    assert config.incoming[0].username == "00123"


def test_a_missing_or_unknown_login_name_is_not_known() -> None:
    missing = read(document(IMAP.replace("<username>%EMAILADDRESS%</username>", "")))
    unknown = read(document(IMAP.replace("%EMAILADDRESS%", "%REALNAME%")))

    assert missing.incoming[0].username is None
    assert unknown.incoming[0].username is None


def test_a_percent_expression_in_the_address_is_not_expanded_again() -> None:
    config = read_autoconfig(document(IMAP), "%EMAILDOMAIN%@uspeh.test")

    assert config is not None
    assert config.incoming[0].username == "%EMAILDOMAIN%@uspeh.test"


def test_authentication_methods_keep_the_documents_order() -> None:
    both = IMAP.replace("<authentication>", "<authentication>OAuth2</authentication><authentication>")

    assert read(document(both)).incoming[0].auth_methods == (AuthMethod.OAUTH2, AuthMethod.PASSWORD_CLEARTEXT)


def test_a_document_with_oauth_alone_says_so() -> None:
    config = read(document(IMAP.replace("password-cleartext", "OAuth2"), SMTP.replace("password-cleartext", "OAuth2")))

    assert config.hints == (Hint(HintKind.OAUTH_ONLY),)


def test_sending_without_login_needs_no_name() -> None:
    config = read(document(SMTP.replace("password-cleartext", "none")))

    assert config.outgoing[0].username is None
    assert config.outgoing[0].auth_methods == (AuthMethod.NONE,)


def test_what_has_to_be_switched_on_is_told_with_its_page() -> None:
    config = read(document(IMAP, outside='<enable visiturl="https://uspeh.test/imap"><instruction/></enable>'))

    assert config.hints == (Hint(HintKind.ENABLE_IMAP, "https://uspeh.test/imap"),)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://uspeh.test/", ""])
def test_only_https_pages_become_links(url: str) -> None:
    config = read(document(IMAP, outside=f'<enable visiturl="{url}"/>'))

    assert config.hints == (Hint(HintKind.ENABLE_IMAP),)


def test_a_name_space_and_a_byte_order_mark_do_not_matter() -> None:
    body = document(IMAP).replace(b"<clientConfig", b'<clientConfig xmlns="urn:x"')

    assert read(b"\xef\xbb\xbf" + body).incoming
    assert read(b"\r\n" + body).incoming
