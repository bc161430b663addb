"""Accounts: created only from proof, seen and changed by those who may, a teacher for their domain."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.makers import (
    CREDENTIALS,
    DETAILS,
    FINDINGS,
    IMAP,
    PROVED,
    SECRET,
    SMTP,
    account_of,
    draft_of,
    person,
    plain,
    run_of,
    without_login,
)
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind, Source
from webapp.mail.settings import Credentials
from webapp.storage.accounts import (
    AccountExists,
    NotAllowed,
    accounts_visible_to,
    delete_account,
    find_duplicate,
    get_visible,
    known_accounts,
    may_change,
    system_account,
)
from webapp.storage.applying import apply_saved_run
from webapp.storage.base import Base, utc_now
from webapp.storage.models import Account, IncomingServer, OutgoingServer, Run, RunPurpose
from webapp.storage.secrets import SecretBox, place_of

FOR_EVERYONE = replace(DETAILS, for_everyone=True)


def test_the_account_holds_what_was_typed_and_what_was_proved(session: Session, box: SecretBox) -> None:
    details = replace(DETAILS, load_since=date(2026, 10, 23), automatic=True)

    account = account_of(session, box, person(session), details)

    assert (account.address, account.title, account.load_since) == (
        DETAILS.address,
        DETAILS.address,
        details.load_since,
    )
    assert account.automatic
    assert account.incoming is not None
    assert account.outgoing is not None
    assert (account.incoming.settings(), account.outgoing.settings()) == (IMAP.settings, SMTP.settings)
    assert account.proved_run is not None
    assert account.proved_run.draft.account_id == account.id
    assert account.proved_run.draft.secret is None


def test_a_remembered_password_is_glued_to_each_server(session: Session, box: SecretBox) -> None:
    run = _proved_run(session, box)

    account = apply_saved_run(session, run, Credentials("in", "out"), box, utc_now())

    assert account.incoming is not None
    assert account.outgoing is not None
    assert box.decrypt(account.incoming.secret or "", place_of(IMAP.settings)) == "in"
    assert box.decrypt(account.outgoing.secret or "", place_of(SMTP.settings)) == "out"


def test_a_password_that_is_not_to_be_remembered_is_not(session: Session, box: SecretBox) -> None:
    account = account_of(session, box, person(session), replace(DETAILS, remember_password=False, automatic=True))

    assert [server.secret for server in session.scalars(select(OutgoingServer))] == [None]
    assert not account.automatic


def test_a_server_without_login_gets_no_password(session: Session, box: SecretBox) -> None:
    account = account_of(session, box, person(session), findings=Findings((IMAP,), (plain(without_login(SMTP)),)))

    assert account.outgoing is not None
    assert account.outgoing.secret is None


@pytest.mark.parametrize("findings", [Findings(), Findings(incoming=(IMAP,)), Findings(outgoing=(SMTP,))])
def test_nothing_unproved_is_saved(session: Session, box: SecretBox, findings: Findings) -> None:
    run = _proved_run(session, box)
    run.outcome = Outcome(OutcomeKind.SAVED, findings)

    with pytest.raises(ValueError, match="every used direction"):
        apply_saved_run(session, run, CREDENTIALS, box, utc_now())


def test_an_unused_direction_gets_no_server(session: Session, box: SecretBox) -> None:
    run = _proved_run(session, box, Entered(DETAILS.address, for_sending=False))

    account = apply_saved_run(session, run, CREDENTIALS, box, utc_now())

    assert account.outgoing is None
    assert not account.for_sending


def test_a_plain_login_needs_the_recorded_consent(session: Session, box: SecretBox) -> None:
    findings, anna = Findings((plain(IMAP),), (SMTP,)), person(session)
    with pytest.raises(ValueError, match="without consent"):
        account_of(session, box, anna, findings=findings)
    session.rollback()

    consent = Consent(plain_hosts=frozenset({"imap.uspeh.test:993"}))
    account = account_of(session, box, anna, replace(DETAILS, sender_name="А"), findings, consent)

    (agreed,) = account.plain_consents
    assert (agreed.place, agreed.password) == ("imap.uspeh.test:993", True)
    assert (agreed.agreed_by, agreed.agreed_at) == (anna, account.proved_at)


def test_a_pin_stays_with_its_server(session: Session, box: SecretBox) -> None:
    pinned = replace(IMAP, pinned_sha256="ab" * 32)

    account = account_of(session, box, person(session), findings=Findings((pinned,), (SMTP,)))

    assert account.incoming is not None
    assert account.incoming.pinned_sha256 == "ab" * 32


def test_an_owner_has_an_address_once_whatever_its_spelling(session: Session, box: SecretBox) -> None:
    anna, boris = person(session, "anna", is_admin=True), person(session, "boris")
    account = account_of(session, box, anna)

    with pytest.raises(AccountExists) as refusal:
        account_of(session, box, anna, replace(DETAILS, address="Anna@USPEH.test"))

    assert refusal.value.account is account
    session.rollback()
    account_of(session, box, boris)
    everyones = account_of(session, box, anna, FOR_EVERYONE)
    assert find_duplicate(session, "ANNA@uspeh.test", None) is everyones
    with pytest.raises(AccountExists):
        account_of(session, box, anna, FOR_EVERYONE)


def test_only_an_administrator_makes_an_account_for_everyone(session: Session, box: SecretBox) -> None:
    with pytest.raises(NotAllowed):
        account_of(session, box, person(session), FOR_EVERYONE)


def test_people_see_their_own_accounts_and_those_for_everyone(session: Session, box: SecretBox) -> None:
    anna, boris = person(session, "anna", is_admin=True), person(session, "boris")
    hers, his = account_of(session, box, anna), account_of(session, box, boris)
    everyones = account_of(session, box, anna, FOR_EVERYONE)

    assert accounts_visible_to(session, boris) == [system_account(session), everyones, his]
    assert get_visible(session, boris, hers.id) is None
    assert get_visible(session, anna, his.id) is None, "administrators neither"
    assert get_visible(session, boris, everyones.id) is everyones
    assert [may_change(boris, account) for account in (hers, his, everyones)] == [False, True, False]
    assert [may_change(anna, account) for account in (hers, his, everyones)] == [True, False, True]


def test_a_deleted_account_leaves_nothing_behind(session: Session, box: SecretBox) -> None:
    account = account_of(session, box, person(session))

    delete_account(session, account, account.owner)
    session.commit()

    assert session.scalars(select(Account)).all() == [system_account(session)]
    for table in ("incoming_servers", "outgoing_servers", "drafts", "runs"):
        assert session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) == 0, table


def test_an_account_teaches_its_domain(session: Session, box: SecretBox) -> None:
    account_of(session, box, person(session))

    (known,) = known_accounts(session, "uspeh.test")

    assert (known.address, known.incoming, known.outgoing, known.trusted) == (
        DETAILS.address,
        IMAP.settings,
        SMTP.settings,
        True,
    )
    assert known_accounts(session, "other.test") == ()


@pytest.mark.parametrize(
    ("findings", "for_everyone", "trusted"),
    [
        (FINDINGS, False, True),
        (Findings((replace(IMAP, trusted=False),), (SMTP,)), False, False),
        (Findings((replace(IMAP, trusted=False),), (SMTP,)), True, True),
        (Findings((replace(IMAP, source=Source.ENTERED),), (SMTP,)), False, False),
        (Findings((replace(IMAP, pinned_sha256="ab" * 32),), (SMTP,)), True, False),
    ],
    ids=["trusted source", "untrusted source", "for everyone", "typed by a person", "pinned certificate"],
)
def test_one_persons_word_is_not_the_next_ones_trust(
    session: Session, box: SecretBox, findings: Findings, for_everyone: bool, trusted: bool
) -> None:
    account_of(session, box, person(session, is_admin=True), replace(DETAILS, for_everyone=for_everyone), findings)

    assert [known.trusted for known in known_accounts(session, "uspeh.test")] == [trusted]


def test_no_row_shows_the_password(session: Session, box: SecretBox) -> None:
    account_of(session, box, person(session))

    rows = [
        session.execute(select(table)).all()
        for table in (Account.__table__, IncomingServer.__table__, OutgoingServer.__table__, Run.__table__)
    ]

    assert SECRET not in str(rows)


def _proved_run(session: Session, box: SecretBox, entered: Entered | None = None) -> Run:
    run = run_of(session, draft_of(session, box, person(session)), RunPurpose.SAVE, entered)
    run.outcome = replace(PROVED, kind=OutcomeKind.SAVED)
    return run
