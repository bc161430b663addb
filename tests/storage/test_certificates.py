"""A certificate somebody accepted is accepted by one account at one place, and by no other, whatever they share."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, administrator, change_of, moved, saved
from tests.storage.makers import DETAILS, IMAP, SMTP, account_of, lay_account, person
from webapp.detection.types import Consent, Findings, ProvedServer
from webapp.mail.settings import Direction
from webapp.net.problems import CertificateFacts
from webapp.storage.accounts import delete_account, known_accounts
from webapp.storage.certificates import accepted_at, pin_of
from webapp.storage.keeping_out import freeze_accounts_of
from webapp.storage.models import AcceptedCertificate, Account, Action, DraftAim, JournalEntry, User
from webapp.storage.objections import AccountChanged, AccountWaits, NotAllowed, OutgoingServerChanged
from webapp.storage.secrets import SecretBox
from webapp.storage.using import begin_change, consent_of, details_of, entered_of, findings_of_account
from webapp.storage.withdrawing import withdraw_certificate

OLD, NEW = "ab" * 32, "cd" * 32
FACTS = CertificateFacts(
    "CN=smtp.uspeh.test",
    "CN=Uspeh CA",
    ("smtp.uspeh.test",),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
    NEW,
)


def pinned(server: ProvedServer, sha256: str = OLD) -> ProvedServer:
    """Return the server as it is after somebody accepted a certificate of it."""
    return replace(server, pinned_sha256=sha256)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def two(session: Session, box: SecretBox, anna: User) -> tuple[Account, Account]:
    """Return two accounts of anna that send through one server, accepted for the first."""
    first = lay_account(session, box, anna.id, outgoing=pinned(SMTP))
    second = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=first.outgoing)
    session.commit()
    return first, second


def outgoing_pin(account: Account) -> str | None:
    """Return what the account accepts of its outgoing server."""
    return pin_of(account, account.outgoing)


def test_what_was_accepted_is_written_down_with_who_and_when_and_what_was_seen(
    session: Session, box: SecretBox, anna: User
) -> None:
    consent = Consent(pins={"smtp.uspeh.test:465": NEW}, certificates=(FACTS,))

    account = account_of(session, box, anna, findings=Findings((IMAP,), (pinned(SMTP, NEW),)), consent=consent)

    (accepted,) = account.accepted
    assert (accepted.place, accepted.sha256, accepted.facts) == ("smtp.uspeh.test:465", NEW, FACTS)
    assert (accepted.accepted_by, accepted.accepted_at) == (anna, account.proved_at)
    assert consent_of(account) == replace(consent, hosts=frozenset({"imap.uspeh.test", "smtp.uspeh.test"}))
    assert [server.pinned_sha256 for server in findings_of_account(account).outgoing] == [NEW]


def test_another_account_of_the_same_server_is_verified_as_if_nobody_had_accepted_anything(
    two: tuple[Account, Account],
) -> None:
    first, second = two

    assert first.outgoing is second.outgoing
    assert (outgoing_pin(first), outgoing_pin(second)) == (OLD, None)
    assert consent_of(second).pins == {}
    assert findings_of_account(second).outgoing[0].pinned_sha256 is None


@pytest.mark.parametrize("accepts", [None, NEW], ids=["verified", "another certificate"])
def test_a_new_account_of_the_same_server_changes_nothing_for_the_one_that_has_it(
    session: Session, box: SecretBox, anna: User, accepts: str | None
) -> None:
    first = lay_account(session, box, anna.id, outgoing=pinned(SMTP))
    session.commit()
    found = Findings((IMAP,), (replace(SMTP, pinned_sha256=accepts),))

    second = account_of(session, box, anna, replace(DETAILS, address="info@uspeh.test"), findings=found)

    assert second.outgoing is first.outgoing
    assert (outgoing_pin(first), outgoing_pin(second)) == (OLD, accepts)


def test_a_server_changed_in_its_dialog_is_accepted_for_the_account_that_proved_it_alone(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    consent = Consent(pins={"smtp.uspeh.test:465": NEW}, certificates=(FACTS,))
    run = change_of(
        session,
        box,
        anna,
        second,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=first.outgoing,
        entered=replace(entered_of(second), for_receiving=False),
        findings=Findings(outgoing=(pinned(SMTP, NEW),)),
        typed=TYPED,
        consent=consent,
    )

    saved(session, box, run)

    assert (outgoing_pin(first), outgoing_pin(second)) == (OLD, NEW)
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert ("outgoing_certificate", NEW) in line.details


def test_a_server_moved_in_its_dialog_is_accepted_by_nobody_where_it_is_now(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    elsewhere = moved(SMTP, "smtp.elsewhere.test")
    run = change_of(
        session,
        box,
        anna,
        second,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=first.outgoing,
        entered=replace(entered_of(second), for_receiving=False),
        findings=Findings(outgoing=(elsewhere,)),
        typed=TYPED,
    )

    saved(session, box, run)

    assert session.scalars(select(AcceptedCertificate)).all() == []
    assert (outgoing_pin(first), outgoing_pin(second)) == (None, None)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Findings((pinned(IMAP, NEW),), (SMTP,)), {"imap.uspeh.test:993": NEW}),
        (Findings((IMAP,), (SMTP,)), {}),
        (Findings((moved(IMAP),), (SMTP,)), {}),
        (Findings((moved(pinned(IMAP, NEW)),), (SMTP,)), {"imap.elsewhere.test:993": NEW}),
    ],
    ids=["another one", "it verifies by now", "elsewhere", "elsewhere and accepted there"],
)
def test_a_proof_takes_the_place_of_what_was_accepted_before(
    session: Session, box: SecretBox, anna: User, found: Findings, expected: dict[str, str]
) -> None:
    account = lay_account(session, box, anna.id, incoming=pinned(IMAP))
    session.commit()

    saved(session, box, change_of(session, box, anna, account, findings=found, typed=TYPED))

    session.expire_all()
    assert {one.place: one.sha256 for one in account.accepted} == expected
    assert consent_of(account).pins == expected


def test_a_proof_of_the_same_certificate_leaves_who_accepted_it_and_when(
    session: Session, box: SecretBox, anna: User
) -> None:
    root, other = administrator(session), administrator(session, "other")
    account = account_of(session, box, root, replace(DETAILS, for_everyone=True), Findings((pinned(IMAP),), (SMTP,)))
    accepted = accepted_at(account, account.incoming)
    assert accepted is not None
    when = accepted.accepted_at

    saved(session, box, change_of(session, box, other, account))

    assert (accepted.accepted_by, accepted.accepted_at) == (root, when)


def test_an_account_handed_over_takes_along_what_it_accepts_and_the_word_is_of_who_handed_it_over(
    session: Session, box: SecretBox, anna: User
) -> None:
    root, boris = administrator(session), person(session, "boris")
    account = lay_account(session, box, anna.id, incoming=pinned(IMAP), outgoing=pinned(SMTP))
    left = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=account.outgoing)
    his = lay_account(session, box, boris.id, address="boris@uspeh.test")
    session.commit()
    details = replace(details_of(account, "ru"), owner_id=boris.id)

    saved(session, box, change_of(session, box, root, account, details=details, typed=TYPED))

    assert account.owner_id == boris.id
    assert {one.sha256 for one in account.accepted} == {OLD}
    assert {one.accepted_by for one in account.accepted} == {root}
    assert account.outgoing is his.outgoing, "the same server of the new owner"
    assert (outgoing_pin(his), outgoing_pin(left)) == (None, None)


def test_what_one_account_accepts_teaches_the_next_of_the_domain_nothing(
    session: Session, box: SecretBox, anna: User
) -> None:
    lay_account(session, box, None, anna.id, incoming=pinned(IMAP))
    session.commit()

    (known,) = known_accounts(session, "uspeh.test")

    assert not known.trusted
    assert known.incoming == IMAP.settings


def test_what_an_account_accepted_goes_with_it(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, incoming=pinned(IMAP), outgoing=pinned(SMTP))
    session.commit()

    delete_account(session, account, anna)

    assert session.scalars(select(AcceptedCertificate)).all() == []


def test_trust_is_withdrawn_at_once_for_one_server_and_stands_in_the_journal(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, incoming=pinned(IMAP), outgoing=pinned(SMTP))
    session.commit()
    version = account.version

    withdraw_certificate(session, anna, account, Direction.INCOMING, version)
    session.commit()

    assert consent_of(account).pins == {"smtp.uspeh.test:465": OLD}
    assert account.version == version + 1
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert (line.action, line.details) == (Action.ACCOUNT_CHANGED, (("incoming_certificate", ""),))


def test_where_nothing_is_accepted_nothing_is_withdrawn(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id)
    session.commit()

    withdraw_certificate(session, anna, account, Direction.OUTGOING, account.version)

    assert account.version == 1
    assert session.scalars(select(JournalEntry)).all() == []


def test_only_who_may_change_an_account_withdraws_and_nobody_unseen(
    session: Session, box: SecretBox, anna: User
) -> None:
    root, account = administrator(session), lay_account(session, box, None, anna.id, incoming=pinned(IMAP))
    session.commit()

    with pytest.raises(NotAllowed):
        withdraw_certificate(session, anna, account, Direction.INCOMING, account.version)
    with pytest.raises(AccountChanged):
        withdraw_certificate(session, root, account, Direction.INCOMING, account.version - 1)
    assert pin_of(account, account.incoming) == OLD


def test_an_account_that_waits_for_its_password_is_changed_by_nobody(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, incoming=pinned(IMAP))
    freeze_accounts_of(session, anna, None)
    session.commit()

    with pytest.raises(AccountWaits):
        withdraw_certificate(session, anna, account, Direction.INCOMING, account.version)


@pytest.mark.parametrize("aim", [DraftAim.ACCOUNT, DraftAim.OUTGOING_SERVER])
def test_a_change_begun_before_does_not_bring_back_what_was_withdrawn(
    session: Session, box: SecretBox, anna: User, aim: DraftAim
) -> None:
    account = lay_account(session, box, anna.id, outgoing=pinned(SMTP))
    session.commit()
    dialog = aim is DraftAim.OUTGOING_SERVER
    run = change_of(
        session,
        box,
        anna,
        account,
        aim=aim,
        outgoing=account.outgoing if dialog else None,
        entered=replace(entered_of(account), for_receiving=False) if dialog else None,
        findings=Findings(outgoing=(pinned(SMTP),)) if dialog else None,
        typed=TYPED,
    )
    withdraw_certificate(session, anna, account, Direction.OUTGOING, account.version)
    session.commit()

    with pytest.raises((AccountChanged, OutgoingServerChanged)):
        saved(session, box, run)
    session.rollback()

    assert outgoing_pin(account) is None


def test_a_draft_of_the_account_itself_begins_with_what_it_accepts(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    for account in two:
        begin_change(session, anna, None, account, details_of(account, "ru"), box=box)

    assert (consent_of(first).pins, consent_of(second).pins) == ({"smtp.uspeh.test:465": OLD}, {})
    assert consent_of(second, first.outgoing).pins == {}
