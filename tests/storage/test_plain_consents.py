"""What somebody agreed to send without TLS is agreed to for one account, and for no other, whatever they share."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, change_of, saved
from tests.storage.makers import DETAILS, IMAP, SMTP, account_of, lay_account, person, plain, without_login
from webapp.detection.consent import missing_consent
from webapp.detection.types import Consent, Findings, ProvedServer
from webapp.mail.settings import Direction
from webapp.net.problems import ProblemKind
from webapp.storage.accesses import access_of
from webapp.storage.accounts import delete_account, known_accounts
from webapp.storage.base import utc_now
from webapp.storage.models import Account, DraftAim, JournalEntry, PlainConsent, User
from webapp.storage.secrets import SecretBox
from webapp.storage.using import consent_of, entered_of, proved_server

PLACE = "smtp.uspeh.test:465"
AGREED = Consent(plain_hosts=frozenset({PLACE}))
NOT_AGREED = (frozenset[str](), frozenset[str]())


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def two(session: Session, box: SecretBox, anna: User) -> tuple[Account, Account]:
    """Return two accounts of anna that send through one server without TLS, agreed to for the first."""
    first = lay_account(session, box, anna.id, outgoing=plain(SMTP), plain_consented_by_id=anna.id)
    second = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=first.outgoing)
    session.commit()
    return first, second


def agreed(account: Account) -> tuple[frozenset[str], frozenset[str]]:
    """Return where the account's password may go plainly, and where its letters alone."""
    consent = consent_of(account)
    return consent.plain_hosts, consent.plain_letters


def sends_plainly(session: Session, box: SecretBox, account: Account) -> bool:
    """Tell whether the background may log in to the outgoing server without TLS."""
    access = access_of(session, box, account, Direction.OUTGOING, utc_now())
    assert access is not None
    return access.plain_allowed


def dialog(session: Session, box: SecretBox, user: User, account: Account, server: ProvedServer) -> Account:
    """Change the account's outgoing server in its dialog."""
    run = change_of(
        session,
        box,
        user,
        account,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=account.outgoing,
        entered=replace(entered_of(account), for_receiving=False),
        findings=Findings(outgoing=(server,)),
        typed=TYPED,
        consent=AGREED,
    )
    return saved(session, box, run)


def test_another_account_of_the_same_server_has_agreed_to_nothing(
    session: Session, box: SecretBox, two: tuple[Account, Account]
) -> None:
    first, second = two

    assert first.outgoing is second.outgoing
    assert (agreed(first), agreed(second)) == ((frozenset({PLACE}), frozenset()), NOT_AGREED)
    assert second.outgoing is not None
    asked = missing_consent(proved_server(second, second.outgoing), consent_of(second))
    assert asked is ProblemKind.PLAIN_NOT_CONSENTED
    assert (sends_plainly(session, box, first), sends_plainly(session, box, second)) == (True, False)


def test_a_server_that_loses_its_tls_in_its_dialog_is_agreed_to_for_the_account_that_proved_it_alone(
    session: Session, box: SecretBox, anna: User
) -> None:
    first = lay_account(session, box, anna.id)
    second = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=first.outgoing)
    session.commit()

    dialog(session, box, anna, second, plain(SMTP))

    assert first.outgoing is second.outgoing
    assert (sends_plainly(session, box, first), sends_plainly(session, box, second)) == (False, True)
    line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert line is not None
    assert ("outgoing_unprotected", "password") in line.details


def test_who_agreed_once_is_asked_again_after_the_server_had_tls_in_between(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    dialog(session, box, anna, second, SMTP)

    dialog(session, box, anna, second, plain(SMTP))

    assert (agreed(first), agreed(second)) == (NOT_AGREED, (frozenset({PLACE}), frozenset()))


def test_who_agreed_to_letters_alone_is_asked_again_when_the_shared_server_wants_a_login(
    session: Session, box: SecretBox, anna: User
) -> None:
    relay = without_login(plain(SMTP))
    first = account_of(session, box, anna, findings=Findings((IMAP,), (relay,)), consent=AGREED)
    second = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=first.outgoing)
    session.commit()
    assert agreed(first) == (frozenset(), frozenset({PLACE}))

    dialog(session, box, anna, second, plain(SMTP))

    assert agreed(first) == (frozenset(), frozenset({PLACE}))
    assert not sends_plainly(session, box, first)
    assert sends_plainly(session, box, second)


def test_a_new_account_of_the_same_server_needs_and_gets_a_consent_of_its_own(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    found, details = Findings((IMAP,), (plain(SMTP),)), replace(DETAILS, address="new@uspeh.test")

    with pytest.raises(ValueError, match="without consent"):
        account_of(session, box, anna, details, found)
    session.rollback()
    third = account_of(session, box, anna, replace(details, sender_name="А"), found, AGREED)

    assert third.outgoing is two[0].outgoing
    assert agreed(third) == (frozenset({PLACE}), frozenset())
    assert agreed(two[1]) == NOT_AGREED


def test_an_account_handed_over_is_risked_by_the_word_of_who_handed_it_over(
    session: Session, box: SecretBox, anna: User
) -> None:
    root, boris = person(session, "root", is_admin=True), person(session, "boris")
    account = lay_account(session, box, anna.id, incoming=plain(IMAP), plain_consented_by_id=anna.id)
    session.commit()
    details = replace(DETAILS, owner_id=boris.id)

    saved(session, box, change_of(session, box, root, account, details=details, typed=TYPED))

    assert {one.place: one.agreed_by for one in account.plain_consents} == {"imap.uspeh.test:993": root}


def test_a_server_without_tls_teaches_the_next_of_the_domain_nothing(
    session: Session, box: SecretBox, anna: User
) -> None:
    lay_account(session, box, None, anna.id, outgoing=plain(SMTP), plain_consented_by_id=anna.id)
    session.commit()

    (known,) = known_accounts(session, "uspeh.test")

    assert not known.trusted


def test_what_was_agreed_to_for_an_account_goes_with_it(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    delete_account(session, two[0], anna)

    assert session.scalars(select(PlainConsent)).all() == []
