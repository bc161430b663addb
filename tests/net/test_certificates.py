"""Everything wrong with a certificate, by its facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from webapp.net.certificates import CertificateFault, Likeness, faults, likeness, names_host, person_named
from webapp.net.problems import CertificateFacts, ProblemKind
from webapp.net.tls import NAMES_LIMIT

HOST = "mail.uspeh.ru"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = CertificateFacts(
    subject="CN=mail.uspeh.ru",
    issuer="CN=R11,O=Let's Encrypt,C=US",
    names=(HOST, "uspeh.ru"),
    not_before=NOW - timedelta(days=30),
    not_after=NOW + timedelta(days=60),
    sha256="ab" * 32,
    key_sha256="cd" * 32,
)
EXPIRED = replace(GOOD, not_after=NOW - timedelta(days=1))
EARLY = replace(GOOD, not_before=NOW + timedelta(days=1))
FOREIGN = replace(GOOD, names=("mail.hoster.ru", "*.hoster.ru"))
OWN = replace(GOOD, issuer=GOOD.subject)
CHANGED, WRONG, UNKNOWN = (
    ProblemKind.CERTIFICATE_CHANGED,
    ProblemKind.CERTIFICATE_WRONG_NAME,
    ProblemKind.CERTIFICATE_UNKNOWN_ISSUER,
)


@pytest.mark.parametrize(
    ("facts", "kind", "told"),
    [
        (EXPIRED, ProblemKind.CERTIFICATE_EXPIRED, ["expired"]),
        (EARLY, ProblemKind.CERTIFICATE_NOT_YET_VALID, ["not-yet-valid"]),
        (FOREIGN, WRONG, ["wrong-name"]),
        (OWN, ProblemKind.CERTIFICATE_SELF_SIGNED, ["self-signed"]),
        (GOOD, UNKNOWN, ["unknown-issuer"]),
        (GOOD, ProblemKind.CERTIFICATE_INVALID, ["invalid"]),
        (GOOD, CHANGED, ["changed"]),
        (replace(GOOD, names=()), WRONG, ["no-name"]),
        # OpenSSL stops at the first of several
        (replace(FOREIGN, not_after=EXPIRED.not_after), UNKNOWN, ["expired", "wrong-name", "unknown-issuer"]),
        (
            replace(OWN, names=(), not_before=EARLY.not_before),
            ProblemKind.CERTIFICATE_SELF_SIGNED,
            ["not-yet-valid", "no-name", "self-signed"],
        ),
        (replace(EXPIRED, names=FOREIGN.names), WRONG, ["expired", "wrong-name"]),
        (replace(OWN, names=FOREIGN.names), CHANGED, ["changed", "wrong-name", "self-signed"]),
        # the server's own dates are good, so it is somebody's above it
        (GOOD, ProblemKind.CERTIFICATE_EXPIRED, ["issuer-expired"]),
        (GOOD, ProblemKind.CERTIFICATE_NOT_YET_VALID, ["issuer-not-yet-valid"]),
        # what OpenSSL found is told even where we cannot see it
        (GOOD, WRONG, ["wrong-name"]),
        # a list of names that was cut says nothing about the names behind the cut
        (replace(GOOD, names=("other.test",) * NAMES_LIMIT), UNKNOWN, ["unknown-issuer"]),
    ],
)
def test_everything_wrong_is_told_not_only_what_openssl_met_first(
    facts: CertificateFacts, kind: ProblemKind, told: list[str]
) -> None:
    assert [fault.value for fault in faults(facts, HOST, NOW, kind)] == told


def test_an_authority_that_signed_itself_and_is_trusted_is_no_fault() -> None:
    assert faults(replace(OWN, names=FOREIGN.names), HOST, NOW, WRONG) == (CertificateFault.WRONG_NAME,)


@pytest.mark.parametrize(
    ("names", "host", "named"),
    [
        (("mail.uspeh.ru",), "mail.uspeh.ru", True),
        (("MAIL.Uspeh.RU",), "mail.uspeh.ru", True),
        (("mail.uspeh.ru.",), "mail.uspeh.ru", True),
        (("*.uspeh.ru",), "mail.uspeh.ru", True),
        (("*.uspeh.ru",), "uspeh.ru", False),
        (("*.uspeh.ru",), "a.mail.uspeh.ru", False),
        (("ma*.uspeh.ru",), "mail.uspeh.ru", False),
        (("mail.*.ru",), "mail.uspeh.ru", False),
        (("*.ru",), "uspeh.ru", False),
        (("*",), "uspeh", False),
        (("успех.рф",), "xn--e1atfhn.xn--p1ai", True),
        (("xn--e1atfhn.xn--p1ai",), "xn--e1atfhn.xn--p1ai", True),
        (("192.0.2.1",), "192.0.2.1", True),
        (("2001:db8:0:0::1",), "2001:db8::1", True),
        (("*.0.2.1",), "192.0.2.1", False),
        (("192.0.2.2",), "192.0.2.1", False),
        (("not a name", "mail.uspeh.ru"), "mail.uspeh.ru", True),
        ((), "mail.uspeh.ru", False),
    ],
)
def test_names_are_compared_as_the_standard_says(names: tuple[str, ...], host: str, named: bool) -> None:
    assert names_host(names, host) is named


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sha256": "ef" * 32}, Likeness.SAME_KEY),
        ({"issuer": "CN=Other"}, Likeness.SAME_KEY),
        ({"key_sha256": "ee" * 32}, Likeness.SAME_NAMES),
        ({"key_sha256": "ee" * 32, "names": ("uspeh.ru", HOST)}, Likeness.SAME_NAMES),
        ({"key_sha256": None}, Likeness.SAME_NAMES),
        ({"key_sha256": "ee" * 32, "issuer": "CN=Other"}, Likeness.DIFFERENT),
        ({"key_sha256": "ee" * 32, "names": ("other.ru",)}, Likeness.DIFFERENT),
        ({"key_sha256": "ee" * 32, "subject": ""}, Likeness.DIFFERENT),
    ],
)
def test_a_new_certificate_is_compared_with_the_one_accepted(changes: dict[str, object], expected: Likeness) -> None:
    assert likeness(GOOD, replace(GOOD, **changes)) is expected  # type: ignore[arg-type]


def test_two_certificates_whose_keys_nobody_could_read_have_no_key_in_common() -> None:
    unread = replace(GOOD, key_sha256=None)

    assert likeness(unread, unread) is Likeness.SAME_NAMES


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("CN=R11,O=Let's Encrypt,C=US", "R11 (Let's Encrypt)"),
        ("CN=mail.uspeh.ru", "mail.uspeh.ru"),
        ("O=Успех\\, ООО,C=RU", "Успех, ООО"),
        ("CN=Lab authority,O=Lab", "Lab authority"),
        ("1.2.3.4=#0403666f6f", "1.2.3.4=#0403666f6f"),
        ("C=RU,L=Москва", "C=RU,L=Москва"),
        ("CN=a very long name that was cut in the midd…,O", "CN=a very long name that was cut in the midd…,O"),
        ("", ""),
    ],
)
def test_a_distinguished_name_is_told_as_people_say_it(name: str, person: str) -> None:
    assert person_named(name) == person
