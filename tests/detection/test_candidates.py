"""Servers to try: our policy over a source's order, and what the person fixed over both."""

import pytest

from webapp.detection.candidates import Candidate, candidates
from webapp.detection.entered import entered_config
from webapp.detection.guesses import guessed, guessed_at
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, EnteredServer, MailConfig, Source
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.problems import Problem, ProblemKind

ADDRESS = "anna@uspeh.test"
IMAP, POP3, SMTP = Protocol.IMAP, Protocol.POP3, Protocol.SMTP
TLS, STARTTLS, NONE = Security.TLS, Security.STARTTLS, Security.NONE


def server(
    protocol: Protocol = IMAP, port: int = 993, security: Security = TLS, host: str = "box.uspeh.test"
) -> ServerSettings:
    return ServerSettings(protocol, host, port, security, None)


def config(*incoming: ServerSettings, source: Source = Source.AUTOCONFIG, trusted: bool = True) -> MailConfig:
    return MailConfig(incoming, (), source, trusted)


def incoming(found: MailConfig, fixed: EnteredServer | None = None) -> tuple[Candidate, ...]:
    return candidates(found, Direction.INCOMING, Entered(ADDRESS, incoming=fixed or EnteredServer()), (2, 0))


def places(found: tuple[Candidate, ...]) -> list[tuple[Protocol, int, Security]]:
    return [(one.settings.protocol, one.settings.port, one.settings.security) for one in found]


def test_imap_goes_before_pop3_and_tls_before_starttls() -> None:
    found = incoming(
        config(server(POP3, 995), server(IMAP, 143, STARTTLS), server(POP3, 110, STARTTLS), server(IMAP, 993))
    )

    assert places(found) == [(IMAP, 993, TLS), (IMAP, 143, STARTTLS), (POP3, 995, TLS), (POP3, 110, STARTTLS)]


def test_a_server_named_without_encryption_is_tried_with_it() -> None:
    found = incoming(config(server(IMAP, 143, NONE)))

    assert places(found) == [(IMAP, 993, TLS), (IMAP, 143, STARTTLS)]


def test_the_source_order_decides_among_equals() -> None:
    found = incoming(config(server(host="b.uspeh.test"), server(host="a.uspeh.test")))

    assert [one.settings.host for one in found] == ["b.uspeh.test", "a.uspeh.test"]


def test_the_full_address_is_the_login_name_where_nobody_named_one() -> None:
    (found,) = incoming(config(server()))

    assert found.settings.username == ADDRESS
    assert not found.username_fixed


def test_a_named_or_typed_login_name_is_fixed() -> None:
    named = ServerSettings(IMAP, "box.uspeh.test", 993, TLS, "anna")
    (by_source,) = incoming(config(named))
    (typed,) = incoming(config(named), EnteredServer(username="a.petrova"))

    assert (by_source.settings.username, by_source.username_fixed) == ("anna", True)
    assert (typed.settings.username, typed.username_fixed) == ("a.petrova", True)


def test_a_typed_protocol_leaves_the_other_one_out() -> None:
    found = incoming(config(server(IMAP, 993), server(POP3, 995)), EnteredServer(protocol=POP3))

    assert places(found) == [(POP3, 995, TLS)]


def test_a_typed_security_moves_a_standard_port_only() -> None:
    typed = EnteredServer(security=STARTTLS)

    assert places(incoming(config(server(IMAP, 993)), typed)) == [(IMAP, 143, STARTTLS)]
    assert places(incoming(config(server(IMAP, 1993)), typed)) == [(IMAP, 1993, STARTTLS)]


def test_a_typed_port_leaves_the_security_to_be_found() -> None:
    assert places(incoming(config(server()), EnteredServer(port=143))) == [(IMAP, 143, STARTTLS)]
    assert places(incoming(config(server()), EnteredServer(port=2143))) == [(IMAP, 2143, TLS), (IMAP, 2143, STARTTLS)]


def test_a_typed_none_stays_unencrypted() -> None:
    assert places(incoming(config(server()), EnteredServer(security=NONE))) == [(IMAP, 143, NONE)]


def test_a_typed_method_is_the_only_one() -> None:
    (found,) = incoming(config(server()), EnteredServer(auth_method=AuthMethod.PASSWORD_ENCRYPTED))

    assert found.settings.auth_methods == (AuthMethod.PASSWORD_ENCRYPTED,)


