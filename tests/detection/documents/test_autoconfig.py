"""Reading config-v1.1.xml: what a provider means, whatever it looks like."""

import pytest

from tests.detection.documents.samples import ADDRESS, IMAP, SMTP, document, flaws, read
from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.types import Flaw, FlawKind
from webapp.detection.types import Hint, HintKind, Source
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings


def test_a_document_names_its_servers() -> None:
    config = read(document(IMAP, SMTP, name="Успех"))

    assert config.incoming == (ServerSettings(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS, ADDRESS),)
    assert config.outgoing == (ServerSettings(Protocol.SMTP, "smtp.uspeh.test", 587, Security.STARTTLS, "anna"),)
    assert config.provider_name == "Успех"


def test_half_a_document_is_worth_something() -> None:
    assert read(document(SMTP)).incoming == ()
    assert read(document(IMAP)).outgoing == ()


POP3 = IMAP.replace('"imap"', '"pop3"').replace("imap.", "pop.").replace("993", "995")


def test_the_published_order_is_kept_whatever_it_is() -> None:
    plain = IMAP.replace("SSL", "plain").replace("993", "143")

    config = read(document(SMTP, POP3, plain, IMAP, SMTP.replace("587", "465")))

    assert [(server.protocol, server.port) for server in config.incoming] == [
        (Protocol.POP3, 995),
        (Protocol.IMAP, 143),
        (Protocol.IMAP, 993),
    ]
    assert [server.port for server in config.outgoing] == [587, 465]
    assert config.incoming[1].security is Security.NONE


@pytest.mark.parametrize(
    ("given_text", "read_text", "kind", "said"),
    [
        ("imap.uspeh.test", "", FlawKind.HOST_UNUSABLE, None),
        ("<hostname>imap.uspeh.test</hostname>", "", FlawKind.HOST_UNUSABLE, None),
        ("imap.uspeh.test", "not a host", FlawKind.HOST_UNUSABLE, "not a host"),
        ("imap.uspeh.test", "%REALNAME%.uspeh.test", FlawKind.HOST_UNUSABLE, "%REALNAME%.uspeh.test"),
        ("imap.uspeh.test", "%EMAILADDRESS", FlawKind.HOST_UNUSABLE, "%EMAILADDRESS"),
        ("imap.uspeh.test", "imap.uspeh.test:993", FlawKind.HOST_UNUSABLE, "imap.uspeh.test:993"),
        ("<port>993</port>", "", FlawKind.PORT_UNUSABLE, None),
        ("993", "99999", FlawKind.PORT_UNUSABLE, "99999"),
        ("993", "0", FlawKind.PORT_UNUSABLE, "0"),
        ("993", "-993", FlawKind.PORT_UNUSABLE, "-993"),
        ("993", "IMAP", FlawKind.PORT_UNUSABLE, "IMAP"),
        ("993", "٩٩٣", FlawKind.PORT_UNUSABLE, "٩٩٣"),
        ("SSL", "quantum", FlawKind.SECURITY_UNKNOWN, "quantum"),
        ("<socketType>SSL</socketType>", "", FlawKind.SECURITY_UNKNOWN, None),
        ('type="imap"', 'type="jmap"', FlawKind.UNKNOWN_TYPE, "jmap"),
        ('type="imap"', "", FlawKind.UNKNOWN_TYPE, None),
        ('type="imap"', 'type="smtp"', FlawKind.WRONG_DIRECTION, "smtp"),
        ("<port>", "<restriction>client-IP-address</restriction><port>", FlawKind.RESTRICTED, "client-IP-address"),
        ("<port>", "<restriction/><port>", FlawKind.RESTRICTED, None),
    ],
)
def test_an_unusable_server_is_left_out_alone(given_text: str, read_text: str, kind: FlawKind, said: str) -> None:
    config = read(document(IMAP.replace(given_text, read_text), POP3, SMTP))

    assert [server.host for server in config.incoming] == ["pop.uspeh.test"]
    assert len(config.outgoing) == 1
    assert config.problems == (Flaw(kind, "incomingServer 1", said),)


def test_unknown_elements_are_skipped_with_all_that_is_in_them() -> None:
    inside = IMAP.replace("<port>", f"<future><port>1</port>{POP3}</future><port>")

    assert read(document(f"<calendar>{POP3}</calendar>", inside, "<x><y/></x>")) == read(document(IMAP))


def test_servers_count_outside_a_provider_and_in_a_second_one() -> None:
    body = document(IMAP, outside=f"{SMTP}<emailProvider>{POP3}</emailProvider>")

    config = read(body)

    assert [server.protocol for server in config.incoming] == [Protocol.IMAP, Protocol.POP3]
    assert len(config.outgoing) == 1


def test_of_a_repeated_element_the_first_counts() -> None:
    twice = IMAP.replace("</incomingServer>", "<hostname>other.test</hostname><port>1</port></incomingServer>")

    assert read(document(twice)) == read(document(IMAP))


