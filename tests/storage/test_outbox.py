"""Drafts and the outbox as rows: changed by one page at a time, queued once, taken back while nobody has the letter."""

import email
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.storage.makers import account_of, lay_account, person
from tests.storage.rows import NOON
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage import blobs, deciding, dispatch, doubts, outbox, sent_copies, writing
from webapp.storage.accounts import delete_account, system_account
from webapp.storage.models import (
    Account,
    Folder,
    FolderRole,
    Letter,
    Notice,
    NoticeKind,
    OutgoingFile,
    OutgoingLetter,
    OutgoingRecipient,
    OutgoingState,
    Traffic,
    User,
)
from webapp.storage.objections import NotAllowed
from webapp.storage.secrets import SecretBox
from webapp.storage.sent_copies import note_sent
from webapp.storage.unsent import keep_unsent
from webapp.storage.writing import Content, DraftChanged, FileLimit, FileRefused

MINUTE = timedelta(minutes=1)
REFUSAL = Problem(ProblemKind.RECIPIENT_REFUSED, "smtp.uspeh.test", 465, "550 5.1.1 unknown")


@pytest.fixture
def anna(session: Session) -> User:
    return person(session)


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    return account_of(session, box, anna)


def draft(session: Session, user: User, account: Account, to: str = "boris@uspeh.test", **more: str) -> OutgoingLetter:
    letter = writing.start(session, user, Content(account.id, to, **more), now=NOON)
    session.commit()
    return letter


def queued(session: Session, user: User, account: Account, **more: str) -> OutgoingLetter:
    letter = draft(session, user, account, **more)
    assert outbox.queue(session, letter, UTC, NOON)
    session.commit()
    return letter


def due_at(session: Session, account: Account) -> datetime | None:
    session.expire_all()
    return session.get_one(Traffic, (account.id, Direction.OUTGOING)).due_at


def test_senders_are_those_one_may_send_with_the_default_one_first(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    other = lay_account(session, box, anna.id, address="a@uspeh.test", title="A")
    shared = lay_account(session, box, None, anna.id, address="office@uspeh.test")
    frozen = lay_account(session, box, anna.id, address="frozen@uspeh.test")
    reading = lay_account(session, box, anna.id, address="reading@uspeh.test", outgoing=None)
    system = lay_account(session, box, None, anna.id, address="robot@uspeh.test", system=True)
    frozen.frozen, anna.default_account_id = True, account.id
    boris = person(session, "boris")

    mine = writing.senders(session, anna)
    assert mine == [account, other, shared]
    assert reading not in mine
    assert writing.senders(session, boris) == [shared]
    system.people_may_send = True
    assert writing.senders(session, boris) == [shared, system]


def test_a_draft_changes_by_one_page_at_a_time(session: Session, anna: User, account: Account) -> None:
    letter = draft(session, anna, account)

    writing.change(session, letter, 1, Content(account.id, subject="one", page="first"))
    writing.change(session, letter, 1, Content(account.id, subject="two", page="first"))  # its answer was on the way
    with pytest.raises(DraftChanged) as raised:
        writing.change(session, letter, 1, Content(account.id, subject="three", page="second"))

    assert raised.value.letter.subject == "two"
    writing.change(session, letter, 3, Content(account.id, subject="three", page="second"))
    assert (letter.subject, letter.version) == ("three", 4)


def test_only_its_author_finds_a_letter(session: Session, anna: User, account: Account) -> None:
    letter = draft(session, anna, account)
    boris = person(session, "boris", is_admin=True)

    assert writing.find_mine(session, anna, letter.id) is letter
    assert writing.find_mine(session, boris, letter.id) is None
    assert [list(writing.drafts_of(session, user)) for user in (anna, boris)] == [[letter], []]


@pytest.mark.parametrize(
    ("sizes", "limit"),
    [
        ((writing.LARGEST_FILE + 1,), FileLimit.FILE),
        ((20 * 2**20, 20 * 2**20), FileLimit.FILES),
        ((0,), FileLimit.EMPTY),
    ],
)
def test_files_have_limits(
    session: Session, anna: User, account: Account, sizes: tuple[int, ...], limit: FileLimit
) -> None:
    letter = draft(session, anna, account)
    *before, last = sizes
    for number, size in enumerate(before):
        writing.attach(session, letter, f"{number}.bin", "application/octet-stream", bytes(size))

    with pytest.raises(FileRefused) as raised:
        writing.attach(session, letter, "last.bin", "application/octet-stream", bytes(last))

    assert (raised.value.limit, raised.value.name) == (limit, "last.bin")
    assert len(letter.files) == len(before)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Счёт № 7.pdf", "Счёт № 7.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Documents\scan.png", "scan.png"),
        ("a\r\nb.txt", "a b.txt"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
    ],
)
def test_a_file_has_a_name_that_is_no_path_and_no_trick(
    session: Session, anna: User, account: Account, name: str, kept: str
) -> None:
    letter = draft(session, anna, account)

    assert writing.attach(session, letter, name, "application/pdf", b"x").name == kept


