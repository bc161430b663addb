"""A proved change becomes the account's settings; one that was not proved or comes too late changes no byte."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import NEW_SECRET, TYPED, administrator, browser_of, change_of, moved, rows_of, saved
from tests.storage.makers import CREDENTIALS, DETAILS, FINDINGS, IMAP, SECRET, SMTP, lay_account, person, plain
from webapp.detection.types import Consent, Entered, Findings, Outcome, OutcomeKind
from webapp.mail.settings import Credentials, Direction
from webapp.storage.accounts import AccountExists, system_account
from webapp.storage.applying import apply_saved_run
from webapp.storage.base import utc_now
from webapp.storage.changing import Profile, change_profile
from webapp.storage.credentials import has_session_secret, resolve
from webapp.storage.keeping_out import freeze_accounts_of, lock_accounts_of
from webapp.storage.models import Account, AccountKind, AccountState, Action, JournalEntry, OutgoingServer, Run, User
from webapp.storage.models.servers import ServerColumns
from webapp.storage.objections import AccountChanged, NotAllowed
from webapp.storage.secrets import SecretBox, place_of
from webapp.storage.using import details_of

HOST_CHANGED = Findings((moved(IMAP),), (SMTP,))


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    return account


def opened(box: SecretBox, server: ServerColumns | None) -> str | None:
    assert server is not None
    return box.decrypt(server.secret, place_of(server.settings())) if server.secret is not None else None


def last_line(session: Session) -> JournalEntry:
    return session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()


def test_a_proved_change_of_the_server_takes_the_place_of_the_old_one(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    incoming_id = account.incoming_id

    saved(session, box, change_of(session, box, anna, account, findings=HOST_CHANGED, typed=TYPED))

    assert account.incoming is not None
    assert (account.incoming_id, account.incoming.host) == (incoming_id, "imap.elsewhere.test")
    assert [opened(box, account.incoming), opened(box, account.outgoing)] == [NEW_SECRET, NEW_SECRET]
    assert account.version == 2
    assert last_line(session).action is Action.ACCOUNT_CHANGED
    assert [name for name, _words in last_line(session).details] == ["incoming"]


def test_until_the_proof_and_after_a_failed_one_no_byte_is_different(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    before = rows_of(session)
    run = change_of(session, box, anna, account, findings=HOST_CHANGED, typed=TYPED)
    assert rows_of(session) == before

    run.outcome = Outcome(OutcomeKind.LOGIN_REFUSED, Findings())
    with pytest.raises(ValueError, match="every used direction"):
        apply_saved_run(session, run, TYPED, box, utc_now())
    session.commit()

    assert rows_of(session) == before


def test_who_was_slower_is_told_who_was_quicker_and_changes_no_byte(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    run = change_of(session, box, anna, account, findings=HOST_CHANGED, typed=TYPED)
    change_profile(session, anna, account, Profile("Работа", "Анна П."), 1)
    session.commit()
    before = rows_of(session)

    with pytest.raises(AccountChanged) as objection:
        saved(session, box, run)
    session.commit()

    assert (objection.value.account, objection.value.by) == (account, anna.display_name)
    assert objection.value.at is not None
    assert rows_of(session) == before


def test_a_change_never_counts_as_saved_before_it_is(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    run = change_of(session, box, anna, account, findings=HOST_CHANGED, typed=TYPED)
    assert (run.draft.saved, run.draft.account_id, run.account_id) == (False, account.id, account.id)

    saved(session, box, run)

    assert run.draft.saved
    assert run.draft.secret is None
    assert account.proved_run is run


def test_the_same_servers_with_another_password_replace_the_password(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    account.login_refused = True
    session.commit()

    saved(session, box, change_of(session, box, anna, account, typed=TYPED))

    assert opened(box, account.incoming) == NEW_SECRET
    assert account.state is AccountState.WORKS
    assert last_line(session).action is Action.PASSWORD_REPLACED


def test_a_change_without_a_typed_password_keeps_the_stored_one(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    details = replace(details_of(account, "ru"), sender_name="Анна Новая")

    saved(session, box, change_of(session, box, anna, account, details=details))

    assert opened(box, account.incoming) == SECRET
    assert account.sender_name == "Анна Новая"


def test_an_address_changes_only_to_one_the_owner_does_not_have(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    lay_account(session, box, anna.id, address="second@uspeh.test")
    session.commit()
    before = rows_of(session)
    details = replace(details_of(account, "ru"), address="Second@uspeh.test")
    entered = Entered("Second@uspeh.test")

    with pytest.raises(AccountExists):
        saved(session, box, change_of(session, box, anna, account, details=details, entered=entered, typed=TYPED))
    session.rollback()
    assert rows_of(session) == before

    details, entered = replace(details, address="third@elsewhere.test"), Entered("third@elsewhere.test")
    saved(session, box, change_of(session, box, anna, account, details=details, entered=entered, typed=TYPED))
    assert (account.address, account.domain) == ("third@elsewhere.test", "elsewhere.test")


def test_a_use_that_is_turned_off_keeps_its_proved_server(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    entered = Entered(account.address, for_sending=False)

    saved(session, box, change_of(session, box, anna, account, entered=entered))

    assert not account.for_sending
    assert opened(box, account.outgoing) == SECRET


def test_a_password_that_is_no_longer_to_be_remembered_is_kept_by_the_browser_session_only(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    browser, other = browser_of(session, anna), browser_of(session, anna)
    details = replace(details_of(account, "ru"), remember_password=False, automatic=True)

    saved(session, box, change_of(session, box, anna, account, details=details, typed=TYPED, browser=browser))

    assert [opened(box, account.incoming), opened(box, account.outgoing)] == [None, None]
    assert account.state is AccountState.NEEDS_PASSWORD
    assert not account.automatic
    assert [has_session_secret(session, which, account) for which in (browser, other)] == [True, False]
    again = change_of(session, box, anna, account, browser=browser)
    assert resolve(session, box, again) == TYPED
    assert NEW_SECRET not in str(rows_of(session))


def test_remembering_again_takes_the_password_from_the_browser_session_away(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    browser, details = browser_of(session, anna), details_of(account, "ru")
    forgetful = replace(details, remember_password=False)
    saved(session, box, change_of(session, box, anna, account, details=forgetful, typed=TYPED, browser=browser))

    saved(session, box, change_of(session, box, anna, account, details=details, typed=TYPED, browser=browser))

    assert not has_session_secret(session, browser, account)
    assert opened(box, account.incoming) == NEW_SECRET


def test_a_plain_login_keeps_the_consent_of_whoever_gave_it(session: Session, box: SecretBox, anna: User) -> None:
    root = administrator(session)
    account = lay_account(session, box, None, root.id, incoming=plain(IMAP), plain_consented_by_id=root.id)
    other = administrator(session, "other")
    session.commit()

    saved(session, box, change_of(session, box, other, account))
    assert [one.agreed_by for one in account.plain_consents] == [root]

    consent = Consent(plain_hosts=frozenset({"imap.elsewhere.test:993"}))
    elsewhere = Findings((moved(plain(IMAP)),), (SMTP,))
    run = change_of(session, box, other, account, findings=elsewhere, typed=TYPED, consent=consent)
    saved(session, box, run)
    assert {one.place: one.agreed_by for one in account.plain_consents} == {"imap.elsewhere.test:993": other}


def test_only_who_may_change_an_account_saves_it(session: Session, box: SecretBox, anna: User) -> None:
    root = administrator(session)
    shared = lay_account(session, box, None, root.id)
    boris = person(session, "boris")
    his = lay_account(session, box, boris.id)
    session.commit()

    for account in (shared, his):
        with pytest.raises(NotAllowed):
            change_of(session, box, anna, account)
    with pytest.raises(NotAllowed):
        change_of(session, box, root, his)

    run = change_of(session, box, root, shared)
    root.is_admin = False
    session.commit()
    with pytest.raises(NotAllowed):
        saved(session, box, run)


def test_a_disabled_person_saves_nothing(session: Session, box: SecretBox, anna: User, account: Account) -> None:
    run = change_of(session, box, anna, account, typed=TYPED)
    anna.disabled = True
    session.commit()

    with pytest.raises(NotAllowed):
        saved(session, box, run)


@pytest.mark.parametrize("kept_out", [freeze_accounts_of, lock_accounts_of])
def test_typing_and_proving_the_password_lets_an_account_in_again(
    session: Session, box: SecretBox, anna: User, account: Account, kept_out: object
) -> None:
    early = change_of(session, box, anna, account, typed=TYPED)
    kept_out(session, anna, None)  # type: ignore[operator]
    session.commit()
    assert account.state in (AccountState.FROZEN, AccountState.LOCKED)
    with pytest.raises(AccountChanged):
        apply_saved_run(session, proved(early), TYPED, box, utc_now())
    session.rollback()

    unproved = change_of(session, box, anna, account)
    assert resolve(session, box, unproved) is Direction.INCOMING, "the stored password is not used"
    again = change_of(session, box, anna, account, typed=TYPED)
    saved(session, box, again)

    assert account.state is AccountState.WORKS


def proved(run: Run) -> Run:
    run.outcome = Outcome(OutcomeKind.SAVED, run.findings or Findings())
    return run


def test_the_system_account_is_set_up_by_administrators_and_always_remembers(session: Session, box: SecretBox) -> None:
    root, anna = administrator(session), person(session, "anna")
    system = system_account(session)
    details = replace(
        DETAILS, address="robot@uspeh.test", remember_password=False, automatic=False, for_receiving=False
    )
    entered, findings = Entered("robot@uspeh.test", for_receiving=False), Findings(outgoing=(SMTP,))
    with pytest.raises(NotAllowed):
        change_of(session, box, anna, system, details=details, entered=entered, findings=findings)

    run = change_of(
        session, box, root, system, details=details, entered=entered, findings=findings, typed=TYPED, consent=Consent()
    )
    saved(session, box, run)

    assert (system.owner_id, system.is_system, system.state) == (None, True, AccountState.WORKS)
    assert (system.automatic, system.remember_password, system.title) == (True, True, "")
    assert (system.for_sending, system.for_receiving, system.address) == (True, False, "robot@uspeh.test")
    assert opened(box, system.outgoing) == NEW_SECRET


def test_a_newsgroup_account_is_once_only_for_a_server_and_login_not_for_an_address(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    settings = replace(IMAP.settings, host="news.uspeh.test", port=563)
    news = replace(IMAP, settings=settings)
    first = lay_account(session, box, anna.id, address=account.address, news=True, incoming=news)
    second = lay_account(session, box, anna.id, address=account.address, news=True, incoming=moved(news))
    session.commit()
    before = rows_of(session)

    with pytest.raises(AccountExists) as refusal:
        saved(session, box, change_of(session, box, anna, second, findings=Findings((news,)), typed=TYPED))
    session.rollback()

    assert refusal.value.account is first
    assert first.kind is AccountKind.NEWS
    assert rows_of(session) == before


def test_no_journal_line_holds_a_password(session: Session, box: SecretBox, anna: User, account: Account) -> None:
    saved(session, box, change_of(session, box, anna, account, findings=HOST_CHANGED, typed=TYPED))
    saved(session, box, change_of(session, box, anna, account, findings=FINDINGS, typed=CREDENTIALS))

    lines = str(rows_of(session, "journal"))

    assert "imap.elsewhere.test" in lines
    assert NEW_SECRET not in lines
    assert SECRET not in lines


def test_each_server_may_have_a_password_of_its_own(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    run = change_of(session, box, anna, account, findings=HOST_CHANGED, typed=Credentials("in", "out"))

    saved(session, box, run)

    assert [opened(box, account.incoming), opened(box, account.outgoing)] == ["in", "out"]
    assert session.scalars(select(OutgoingServer)).all() == [account.outgoing]
