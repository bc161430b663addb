"""What the person typed is proved as it stands, and its problems stand at their fields."""

from dataclasses import replace
from pathlib import Path

from tests.detection.servers import HOST, over_tls, without_tls
from tests.detection.world import ADDRESS, RECEIVING, Port, Telling, typed, world
from tests.mail.scripts import IMAP, SMTP
from tests.net.loopback import closed_port
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, EnteredServer, HintKind, OutcomeKind, Source
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Field, ProblemKind


def test_a_complete_entry_proves_exactly_that_server_and_asks_nobody() -> None:
    with over_tls(IMAP) as imap, over_tls(IMAP) as other, world(imap, other) as here:
        here.offer(IMAP, other, tls=True)

        outcome = here.detect(typed(imap, username="a.petrova"))

    assert outcome.kind is OutcomeKind.FOUND
    found = outcome.findings.incoming[0]
    assert (found.source, found.trusted, found.username_fixed) == (Source.ENTERED, True, True)
    assert (found.settings.username, found.settings.port) == ("a.petrova", imap.port)
    assert list(here.telling.steps) == [f"probe:imap:{HOST}:{imap.port}:tls"]


def test_blanks_beside_a_typed_login_name_are_looked_up() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)
        entered = replace(RECEIVING, incoming=EnteredServer(protocol=Protocol.IMAP, username="a.petrova"))

        outcome = here.detect(entered)

    found = outcome.findings.incoming[0]
    assert (found.source, found.settings.port) == (Source.SRV, imap.port)
    assert (found.settings.username, found.username_fixed) == ("a.petrova", True)


def test_a_wrong_port_is_told_at_the_port() -> None:
    port = closed_port()
    with world(Port(port)) as here:
        entered = replace(RECEIVING, incoming=EnteredServer(Protocol.IMAP, HOST, port, Security.TLS))

        outcome = here.detect(entered)

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.CONNECTION_REFUSED, Field.INCOMING_PORT)


def test_a_wrong_host_is_told_at_the_host() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        outcome = here.detect(replace(RECEIVING, incoming=replace(typed(imap).incoming, host="boks.uspeh.test")))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.NAME_NOT_FOUND, Field.INCOMING_HOST)


def test_the_wrong_security_is_told_at_the_security() -> None:
    with without_tls(IMAP) as imap, world(imap) as here:
        outcome = here.detect(typed(imap, Security.STARTTLS))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.STARTTLS_NOT_OFFERED, Field.INCOMING_SECURITY)


def test_a_method_the_server_does_not_offer_is_told_at_the_method() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        outcome = here.detect(typed(imap, auth_method=AuthMethod.PASSWORD_ENCRYPTED))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.NO_COMMON_AUTH_METHOD, Field.INCOMING_AUTH)


def test_another_protocol_on_the_typed_port_is_told_at_the_port() -> None:
    with over_tls(SMTP) as smtp, world(smtp) as here:
        outcome = here.detect(typed(smtp))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.WRONG_PROTOCOL, Field.INCOMING_PORT)


def test_a_server_that_takes_letters_from_anybody_is_no_guess_for_sending_but_may_be_typed() -> None:
    open_relay = (rb"EHLO \S+", b"250 hello\r\n")
    with over_tls(SMTP, open_relay) as smtp, world(smtp) as here:
        here.offer(SMTP, smtp, tls=True)
        entered = Entered(ADDRESS, for_receiving=False)

        named = here.detect(entered)
        here.telling = Telling()
        fixed = EnteredServer(Protocol.SMTP, HOST, smtp.port, Security.TLS)
        chosen = here.detect(replace(entered, outgoing=fixed))

    assert named.kind is OutcomeKind.NOT_FOUND
    assert chosen.kind is OutcomeKind.FOUND
    assert chosen.findings.outgoing[0].settings.auth_methods == (AuthMethod.NONE,)


PROVIDER = """[[provider]]
name = "Practice"
domains = ["elsewhere.test"]
imap = ["box.uspeh.test:{imap} tls local-part"]
smtp = ["box.uspeh.test:{smtp} tls local-part"]
hints = ["application-password"]
sources = ["nobody"]
facts_of = 2026-11-22
"""


def test_a_typed_host_of_a_known_provider_fills_the_rest_for_both_directions(tmp_path: Path) -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp, world(imap, smtp) as here:
        table = tmp_path / "table.toml"
        table.write_text(PROVIDER.format(imap=imap.port, smtp=smtp.port))
        here.surroundings = replace(here.surroundings, providers=ProviderTable.load(table))

        outcome = here.detect(Entered(ADDRESS, incoming=EnteredServer(host=f"{HOST.upper()}.")))

    assert outcome.kind is OutcomeKind.FOUND
    incoming, outgoing = outcome.findings.incoming[0], outcome.findings.outgoing[0]
    assert (incoming.settings.port, incoming.settings.username, incoming.source) == (imap.port, "anna", Source.ENTERED)
    assert (outgoing.settings.port, outgoing.settings.username) == (smtp.port, "anna")
    assert (outgoing.source, outgoing.trusted) == (Source.PROVIDER_TABLE, True)
    assert [hint.kind for hint in outcome.findings.hints] == [HintKind.APPLICATION_PASSWORD]


def test_the_blanks_beside_a_typed_host_are_looked_up() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        outcome = here.detect(Entered(ADDRESS, incoming=EnteredServer(host=HOST)))

    assert outcome.kind is OutcomeKind.FOUND
    incoming, outgoing = outcome.findings.incoming[0], outcome.findings.outgoing[0]
    assert (incoming.settings.port, incoming.source) == (imap.port, Source.ENTERED)
    assert (outgoing.settings.port, outgoing.source) == (smtp.port, Source.SRV)


def test_a_source_that_names_another_host_does_not_move_the_typed_one() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)
        here.zone.add("other.uspeh.test", "A", "127.0.0.1")

        outcome = here.detect(replace(RECEIVING, incoming=EnteredServer(host="other.uspeh.test")))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert not [key for key in here.telling.steps if f":{HOST}:" in key]