def test_a_letter_is_queued_once(session: Session, anna: User, account: Account) -> None:
    letter = draft(
        session, anna, account, subject="Счёт", cc="Vera <vera@uspeh.test>, boris@uspeh.test", bcc="x@uspeh.test"
    )
    writing.attach(session, letter, "a.txt", "text/plain", b"text")

    assert outbox.queue(session, letter, UTC, NOON)
    assert not outbox.queue(session, letter, UTC, NOON)
    session.commit()

    assert [one.address for one in letter.recipients] == ["boris@uspeh.test", "vera@uspeh.test", "x@uspeh.test"]
    raw = blobs.read(session, letter.sha256 or "")
    message = email.message_from_bytes(raw)
    assert (message["Message-ID"], message["To"]) == (letter.message_id, "boris@uspeh.test")
    assert "boris" not in message["Cc"]
    assert b"x@uspeh.test" not in raw
    assert due_at(session, account) == NOON


def test_two_presses_at_once_queue_once(engine: Engine, session: Session, anna: User, account: Account) -> None:
    letter = draft(session, anna, account)

    with Session(engine) as other:
        same = other.get_one(OutgoingLetter, letter.id)
        assert same.version == letter.version
        assert outbox.queue(session, letter, UTC, NOON)
        session.commit()
        assert not outbox.queue(other, same, UTC, NOON)
        other.commit()

    assert len(session.scalars(select(OutgoingRecipient)).all()) == 1


@pytest.mark.parametrize("to", ["", "boris@", "a@x.test, ,b@", ",".join(f"p{n}@x.test" for n in range(101))])
def test_what_cannot_be_sent_stays_a_draft(session: Session, anna: User, account: Account, to: str) -> None:
    letter = draft(session, anna, account, to)

    with pytest.raises(outbox.NotReady):
        outbox.queue(session, letter, UTC, NOON)

    assert letter.state is OutgoingState.DRAFT


def test_who_may_not_send_with_an_account_queues_nothing(session: Session, anna: User, account: Account) -> None:
    boris = person(session, "boris")
    letter = draft(session, boris, account)

    with pytest.raises(NotAllowed):
        outbox.queue(session, letter, UTC, NOON)


def test_a_letter_is_taken_back_only_while_nobody_has_it(session: Session, anna: User, account: Account) -> None:
    letter = queued(session, anna, account, subject="Счёт")
    assert deciding.to_draft(session, letter, NOON)
    session.commit()
    assert (letter.state, letter.recipients, letter.sha256) == (OutgoingState.DRAFT, [], None)
    assert dispatch.next_waiting(session, account.id, NOON, ()) is None

    letter = queued(session, anna, account)
    parcel = dispatch.next_waiting(session, account.id, NOON, ())
    assert parcel is not None
    assert dispatch.take(session, parcel, NOON)
    assert not deciding.to_draft(session, letter, NOON)


@pytest.mark.parametrize("leased", [True, False])
def test_what_nobody_sends_any_more_is_judged(session: Session, anna: User, account: Account, leased: bool) -> None:
    handed_over, begun = queued(session, anna, account), queued(session, anna, account)
    handed_over.state = begun.state = OutgoingState.SENDING
    handed_over.handed_over_at = NOON
    row = session.get_one(Traffic, (account.id, Direction.OUTGOING))
    row.leased_until = NOON + MINUTE if leased else NOON - MINUTE
    session.commit()

    assert doubts.settle_abandoned(session, NOON) == (0 if leased else 2)
    session.expire_all()

    judged = (OutgoingState.SENDING,) * 2 if leased else (OutgoingState.IN_DOUBT, OutgoingState.QUEUED)
    assert (handed_over.state, begun.state) == judged
    told = session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER_IN_DOUBT)).all()
    assert [dict(one.details)["letter"] for one in told] == ([] if leased else [handed_over.id])


