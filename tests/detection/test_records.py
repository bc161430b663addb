"""SRV and MX records: what they say about servers, and about those that are not offered."""

import pytest

from webapp.detection.sources.mx import most_preferred, mx_domains
from webapp.detection.sources.srv import SERVICES, Answer, read_answers
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import Problem, ProblemKind
from webapp.net.resolver import Mx, Srv

IMAP, POP3, SMTP = Protocol.IMAP, Protocol.POP3, Protocol.SMTP
TLS, STARTTLS, NONE = Security.TLS, Security.STARTTLS, Security.NONE
DENIAL = (Srv(0, 0, 0, "."),)


def answers(**records: tuple[Srv, ...]) -> list[Answer]:
    return [Answer(*SERVICES[service], records.get(service.removeprefix("_"), ())) for service in SERVICES]


def test_records_name_servers_of_both_directions() -> None:
    config = read_answers(
        answers(imaps=(Srv(0, 1, 993, "box.uspeh.test"),), submission=(Srv(0, 1, 587, "out.uspeh.test"),)),
        "uspeh.test",
    )

    assert config is not None
    assert [(one.protocol, one.host, one.port, one.security) for one in config.incoming + config.outgoing] == [
        (IMAP, "box.uspeh.test", 993, TLS),
        (SMTP, "out.uspeh.test", 587, STARTTLS),
    ]
    assert config.incoming[0].username is None


def test_submission_at_port_465_is_implicit_tls() -> None:
    config = read_answers(answers(submission=(Srv(0, 1, 465, "out.uspeh.test"),)), "uspeh.test")

    assert config is not None
    assert config.outgoing[0].security is TLS


def test_a_denied_protocol_is_not_offered_in_any_form() -> None:
    config = read_answers(answers(pop3=DENIAL), "uspeh.test")

    assert config is not None
    assert config.not_offered == {(POP3, TLS), (POP3, STARTTLS), (POP3, NONE)}


def test_a_denied_form_leaves_the_other_one() -> None:
    config = read_answers(answers(imap=DENIAL, imaps=(Srv(0, 1, 993, "box.uspeh.test"),)), "uspeh.test")

    assert config is not None
    assert config.not_offered == {(IMAP, STARTTLS)}
    assert len(config.incoming) == 1


def test_a_question_without_an_answer_denies_nothing() -> None:
    unanswered = Answer(Protocol.IMAP, Security.TLS, problem=Problem(ProblemKind.NAME_LOOKUP_FAILED))
    denied = Answer(Protocol.IMAP, Security.STARTTLS, (Srv(0, 0, 0, "."),))

    config = read_answers([unanswered, denied], "uspeh.test")

    assert config is not None
    assert config.not_offered == {(Protocol.IMAP, Security.STARTTLS)}


def test_a_backup_exchanger_says_nothing_about_the_mailboxes() -> None:
    own, twin, backup = Mx(10, "mx1.own.test"), Mx(10, "mx2.own.test"), Mx(20, "mx.relay.test")

    assert most_preferred((own, twin, backup)) == (own, twin)
    assert most_preferred(()) == ()


def test_no_records_are_no_answer() -> None:
    assert read_answers(answers(), "uspeh.test") is None


def test_a_target_that_is_no_host_name_is_left_out() -> None:
    assert read_answers(answers(imaps=(Srv(0, 1, 993, "bad name"),)), "uspeh.test") is None


@pytest.mark.parametrize(
    ("mx", "domain", "asked"),
    [
        ("mx1.hoster.test", "uspeh.test", ("hoster.test",)),
        ("mx1.mail.hoster.test", "uspeh.test", ("mail.hoster.test", "hoster.test")),
        ("hoster.test", "uspeh.test", ("hoster.test",)),
        ("mx.uspeh.test", "uspeh.test", ()),
        ("mx.uspeh.test", "sub.uspeh.test", ("uspeh.test",)),
        ("a.b.hoster.co.uk", "uspeh.test", ("b.hoster.co.uk", "hoster.co.uk")),
        (None, "uspeh.test", ()),
    ],
)
def test_the_domains_of_an_mx_are_asked_longest_first(mx: str | None, domain: str, asked: tuple[str, ...]) -> None:
    assert mx_domains(mx, domain) == asked
