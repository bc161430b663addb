"""Certificates, logins without encryption, inner addresses."""

from dataclasses import replace

import pytest

from tests.certificates import self_signed, untrusted
from tests.detection.servers import HOST, over_starttls, over_tls, plain_script, without_tls
from tests.detection.world import ADDRESS, RECEIVING, Telling, typed, world
from tests.mail.scripts import IMAP, SMTP
from tests.scripted import ScriptedServer
from webapp.detection.types import (
    Consent,
    Entered,
    OutcomeKind,
)
from webapp.mail.settings import Direction, Security
from webapp.net.problems import Field, ProblemKind


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


def test_an_inner_address_is_refused_without_a_packet_and_said() -> None:
    with over_tls(IMAP) as imap, world(imap) as here:
        here.zone.add("inner.uspeh.test", "A", "10.1.2.3")
        here.offer(IMAP, imap, tls=True, host="inner.uspeh.test")

        outcome = here.detect(replace(RECEIVING, incoming=replace(typed(imap).incoming, host="inner.uspeh.test")))

    problem = outcome.findings.incoming_problem
    assert problem is not None
    assert problem.kind is ProblemKind.TARGET_REFUSED
    assert imap.connections == 0
