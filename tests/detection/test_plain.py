"""Unencrypted logins: offered only where nothing speaks TLS."""

from collections.abc import Callable

import pytest

from tests.certificates import expired, server_context, untrusted, wrong_name
from tests.detection.servers import plain_script, without_tls
from tests.detection.world import ADDRESS, world
from tests.mail.scripts import IMAP, SMTP
from tests.scripted import ScriptedServer, silence
from webapp.detection.plain import plain_endpoints
from webapp.detection.prove import Proof
from webapp.detection.types import Entered, OutcomeKind
from webapp.mail.sessions import Endpoint
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import Problem, ProblemKind

HOST = "box.uspeh.test"
OVER_TLS = Endpoint(Protocol.IMAP, HOST, 993, Security.TLS)
OVER_STARTTLS = Endpoint(Protocol.IMAP, HOST, 143, Security.STARTTLS)
PLAIN = Endpoint(Protocol.IMAP, HOST, 143, Security.NONE)
NOT_OFFERED = Problem(ProblemKind.STARTTLS_NOT_OFFERED, HOST, 143)
REFUSED = Problem(ProblemKind.CONNECTION_REFUSED, HOST, 993)
INCOMING = (Protocol.IMAP, Protocol.POP3)


def test_plain_is_offered_where_starttls_is_unknown_and_no_port_speaks_tls() -> None:
    assert plain_endpoints({OVER_TLS: REFUSED, OVER_STARTTLS: NOT_OFFERED}, INCOMING, ()) == (PLAIN,)


def test_a_host_that_speaks_tls_anywhere_is_never_offered_plain() -> None:
    assert plain_endpoints({OVER_TLS: REFUSED, OVER_STARTTLS: NOT_OFFERED}, INCOMING, {HOST}) == ()


@pytest.mark.parametrize("kind", [kind for kind in ProblemKind if kind is not ProblemKind.STARTTLS_NOT_OFFERED])
def test_a_starttls_port_with_any_other_trouble_is_never_offered_plain(kind: ProblemKind) -> None:
    assert plain_endpoints({OVER_TLS: REFUSED, OVER_STARTTLS: Problem(kind)}, INCOMING, ()) == ()


def test_a_starttls_port_that_keeps_its_promise_is_never_offered_plain() -> None:
    kept = Proof((AuthMethod.PASSWORD_CLEARTEXT,), Problem(ProblemKind.NO_COMMON_AUTH_METHOD))

    assert plain_endpoints({OVER_STARTTLS: kept}, INCOMING, ()) == ()


def test_the_other_direction_is_not_offered() -> None:
    assert plain_endpoints({OVER_STARTTLS: NOT_OFFERED}, (Protocol.SMTP,), ()) == ()


@pytest.mark.parametrize(
    "misbehaving",
    [
        lambda: ScriptedServer(plain_script(IMAP), tls=untrusted(HOST)),
        lambda: ScriptedServer(plain_script(IMAP), tls=expired(HOST)),
        lambda: ScriptedServer(plain_script(IMAP), tls=wrong_name()),
        lambda: ScriptedServer(plain_script(SMTP), tls=server_context(HOST)),
        lambda: ScriptedServer(silence, tls=server_context(HOST)),
        lambda: ScriptedServer(IMAP.up_to_tls(IMAP.tls_refused)),
    ],
    ids=["unknown issuer", "expired", "wrong name", "another protocol", "silent after TLS", "STARTTLS refused"],
)
def test_any_tls_however_bad_keeps_plain_out(misbehaving: Callable[[], ScriptedServer]) -> None:
    with without_tls(IMAP) as plain, misbehaving() as server, world(plain, server) as here:
        here.offer(IMAP, plain, tls=False)
        here.offer(IMAP, server, tls=server.tls is not None)

        outcome = here.detect(Entered(ADDRESS, for_sending=False), limit_s=1.5)

    assert outcome.kind is OutcomeKind.NOT_FOUND
    assert outcome.findings.incoming_problem is not None
    assert outcome.findings.incoming_problem.kind is not ProblemKind.TLS_AVAILABLE  # nobody asked for plain
    assert not [key for key in here.telling.steps if key.endswith(":none")]