@pytest.mark.parametrize(
    ("source", "config_trusted", "host", "trusted"),
    [
        (Source.AUTOCONFIG, True, "box.elsewhere.test", True),
        (Source.MX, False, "box.uspeh.test", False),
        (Source.SRV, False, "box.uspeh.test", True),
        (Source.SRV, False, "box.elsewhere.test", False),
        (Source.GUESS, False, "imap.uspeh.test", True),
        (Source.GUESS, False, "mx.elsewhere.test", False),
        (Source.SAME_DOMAIN, False, "box.uspeh.test", False),
    ],
)
def test_trust_follows_the_table(source: Source, config_trusted: bool, host: str, trusted: bool) -> None:
    (found,) = incoming(config(server(host=host), source=source, trusted=config_trusted))

    assert found.trusted is trusted


def test_a_neighbour_under_a_public_suffix_is_not_the_same_domain() -> None:
    entered = Entered("anna@uspeh.co.uk")
    found = candidates(config(server(host="other.co.uk"), source=Source.SRV), Direction.INCOMING, entered, (5, 0))

    assert not found[0].trusted


def typed_host(fixed: EnteredServer, direction: Direction = Direction.INCOMING) -> tuple[Candidate, ...]:
    entered = Entered(ADDRESS, incoming=fixed, outgoing=fixed)
    known = entered_config(entered, direction, ProviderTable.load())
    assert isinstance(known, MailConfig)
    return candidates(known, direction, entered, (0, 0))


def test_a_complete_entry_is_one_server_and_nothing_else() -> None:
    (found,) = typed_host(EnteredServer(IMAP, "box.elsewhere.test", 1993, STARTTLS))

    assert places((found,)) == [(IMAP, 1993, STARTTLS)]
    assert (found.source, found.trusted) == (Source.ENTERED, True)


def test_a_typed_host_alone_varies_protocol_port_and_security() -> None:
    found = typed_host(EnteredServer(host="box.elsewhere.test"))

    assert places(found) == [(IMAP, 993, TLS), (IMAP, 143, STARTTLS), (POP3, 995, TLS), (POP3, 110, STARTTLS)]
    assert {one.settings.host for one in found} == {"box.elsewhere.test"}


@pytest.mark.parametrize(("host", "protocol"), [("imap.x.test", IMAP), ("pop.x.test", POP3), ("pop3.x.test", POP3)])
def test_the_name_of_a_typed_host_tells_its_protocol(host: str, protocol: Protocol) -> None:
    assert {one.settings.protocol for one in typed_host(EnteredServer(host=host))} == {protocol}


def test_a_typed_host_for_sending_is_tried_on_the_submission_ports() -> None:
    found = typed_host(EnteredServer(protocol=SMTP, host="out.x.test"), Direction.OUTGOING)

    assert places(found) == [(SMTP, 465, TLS), (SMTP, 587, STARTTLS), (SMTP, 25, STARTTLS)]


def test_a_typed_host_of_a_known_provider_fills_in_the_form_of_the_login_name() -> None:
    found = typed_host(EnteredServer(host="imap.web.de"))

    assert (found[0].settings.username, found[0].username_fixed) == ("anna", True)


def test_a_typed_host_that_is_no_name_is_a_problem() -> None:
    broken = EnteredServer(host="not a name")
    found = entered_config(Entered(ADDRESS, incoming=broken), Direction.INCOMING, ProviderTable.load())

    assert isinstance(found, Problem)
    assert found.kind is ProblemKind.NAME_INVALID


def test_guesses_cover_the_usual_hosts_and_ports_encrypted_first() -> None:
    found = candidates(guessed(Entered(ADDRESS), frozenset()), Direction.INCOMING, Entered(ADDRESS), (8, 0))
    out = candidates(guessed(Entered(ADDRESS), frozenset()), Direction.OUTGOING, Entered(ADDRESS), (8, 0))

    assert [(one.settings.host, one.settings.port) for one in found][:3] == [
        ("imap.uspeh.test", 993),
        ("mail.uspeh.test", 993),
        ("uspeh.test", 993),
    ]
    assert {one.settings.host for one in found if one.settings.protocol is POP3} == {
        "mail.uspeh.test",
        "pop3.uspeh.test",
        "pop.uspeh.test",
        "uspeh.test",
    }
    assert [(one.settings.host, one.settings.port) for one in out if one.settings.host.startswith("smtp.")] == [
        ("smtp.uspeh.test", 465),
        ("smtp.uspeh.test", 587),
        ("smtp.uspeh.test", 25),
    ]
    assert NONE not in {one.settings.security for one in (*found, *out)}


def test_what_the_domain_denies_is_not_guessed() -> None:
    denied = frozenset({(POP3, TLS), (POP3, STARTTLS), (IMAP, STARTTLS)})

    found = guessed(Entered(ADDRESS), denied).incoming + guessed_at(("mx.x.test",), Entered(ADDRESS), denied).incoming

    assert {(one.protocol, one.security) for one in found} == {(IMAP, TLS)}
