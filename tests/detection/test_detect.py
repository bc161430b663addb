"""Searches against scripted servers: what is found, what is not, and why."""

import asyncio
from dataclasses import replace

import pytest

from tests.certificates import self_signed, server_context, untrusted
from tests.detection.world import (
    ADDRESS,
    HOST,
    Telling,
    World,
    over_starttls,
    over_tls,
    plain_script,
    without_tls,
    world,
)
from tests.mail.scripts import IMAP, POP3, SMTP
from tests.net.loopback import closed_port, swallowed_packets
from tests.scripted import ScriptedServer, reset, silence
from webapp.detection.engine import KnownAccount, detect
from webapp.detection.types import (
    Consent,
    Entered,
    EnteredServer,
    HintKind,
    OutcomeKind,
    Source,
    StepState,
)
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.problems import Field, ProblemKind

RECEIVING = Entered(ADDRESS, for_sending=False)
PASSWORD_COMMANDS = (b"AUTH", b"LOGIN", b"USER", b"PASS", b"AUTHENTICATE")


def typed(server: ScriptedServer, security: Security = Security.TLS, **more: object) -> Entered:
    """Return an entry that fixes everything about the incoming server."""
    fixed = EnteredServer(Protocol.IMAP, HOST, server.port, security)
    return replace(RECEIVING, incoming=replace(fixed, **more))  # type: ignore[arg-type]


def commands(server: ScriptedServer) -> set[bytes]:
    """Return the commands a server heard, without tags and arguments."""
    return {word for line in server.received for word in line.upper().split()[:2]}


def test_srv_records_lead_to_proved_and_trusted_servers() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        outcome = here.detect()

    assert outcome.kind is OutcomeKind.FOUND
    found = outcome.findings.incoming[0]
    assert (found.source, found.trusted, found.registrable_domain) == (Source.SRV, True, "uspeh.test")
    assert found.settings.username == ADDRESS
    assert not found.username_fixed
    assert found.settings.auth_methods == (AuthMethod.PASSWORD_CLEARTEXT,)
    assert outcome.seconds_proved is not None
    facts = here.telling.steps[f"probe:imap:{HOST}:{imap.port}:tls"].facts
    assert [fact.partition("=")[0] for fact in facts] == ["name", "address", "port", "tls", "greeting", "abilities"]


def test_no_server_hears_anything_about_a_password_in_a_search() -> None:
    with over_tls(IMAP) as imap, over_starttls(SMTP) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=False)

        here.detect()

    assert not (commands(imap) | commands(smtp)) & set(PASSWORD_COMMANDS)


def test_a_target_outside_the_domain_needs_consent() -> None:
    with (
        ScriptedServer(plain_script(IMAP), tls=server_context("box.elsewhere.test")) as imap,
        over_tls(SMTP) as smtp,
        world(imap, smtp) as here,
    ):
        here.zone.add("box.elsewhere.test", "A", "127.0.0.1")
        here.offer(IMAP, imap, tls=True, host="box.elsewhere.test")
        here.offer(SMTP, smtp, tls=True)

        asked = here.detect()
        here.telling = Telling()
        agreed = here.detect(consent=Consent(hosts=frozenset({"box.elsewhere.test"})))

    assert asked.kind is OutcomeKind.NEEDS_CONSENT
    assert asked.findings.incoming[0].registrable_domain == "elsewhere.test"
    assert agreed.kind is OutcomeKind.FOUND


def test_half_a_result_is_a_result() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect()

    assert outcome.kind is OutcomeKind.HALF_FOUND
    assert outcome.findings.incoming
    assert outcome.findings.outgoing_problem is not None


def test_what_the_domain_denies_is_neither_looked_for_nor_guessed() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)
        for service in ("_submission", "_submissions"):
            here.zone.add(f"{service}._tcp.uspeh.test", "SRV", "0 0 0 .")

        outcome = here.detect()

    assert outcome.findings.outgoing_problem is not None
    assert outcome.findings.outgoing_problem.kind is ProblemKind.NOT_OFFERED
    assert not here.telling.states("probe:smtp")


def test_a_dead_server_of_a_better_source_leads_on_to_the_next() -> None:
    dead = ServerSettings(Protocol.IMAP, HOST, closed_port(), Security.TLS, ADDRESS)
    with over_tls(IMAP) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect(RECEIVING, known=(KnownAccount("boris@uspeh.test", dead, None, trusted=True),))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.findings.incoming[0].source is Source.SRV