@pytest.mark.parametrize(
    ("given_text", "read_text"),
    [
        ("993", " 993\n"),
        ("SSL", "ssl"),
        ("SSL", " SSL "),
        ("imap.uspeh.test", "\n IMAP.Uspeh.TEST "),
        ("imap.uspeh.test", "imap.%EMAILDOMAIN%"),
        ("imap.uspeh.test", "imap.<!-- here -->uspeh.test"),
        ("imap.uspeh.test", "<![CDATA[imap.uspeh.test]]>"),
        ("imap.uspeh.test", "imap.uspeh.test<note>since 2027</note> or later"),
        ("993", "\N{SPACE}" * 3000 + "993"),
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
    config = read_autoconfig(document(IMAP), None, "%EMAILDOMAIN%@uspeh.test")

    assert config.incoming[0].username == "%EMAILDOMAIN%@uspeh.test"


def test_authentication_methods_keep_the_documents_order() -> None:
    both = IMAP.replace("<authentication>", "<authentication>OAuth2</authentication><authentication>")

    assert read(document(both)).incoming[0].auth_methods == (AuthMethod.OAUTH2, AuthMethod.PASSWORD_CLEARTEXT)


def test_a_document_with_oauth_alone_says_so() -> None:
    config = read(document(IMAP.replace("password-cleartext", "OAuth2"), SMTP.replace("password-cleartext", "OAuth2")))

    assert config.hints == (Hint(HintKind.OAUTH_ONLY),)


@pytest.mark.parametrize(
    ("names", "methods"),
    [
        (["none"], [AuthMethod.NONE]),
        (["client-IP-address"], [AuthMethod.NONE]),
        (["secure", "plain"], [AuthMethod.PASSWORD_ENCRYPTED, AuthMethod.PASSWORD_CLEARTEXT]),
        (["carrier-pigeon", "OAuth2"], [AuthMethod.OAUTH2]),
        (["TLS-client-cert", "NTLM", "GSSAPI"], [AuthMethod.TLS_CLIENT_CERT, AuthMethod.NTLM, AuthMethod.GSSAPI]),
        (["SASL SCRAM-SHA-256-PLUS", "CRAM-MD5", "password-encrypted"], [AuthMethod.PASSWORD_ENCRYPTED]),
    ],
)
def test_authentication_is_read_by_every_name_it_has(names: list[str], methods: list[AuthMethod]) -> None:
    elements = "</authentication><authentication>".join(names)
    config = read(document(IMAP.replace("password-cleartext", elements)))

    assert list(config.incoming[0].auth_methods) == methods


def test_a_sasl_mechanism_may_be_named_exactly() -> None:
    exact = '<authentication system="sasl">SCRAM-SHA-256</authentication><authentication>'
    config = read(document(IMAP.replace("<authentication>", exact)))

    assert config.incoming[0].auth_methods == (AuthMethod.PASSWORD_ENCRYPTED, AuthMethod.PASSWORD_CLEARTEXT)


@pytest.mark.parametrize("values", ["", "<authentication>carrier-pigeon</authentication>"])
def test_a_server_without_a_known_method_is_usable_with_a_password(values: str) -> None:
    config = read(document(IMAP.replace("<authentication>password-cleartext</authentication>", values)))

    assert config.incoming[0].auth_methods == (AuthMethod.PASSWORD_CLEARTEXT,)
    assert flaws(config) == ([FlawKind.AUTH_UNKNOWN] if values else [])


def test_hosts_of_other_scripts_become_a_labels() -> None:
    config = read(document(IMAP.replace("imap.uspeh.test", "Почта.Успех.рф.")))

    assert config.incoming[0].host == "xn--80a1acny.xn--e1atfhn.xn--p1ai"


def test_a_finding_has_no_more_servers_than_are_worth_asking() -> None:
    whole = read(document(*(IMAP.replace("imap.", f"imap{number}.") for number in range(500))))

    config = whole.as_config(Source.AUTOCONFIG, trusted=True, detail="here")

    assert len(whole.incoming) == 500
    assert config is not None
    assert config.incoming == whole.incoming[:20]
    assert (config.source, config.trusted, config.source_detail) == (Source.AUTOCONFIG, True, "here")


def test_what_has_to_be_switched_on_is_told_with_its_page() -> None:
    config = read(document(IMAP, outside='<enable visiturl="https://uspeh.test/imap"><instruction/></enable>'))

    assert config.hints == (Hint(HintKind.ENABLE_IMAP, "https://uspeh.test/imap"),)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://uspeh.test/", ""])
def test_only_https_pages_become_links(url: str) -> None:
    config = read(document(IMAP, outside=f'<enable visiturl="{url}"/>'))

    assert config.hints == (Hint(HintKind.ENABLE_IMAP),)


def test_a_name_space_does_not_matter() -> None:
    body = document(IMAP)

    assert read(body.replace(b"<clientConfig", b'<clientConfig xmlns="urn:x"')) == read(body)
    prefixed = body.replace(b"<clientConfig", b'<c:clientConfig xmlns:c="urn:x"').replace(
        b"</clientConfig", b"</c:clientConfig"
    )
    assert read(prefixed) == read(body)


@pytest.mark.parametrize("version", ["1.0", "1.2", "7", "next"])
def test_the_version_does_not_decide(version: str) -> None:
    assert read(document(IMAP).replace(b'version="1.1"', f'version="{version}"'.encode())) == read(document(IMAP))
