"""Unencrypted logins: offered only where nothing speaks TLS."""

import pytest

from webapp.detection.plain import Results, plain_endpoints
from webapp.detection.prove import Proof
from webapp.mail.sessions import Endpoint
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.net.problems import CERTIFICATE_PROBLEMS, Problem, ProblemKind

HOST = "imap.uspeh.test"
OVER_TLS = Endpoint(Protocol.IMAP, HOST, 993, Security.TLS)
OVER_STARTTLS = Endpoint(Protocol.IMAP, HOST, 143, Security.STARTTLS)
PLAIN = Endpoint(Protocol.IMAP, HOST, 143, Security.NONE)
NOT_OFFERED = Problem(ProblemKind.STARTTLS_NOT_OFFERED, HOST, 143)
REFUSED = Problem(ProblemKind.CONNECTION_REFUSED, HOST, 993)
INCOMING = (Protocol.IMAP, Protocol.POP3)

BLOCKING = CERTIFICATE_PROBLEMS | {
    ProblemKind.TLS_FAILED,
    ProblemKind.STARTTLS_REFUSED,
    ProblemKind.STARTTLS_INJECTION,
}
HARMLESS = (ProblemKind.CONNECTION_REFUSED, ProblemKind.CONNECTION_TIMED_OUT, ProblemKind.TLS_NOT_SPOKEN)


@pytest.mark.parametrize("kind", HARMLESS)
def test_plain_is_offered_where_starttls_is_unknown_and_no_port_speaks_tls(kind: ProblemKind) -> None:
    assert plain_endpoints({OVER_TLS: Problem(kind), OVER_STARTTLS: NOT_OFFERED}, INCOMING) == (PLAIN,)


@pytest.mark.parametrize("kind", sorted(BLOCKING))
def test_any_tls_answer_of_the_host_rules_plain_out(kind: ProblemKind) -> None:
    assert plain_endpoints({OVER_TLS: Problem(kind), OVER_STARTTLS: NOT_OFFERED}, INCOMING) == ()


def test_a_good_tls_server_of_the_other_direction_rules_plain_out_on_its_host() -> None:
    sending = Endpoint(Protocol.SMTP, HOST, 465, Security.TLS)
    results: Results = {sending: Proof((AuthMethod.PASSWORD_CLEARTEXT,)), OVER_STARTTLS: NOT_OFFERED}

    assert plain_endpoints(results, INCOMING) == ()


@pytest.mark.parametrize("kind", sorted(set(ProblemKind) - {ProblemKind.STARTTLS_NOT_OFFERED}))
def test_a_starttls_port_with_any_other_trouble_is_never_offered_plain(kind: ProblemKind) -> None:
    assert plain_endpoints({OVER_TLS: REFUSED, OVER_STARTTLS: Problem(kind)}, INCOMING) == ()


def test_the_other_direction_is_not_offered() -> None:
    assert plain_endpoints({OVER_STARTTLS: NOT_OFFERED}, (Protocol.SMTP,)) == ()