def test_servers_of_a_colleague_come_first_and_with_the_form_of_the_name() -> None:
    with over_tls(IMAP) as mine, over_tls(IMAP) as published, world(mine, published) as here:
        here.offer(IMAP, published, tls=True)
        settings = ServerSettings(Protocol.IMAP, HOST, mine.port, Security.TLS, "boris")
        colleague = KnownAccount("boris@uspeh.test", settings, None, trusted=True)

        trusted = here.detect(RECEIVING, known=(colleague,))
        here.telling = Telling()
        untrusted_too = here.detect(RECEIVING, known=(replace(colleague, trusted=False),))

    found = trusted.findings.incoming[0]
    assert (found.source, found.settings.port, found.settings.username) == (Source.SAME_DOMAIN, mine.port, "anna")
    assert trusted.kind is OutcomeKind.FOUND
    assert untrusted_too.kind is OutcomeKind.NEEDS_CONSENT


def test_a_pop3_server_is_taken_where_there_is_no_imap() -> None:
    with over_tls(POP3) as pop3, world(pop3) as here:
        here.offer(POP3, pop3, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.findings.incoming[0].settings.protocol is Protocol.POP3


def test_imap_is_chosen_over_pop3_and_tls_over_starttls_whoever_answers_first() -> None:
    with (
        over_tls(POP3) as pop3,
        over_starttls(IMAP) as starttls,
        over_tls(IMAP) as imap,
        world(pop3, starttls, imap) as here,
    ):
        here.offer(POP3, pop3, tls=True)
        here.offer(IMAP, starttls, tls=False)
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.findings.incoming[0].settings.port == imap.port


def test_an_untrusted_certificate_behind_starttls_is_named_and_nothing_unencrypted_is_offered() -> None:
    with over_starttls(IMAP, untrusted(HOST)) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=False)

        outcome = here.detect(RECEIVING)

    assert outcome.kind is OutcomeKind.NOT_FOUND
    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert problem.kind is ProblemKind.CERTIFICATE_UNKNOWN_ISSUER
    assert problem.certificate is not None
    assert HOST in problem.certificate.names
    assert not [key for key in here.telling.steps if key.endswith(":none")]
    assert {line.split()[-1] for line in imap.received_in_clear} == {b"STARTTLS"}


def test_a_pinned_certificate_is_accepted_and_no_other() -> None:
    with ScriptedServer(plain_script(IMAP), tls=self_signed()) as imap, world(imap) as here:
        refused = here.detect(typed(imap))
        problem = refused.findings.incoming_problem
        assert problem is not None
        assert problem.certificate is not None
        place = f"{HOST}:{imap.port}"

        here.telling = Telling()
        pinned = here.detect(typed(imap), Consent(pins={place: problem.certificate.sha256}))
        here.telling = Telling()
        changed = here.detect(typed(imap), Consent(pins={place: "0" * 64}))

    assert (problem.kind, problem.field) == (ProblemKind.CERTIFICATE_SELF_SIGNED, Field.INCOMING_SECURITY)
    assert pinned.kind is OutcomeKind.FOUND
    assert pinned.findings.incoming[0].pinned_sha256 == problem.certificate.sha256
    assert changed.findings.incoming_problem is not None
    assert changed.findings.incoming_problem.kind is ProblemKind.CERTIFICATE_CHANGED


@pytest.mark.parametrize("speech", [IMAP, SMTP], ids=["imap", "smtp"])
def test_a_server_without_any_tls_is_found_last_and_needs_consent(speech: object) -> None:
    assert speech in (IMAP, SMTP)
    chosen = IMAP if speech is IMAP else SMTP
    with without_tls(chosen) as server, world(server) as here:
        here.offer(chosen, server, tls=False)
        entered = RECEIVING if chosen is IMAP else Entered(ADDRESS, for_receiving=False)

        asked = here.detect(entered)
        here.telling = Telling()
        agreed = here.detect(entered, Consent(plain_hosts=frozenset({f"{HOST}:{server.port}"})))

    direction = Direction.INCOMING if chosen is IMAP else Direction.OUTGOING
    found = asked.findings.chosen(direction)
    assert found is not None
    assert found.settings.security is Security.NONE
    assert asked.kind is OutcomeKind.NEEDS_CONSENT
    assert agreed.kind is OutcomeKind.FOUND


def test_no_encryption_is_refused_where_the_host_knows_starttls() -> None:
    with over_starttls(IMAP) as imap, world(imap) as here:
        outcome = here.detect(typed(imap, Security.NONE), Consent(plain_hosts=frozenset({f"{HOST}:{imap.port}"})))

    problem = outcome.findings.incoming_problem
    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.TLS_AVAILABLE, Field.INCOMING_SECURITY)
    assert not [key for key in here.telling.steps if key.endswith(":none")]


def test_no_encryption_is_possible_where_the_person_typed_it_and_the_host_knows_no_tls() -> None:
    with without_tls(IMAP) as imap, world(imap) as here:
        outcome = here.detect(typed(imap, Security.NONE))

    assert outcome.kind is OutcomeKind.NEEDS_CONSENT
    assert outcome.findings.incoming[0].settings.port == imap.port


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


