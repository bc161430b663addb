"""Letters of the outbox through real servers: Postfix takes them, Dovecot gets the copy, the recipient reads them."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.background.sending.outgoing import Desk, proved, states
from tests.lab.lab import Lab
from tests.mail.clients.test_real_servers import IMAP, SMTP, access_to
from tests.mail.test_real_servers import network_of
from webapp.background.sending.sending import send
from webapp.mail.clients.access import Connections
from webapp.mail.clients.imap import open_imap
from webapp.mail.settings import Protocol
from webapp.net.cause import Cause
from webapp.storage import outbox, writing
from webapp.storage.models import Account, Folder, FolderRole, Letter, OutgoingState, RecipientState
from webapp.storage.secrets import SecretBox

ANNA, BORIS, NOBODY = (f"{name}@uspeh.test" for name in ("anna", "boris", "nobody-here"))
SCAN = bytes(range(256)) * 300


@pytest.fixture
def desk(lab: Lab, engine: Engine, session: Session, box: SecretBox) -> Desk:
    lab.empty(BORIS)
    with open_imap(network_of(lab), access_to(lab, IMAP, ANNA), Connections()) as mailbox:
        mailbox.select_folder("Sent")
        mailbox.delete_messages(mailbox.search())
        mailbox.expunge()
    return Desk(engine, session, box)


def account_of(desk: Desk, lab: Lab) -> Account:
    mailbox = lab.mailbox(ANNA)
    incoming = proved(Protocol.IMAP, IMAP.host, IMAP.port, ANNA)
    return desk.lay(incoming, proved(Protocol.SMTP, SMTP.host, SMTP.port, ANNA), ANNA, mailbox.password)


def sent_through(desk: Desk, lab: Lab, account: Account) -> None:
    work = desk.work(account)
    work.network = network_of(lab)
    assert send(work) is None
    desk.session.expire_all()


def arrived(lab: Lab) -> EmailMessage:
    (raw,) = lab.mail.wait_for_letters(BORIS)
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def in_sent(lab: Lab) -> list[tuple[bytes, tuple[bytes, ...]]]:
    """Return the letters in Anna's folder for sent letters, with their flags, as another program sees them."""
    with open_imap(network_of(lab), access_to(lab, IMAP, ANNA), Connections()) as mailbox:
        mailbox.select_folder("Sent")
        fetched = mailbox.fetch(mailbox.search(), ["BODY.PEEK[]", "FLAGS"])
    return [(letter[b"BODY[]"], letter[b"FLAGS"]) for letter in fetched.values()]


def test_a_russian_letter_with_a_file_arrives_and_stands_in_sent_once(desk: Desk, lab: Lab) -> None:
    account = account_of(desk, lab)
    content = writing.Content(account.id, f"Борис <{BORIS}>", subject="Счёт за ноябрь", body="Привет!\n.точка\n")
    letter = writing.start(desk.session, desk.anna, content)
    writing.attach(desk.session, letter, "Счёт № 7.pdf", "application/pdf", SCAN)
    assert outbox.queue(desk.session, letter, desk.zone, desk.clock())
    desk.session.commit()

    sent_through(desk, lab, account)

    read = arrived(lab)
    assert (read["Subject"], read["To"]) == ("Счёт за ноябрь", f"Борис <{BORIS}>")
    body = read.get_body()
    assert body is not None
    assert body.get_content() == "Привет!\r\n.точка\r\n"
    (file,) = read.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        "Счёт № 7.pdf",
        "application/pdf",
        SCAN,
    )
    assert letter.kept_in_sent
    ((copy, flags),) = in_sent(lab)
    assert email.message_from_bytes(copy)["Message-ID"] == letter.message_id == read["Message-ID"]
    assert rb"\Seen" in flags


def test_a_copy_that_is_there_already_is_not_put_again(desk: Desk, lab: Lab) -> None:
    account = account_of(desk, lab)
    letter = desk.write(account, BORIS)
    with open_imap(network_of(lab), access_to(lab, IMAP, ANNA), Connections()) as mailbox:
        mailbox.append("Sent", f"Message-ID: {letter.message_id}\r\n\r\nthe provider's own\r\n".encode())

    sent_through(desk, lab, account)

    assert letter.kept_in_sent
    assert len(in_sent(lab)) == 1


def test_the_one_recipient_nobody_knows_is_told_and_the_other_has_the_letter(desk: Desk, lab: Lab) -> None:
    account = account_of(desk, lab)
    letter = desk.write(account, f"{BORIS}, {NOBODY}")

    sent_through(desk, lab, account)

    arrived(lab)
    assert letter.state is OutgoingState.SENT
    assert states(letter) == {BORIS: RecipientState.ACCEPTED, NOBODY: RecipientState.REFUSED}
    assert outbox.problems_of(letter)[NOBODY].cause is Cause.RECIPIENT_UNKNOWN


def test_what_was_sent_is_read_here_at_once_where_its_folder_is_known(desk: Desk, lab: Lab) -> None:
    account = account_of(desk, lab)
    folder = Folder(account_id=account.id, name="Sent", role=FolderRole.SENT)
    desk.session.add(folder)
    letter = desk.write(account, BORIS)

    sent_through(desk, lab, account)

    kept = desk.session.scalars(select(Letter)).one()
    assert (kept.folder_id, kept.message_id, kept.subject, kept.seen) == (folder.id, letter.message_id, "Привет", True)