def test_a_letter_changed_after_a_worker_saw_it_is_not_sent_as_it_was(
    session: Session, anna: User, account: Account
) -> None:
    letter = queued(session, anna, account)
    parcel = dispatch.next_waiting(session, account.id, NOON, ())
    assert parcel is not None
    deciding.to_draft(session, letter, NOON)
    writing.change(session, letter, letter.version, Content(account.id, "vera@uspeh.test", subject="new"))
    assert outbox.queue(session, letter, UTC, NOON)

    assert not dispatch.take(session, parcel, NOON)


def test_letters_wait_for_their_turn_and_those_that_failed_come_last(
    session: Session, anna: User, account: Account
) -> None:
    first, second, third = (queued(session, anna, account, subject=str(number)) for number in range(3))
    second.queued_at, third.queued_at = NOON + MINUTE, NOON + 2 * MINUTE
    session.commit()
    now = NOON + 5 * MINUTE

    dispatch.put_back(session, first.id, REFUSAL, now)
    dispatch.put_back(session, second.id, REFUSAL, now + MINUTE)

    turns: list[str] = []
    while (parcel := dispatch.next_waiting(session, account.id, now, turns)) is not None:
        turns.append(parcel.letter_id)
    assert turns == [third.id, first.id]
    assert dispatch.next_due(session, account.id) == now


def test_refused_recipients_are_told_to_the_author(session: Session, anna: User, account: Account) -> None:
    letter = queued(session, anna, account, to="boris@uspeh.test, nobody@uspeh.test")
    parcel = dispatch.next_waiting(session, account.id, NOON, ())
    assert parcel is not None
    dispatch.take(session, parcel, NOON)

    dispatch.answer_for(session, parcel, {"nobody@uspeh.test": REFUSAL}, (), NOON)

    assert letter.state is OutgoingState.SENT
    notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.LETTER_REFUSED)).one()
    assert "nobody@uspeh.test" in notice.subject


def test_a_letter_of_the_program_is_queued_as_its_own_and_kept_nowhere(
    session: Session, box: SecretBox, anna: User
) -> None:
    lay_account(session, box, None, anna.id, address="robot@uspeh.test", system=True)

    letter = outbox.post(session, system_account(session), "boss@uspeh.test", "Сбой", "Текст", UTC, NOON)

    assert (letter.state, letter.author_id) == (OutgoingState.QUEUED, None)
    raw = blobs.read(session, letter.sha256 or "")
    assert b"Auto-Submitted: auto-generated" in raw
    letter.state, letter.sent_at = OutgoingState.SENT, NOON
    note_sent(session, letter)
    assert letter.kept_in_sent
    assert session.scalars(select(Letter)).all() == []


def test_what_was_sent_without_a_mailbox_is_kept_in_a_folder_of_ours_once(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, incoming=None)
    letter = queued(session, anna, account, subject="Счёт", body="Привет\nтекст")
    letter.sent_at = NOON

    note_sent(session, letter)
    letter.kept_in_sent = False
    note_sent(session, letter)

    kept = session.scalars(select(Letter)).one()
    folder = session.scalars(select(Folder)).one()
    assert (folder.role, folder.on_server) == (FolderRole.SENT, False)
    assert (kept.folder_id, kept.subject, kept.seen, kept.sha256) == (folder.id, "Счёт", True, letter.sha256)
    assert letter.kept_in_sent


def test_a_provider_that_keeps_copies_itself_has_them_received_from_there(
    session: Session, anna: User, account: Account
) -> None:
    letter = queued(session, anna, account)
    assert account.outgoing is not None
    account.outgoing.host, letter.sent_at = "smtp.gmail.com", NOON
    session.get_one(Traffic, (account.id, Direction.INCOMING)).due_at = None

    note_sent(session, letter)
    session.commit()

    assert letter.kept_in_sent
    assert session.scalars(select(Letter)).all() == []
    assert session.get_one(Traffic, (account.id, Direction.INCOMING)).due_at == NOON


