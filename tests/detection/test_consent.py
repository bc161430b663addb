"""What has to be agreed to before a password may go out."""

from dataclasses import replace

import pytest

from webapp.detection.consent import missing_consent, outcome_kind
from webapp.detection.types import Consent, Findings, OutcomeKind, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.problems import ProblemKind

SETTINGS = ServerSettings(Protocol.IMAP, "imap.hoster.test", 993, Security.TLS, "anna@uspeh.test")
TRUSTED = ProvedServer(SETTINGS, Source.AUTOCONFIG, True, "hoster.test", username_fixed=True)
UNTRUSTED = replace(TRUSTED, trusted=False, source=Source.MX)
PLAIN = replace(TRUSTED, settings=replace(SETTINGS, security=Security.NONE, port=143))
PINNED = replace(UNTRUSTED, pinned_sha256="ab" * 32)

SENDING = replace(
    TRUSTED, settings=ServerSettings(Protocol.SMTP, "smtp.hoster.test", 465, Security.TLS, "anna@uspeh.test")
)
BOTH = (Direction.INCOMING, Direction.OUTGOING)


@pytest.mark.parametrize(
    ("server", "consent", "missing"),
    [
        (TRUSTED, Consent(), None),
        (UNTRUSTED, Consent(), ProblemKind.HOST_NOT_CONSENTED),
        (UNTRUSTED, Consent(hosts=frozenset({"hoster.test"})), ProblemKind.HOST_NOT_CONSENTED),
        (UNTRUSTED, Consent(hosts=frozenset({"imap.hoster.test"})), None),
        (PLAIN, Consent(), ProblemKind.PLAIN_NOT_CONSENTED),
        (PLAIN, Consent(hosts=frozenset({"imap.hoster.test"})), ProblemKind.PLAIN_NOT_CONSENTED),
        (PLAIN, Consent(plain_hosts=frozenset({"imap.hoster.test:110"})), ProblemKind.PLAIN_NOT_CONSENTED),
        (PLAIN, Consent(plain_hosts=frozenset({"imap.hoster.test:143"})), None),
        (PINNED, Consent(pins={"imap.hoster.test:993": "ab" * 32}), None),
        (PINNED, Consent(pins={"imap.hoster.test:993": "cd" * 32}), ProblemKind.HOST_NOT_CONSENTED),
    ],
)
def test_each_kind_of_doubt_needs_its_own_consent(
    server: ProvedServer, consent: Consent, missing: ProblemKind | None
) -> None:
    assert missing_consent(server, consent) is missing


@pytest.mark.parametrize("field", ["plain_hosts", "plain_letters"])
def test_who_agreed_to_plain_letters_agreed_to_no_plain_login(field: str) -> None:
    relay = replace(SENDING.settings, security=Security.NONE, username=None, auth_methods=(AuthMethod.NONE,))
    consent = Consent(**{field: frozenset({"smtp.hoster.test:465"})})  # type: ignore[arg-type]
    login = replace(SENDING, settings=replace(SENDING.settings, security=Security.NONE))

    assert missing_consent(replace(SENDING, settings=relay), Consent()) is ProblemKind.PLAIN_NOT_CONSENTED
    assert missing_consent(replace(SENDING, settings=relay), consent) is None
    assert (missing_consent(login, consent) is None) is (field == "plain_hosts")


@pytest.mark.parametrize(
    ("findings", "kind"),
    [
        (Findings(), OutcomeKind.NOT_FOUND),
        (Findings(incoming=(TRUSTED,)), OutcomeKind.HALF_FOUND),
        (Findings(outgoing=(SENDING,)), OutcomeKind.HALF_FOUND),
        (Findings(incoming=(TRUSTED,), outgoing=(SENDING,)), OutcomeKind.FOUND),
        (Findings(incoming=(UNTRUSTED, TRUSTED), outgoing=(SENDING,)), OutcomeKind.NEEDS_CONSENT),
        (Findings(incoming=(TRUSTED, UNTRUSTED), outgoing=(SENDING,)), OutcomeKind.FOUND),
        (Findings(incoming=(PLAIN,), outgoing=(SENDING,)), OutcomeKind.NEEDS_CONSENT),
    ],
)
def test_the_outcome_follows_from_the_chosen_servers(findings: Findings, kind: OutcomeKind) -> None:
    assert outcome_kind(findings, BOTH, Consent()) is kind


def test_a_direction_nobody_wants_is_not_missed() -> None:
    assert outcome_kind(Findings(outgoing=(SENDING,)), (Direction.OUTGOING,), Consent()) is OutcomeKind.FOUND