@pytest.mark.parametrize(
    ("address", "hint", "kind"),
    [
        ("anna@outlook.com", HintKind.OAUTH_ONLY, ProblemKind.NO_COMMON_AUTH_METHOD),
        ("anna@proton.me", HintKind.NO_MAIL_PROGRAMS, ProblemKind.NOT_OFFERED),
    ],
)
def test_a_provider_without_password_logins_is_said_and_not_probed(
    address: str, hint: HintKind, kind: ProblemKind
) -> None:
    with world() as here:
        outcome = here.detect(Entered(address))

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert [told.kind for told in outcome.findings.hints] == [hint]
    assert outcome.findings.provider_name
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is kind
    assert not here.telling.states("probe:")


def test_microsoft_365_behind_an_own_domain_is_said_and_not_probed() -> None:
    with world() as here:
        here.zone.add("uspeh.test", "MX", "0 uspeh-test.mail.protection.outlook.com.")

        outcome = here.detect()

    assert outcome.findings.provider_name == "Microsoft 365"
    assert [told.kind for told in outcome.findings.hints] == [HintKind.OAUTH_ONLY]
    assert not here.telling.states("probe:")


def test_an_inner_address_is_refused_without_a_packet_and_said() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.zone.add("inner.uspeh.test", "A", "10.1.2.3")
        here.offer(IMAP, imap, tls=True, host="inner.uspeh.test")

        outcome = here.detect(replace(RECEIVING, incoming=replace(typed(imap).incoming, host="inner.uspeh.test")))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert problem.kind is ProblemKind.TARGET_REFUSED
    assert imap.connections == 0


def test_a_domain_that_does_not_exist_is_told_at_the_address() -> None:
    with world() as here:
        outcome = here.detect(Entered("anna@nowhere.test"))

    problem = outcome.findings.incoming_problem
    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert problem is not None
    assert (problem.kind, problem.host) == (ProblemKind.NAME_NOT_FOUND, "nowhere.test")
    assert problem.field is Field.ADDRESS


@pytest.mark.parametrize("address", ["anna@", "anna@bad domain", "anna@-x.test", "anna"])
def test_an_address_that_cannot_be_is_told_at_the_address(address: str) -> None:
    with world() as here:
        outcome = here.detect(Entered(address))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert (problem.kind, problem.field) == (ProblemKind.NAME_INVALID, Field.ADDRESS)


def test_the_hard_limit_ends_a_search_with_what_is_proved() -> None:
    with over_tls(IMAP) as imap, ScriptedServer(silence) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        outcome = here.detect(limit_s=1.0)

    assert outcome.kind is OutcomeKind.HALF_FOUND
    assert outcome.findings.incoming
    assert here.telling.steps[f"probe:smtp:{HOST}:{smtp.port}:tls"].state is StepState.FAILED


def test_a_reset_connection_is_only_a_problem() -> None:
    with ScriptedServer(reset) as imap, world(imap) as here:
        here.offer(IMAP, imap, tls=True)

        outcome = here.detect(RECEIVING)

    assert outcome.kind is OutcomeKind.NOT_FOUND


def test_stopping_leaves_no_socket_no_task_and_every_step_ended() -> None:
    with swallowed_packets() as port, ScriptedServer(silence) as imap, world(imap, Port(port)) as here:
        here.offer(IMAP, imap, tls=True)
        here.zone.add("swallowing.uspeh.test", "A", "127.0.0.3")
        here.zone.add("_submissions._tcp.uspeh.test", "SRV", f"0 1 {port} swallowing.uspeh.test.")

        asyncio.run(stopped(here))

    assert here.telling.states()
    assert StepState.STOPPED in here.telling.states("probe:").values()
    assert not {StepState.RUNNING, StepState.WAITING} & set(here.telling.states().values())
    assert imap.wait_until_left()


async def stopped(here: World) -> None:
    """Start a search, stop it as soon as both servers are being probed, and look around."""
    both = asyncio.Event()

    class Watching(Telling):
        def step(self, step: object) -> None:
            super().step(step)  # type: ignore[arg-type]
            if len(self.states("probe:")) >= 2:
                both.set()

    here.telling = Watching()
    search = asyncio.create_task(detect(Entered(ADDRESS), Consent(), here.surroundings, here.telling))
    await both.wait()

    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search

    assert here.surroundings.network.open_streams == 0
    assert len(asyncio.all_tasks()) == 1


def test_findings_are_told_while_the_search_goes_on() -> None:
    with over_tls(IMAP) as imap, ScriptedServer(silence) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        here.detect(limit_s=1.0)

    early = here.telling.all_findings[0]
    assert early.incoming
    assert early.outgoing_problem is None


class Port(ScriptedServer):
    """A port the network may use though no scripted server listens there."""

    def __init__(self, port: int) -> None:
        self._port = port

    @property
    def port(self) -> int:
        """Return the port."""
        return self._port