def test_answers_nobody_typed_in_are_forgotten_after_a_day(session: Session, anna: User, account: Account) -> None:
    draft(session, anna, account)
    typed, saved = draft(session, anna, account), draft(session, anna, account, page="somebody's")
    writing.change(session, typed, 1, Content(account.id, subject="typed"), now=NOON)
    session.commit()

    assert writing.forget_untouched(session, NOON + timedelta(hours=25)) == 1
    session.commit()

    assert set(writing.drafts_of(session, anna)) == {typed, saved}


def test_the_copy_of_a_letter_only_some_have_got_is_still_made_when_the_others_are_given_up(
    session: Session, anna: User, account: Account
) -> None:
    letter = queued(session, anna, account)
    letter.sent_at = NOON
    session.flush()

    dispatch.refuse(session, letter.id, REFUSAL, NOON + MINUTE)

    assert letter.state is OutgoingState.SENT
    assert [copy.letter_id for copy in sent_copies.due(session, account.id, NOON + MINUTE)] == [letter.id]


def test_what_was_sent_long_ago_and_stands_in_its_folder_is_forgotten(
    session: Session, anna: User, account: Account
) -> None:
    letters = [queued(session, anna, account) for _ in range(4)]
    kept, copyless, refused, waits = letters
    writing.attach(session, kept, "a.txt", "text/plain", b"a")
    for letter in (kept, copyless):
        letter.state, letter.sent_at, letter.kept_in_sent = OutgoingState.SENT, NOON, letter is kept
    refused.state = OutgoingState.REFUSED
    session.flush()

    assert outbox.forget_sent(session, NOON + outbox.KEPT_FOR) == 0
    assert outbox.forget_sent(session, NOON + outbox.KEPT_FOR + MINUTE) == 1
    session.commit()

    assert set(session.scalars(select(OutgoingLetter.id))) == {copyless.id, refused.id, waits.id}
    assert session.scalars(select(OutgoingFile)).all() == []


def test_what_nobody_has_got_outlives_its_account_as_drafts_of_another_one(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    other = lay_account(session, box, anna.id, address="anna@other.test")
    begun, waits, leaves = draft(session, anna, account), queued(session, anna, account), queued(session, anna, account)
    leaves.state = OutgoingState.SENDING
    session.flush()

    keep_unsent(session, account, NOON)
    delete_account(session, account, anna)
    session.commit()

    kept = {letter.id: letter for letter in session.scalars(select(OutgoingLetter))}
    assert kept.keys() == {begun.id, waits.id}
    assert {(one.state, one.account_id, one.to) for one in kept.values()} == {
        (OutgoingState.DRAFT, other.id, "boris@uspeh.test")
    }
    assert kept[waits.id].recipients == []


def test_what_was_written_goes_with_the_only_account_of_its_author(
    session: Session, anna: User, account: Account
) -> None:
    draft(session, anna, account)

    keep_unsent(session, account, NOON)
    delete_account(session, account, anna)

    assert list(writing.drafts_of(session, anna)) == []


def test_only_letters_at_their_end_are_dropped(session: Session, anna: User, account: Account) -> None:
    letter = queued(session, anna, account)

    assert not writing.drop(session, letter)
    letter.state = OutgoingState.REFUSED
    assert writing.drop(session, letter)
    session.commit()

    assert session.scalars(select(OutgoingRecipient)).all() == []


@pytest.mark.parametrize("handed_over", [True, False])
def test_an_answer_counts_only_for_the_handing_over_it_is_about(
    session: Session, anna: User, account: Account, handed_over: bool
) -> None:
    letter = queued(session, anna, account)
    parcel = dispatch.next_waiting(session, account.id, NOON, ())
    assert parcel is not None
    dispatch.take(session, parcel, NOON)
    assert dispatch.hand_over(session, parcel, NOON)
    assert not dispatch.hand_over(session, parcel, NOON), "once"
    doubts.settle(session, account.id, NOON)
    if not handed_over:
        deciding.send_again(session, letter, NOON)  # the person was quicker

    assert dispatch.is_mine(session, parcel, NOON) is handed_over


def test_pauses_grow_and_end() -> None:
    pauses = [dispatch.pause_after(tries) for tries in range(dispatch.MOST_TRIES)]

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (dispatch.FIRST_PAUSE, dispatch.LONGEST_PAUSE)
