"""Letters as they go out: what programs read in them is what was written, and nothing else can be put in."""

import email
import email.policy
import re
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.messages.composing import Attachment, Composition, compose, new_message_id
from webapp.mail.messages.recipients import Mailbox

NOON = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Asia/Yekaterinburg"))
ANNA = Mailbox("Анна Петрова", "anna@uspeh.test")
BORIS = Mailbox("Ёлкин, Борис", "boris@xn--e1atfhn.xn--p1ai")
FIELDS = {"From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version"}
MIME = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}


def letter(subject: str = "Счёт", text: str = "Привет!\n", **more: object) -> Composition:
    fields = {"sender": ANNA, "to": (BORIS,), "sent_at": NOON, "message_id": "<1@uspeh.test>"} | more
    return Composition(subject=subject, text=text, **fields)  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def people(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Return names and addresses of a field as a program reads them that decodes last."""
    values = [value for key, value in email.message_from_bytes(message.as_bytes()).items() if key == name]
    return [(str(make_header(decode_header(words))), address) for words, address in getaddresses(values)]


def parts_of(message: Message) -> list[Message]:
    """Return the parts of a letter, which must have two."""
    parts = [part for part in message.walk() if part is not message]
    assert len(parts) == 2
    return parts


def body_of(raw: bytes) -> str:
    part = read(raw).get_body()
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_says_who_when_what_and_to_whom() -> None:
    raw = compose(letter(cc=(Mailbox("", "vera@uspeh.test"),), reply_to="office@uspeh.test"))

    message = read(raw)
    assert people(message, "From") == [("Анна Петрова", "anna@uspeh.test")]
    assert people(message, "To") == [("Ёлкин, Борис", "boris@xn--e1atfhn.xn--p1ai")]
    assert people(message, "Cc") == [("", "vera@uspeh.test")]
    assert message["Reply-To"] == "office@uspeh.test"
    assert message["Subject"] == "Счёт"
    assert parsedate_to_datetime(message["Date"]) == NOON
    assert message["Date"].endswith("+0500")
    assert message["Message-ID"] == "<1@uspeh.test>"
    assert set(message.keys()) <= FIELDS | MIME
    assert body_of(raw) == "Привет!\n"


def test_answers_are_wanted_at_the_sender_unless_told_otherwise() -> None:
    assert "Reply-To" not in read(compose(letter(reply_to="anna@uspeh.test")))


def test_an_answer_names_what_it_answers_and_the_thread() -> None:
    thread = " ".join(f"<{number}@uspeh.test>" for number in range(50))

    message = read(compose(letter(in_reply_to="<49@uspeh.test>", references=thread)))

    assert message["In-Reply-To"] == "<49@uspeh.test>"
    ids = message["References"].split()
    assert (ids[0], ids[-1], len(ids)) == ("<0@uspeh.test>", "<49@uspeh.test>", 30)


@pytest.mark.parametrize("threads", ["garbage", "<a b@c>", "<1@x\r\nBcc: evil@x>", ""])
def test_what_is_no_message_id_is_left_out(threads: str) -> None:
    message = read(compose(letter(in_reply_to=threads, references=threads)))

    assert "In-Reply-To" not in message
    assert "References" not in message


def test_a_letter_to_hidden_recipients_only_names_nobody() -> None:
    message = read(compose(letter(to=())))

    assert message["To"] == "undisclosed-recipients:;"


def test_the_program_asks_for_no_answers() -> None:
    message = read(compose(letter(automatic=True)))

    assert message["Auto-Submitted"] == "auto-generated"


def test_only_an_international_local_part_needs_smtputf8() -> None:
    assert compose(letter(to=(Mailbox("Пеле", "pele@xn--e1atfhn.xn--p1ai"),))).isascii()
    header = compose(letter(to=(Mailbox("", "пеле@xn--e1atfhn.xn--p1ai"),))).partition(b"\r\n\r\n")[0]
    assert "To: пеле@xn--e1atfhn.xn--p1ai\r\n".encode() in header + b"\r\n"


def test_message_ids_are_of_the_senders_domain_and_never_the_same() -> None:
    first, second = (new_message_id("анна@успех.рф") for _ in range(2))

    assert first != second
    assert re.fullmatch(r"<[0-9a-f]{32}@xn--e1atfhn\.xn--p1ai>", first)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain\nwords\n", "7bit"),
        ("\n", "7bit"),
        ("x" * 999 + "\n", "quoted-printable"),
        ("naïve words, mostly ASCII as they are\n", "quoted-printable"),
        ("Привет, как дела?\n", "base64"),
        ("Привет " * 300 + "\n", "base64"),
    ],
)
def test_a_text_travels_in_lines_every_server_takes(text: str, encoding: str) -> None:
    raw = compose(letter(text=text))

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert read(raw)["Content-Transfer-Encoding"] == encoding
    assert body_of(raw) == text


def test_files_arrive_as_they_are_under_their_names() -> None:
    files = [
        Attachment("Счёт № 7 за ноябрь.pdf", "application/pdf", bytes(range(256)) * 50),
        Attachment("Очень длинное название договора " * 6 + ".docx", "application/msword", b"doc"),
        Attachment('a "quoted"; name.txt', "text/plain", b"text"),
        Attachment("letter.eml", "message/rfc822", b"Subject: inner\r\n\r\n"),
        Attachment("empty type", "nonsense", b"?"),
        Attachment("empty.txt", "text/plain", b""),
    ]

    raw = compose(letter(), files)

    message = read(raw)
    found = list(message.iter_attachments())
    assert [part.get_payload(decode=True) for part in found] == [file.data for file in files]
    names = [str(part.get_filename()) for part in found]
    assert names[0] == "Счёт № 7 за ноябрь.pdf"
    assert names[1].startswith("Очень длинное название")
    assert names[1].endswith(".docx")
    assert names[3:] == ["letter.eml", "empty type", "empty.txt"]
    types = [part.get_content_type() for part in found]
    assert types[0] == "application/pdf"
    assert types[3:5] == ["application/octet-stream"] * 2
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert body_of(raw) == "Привет!\n"


def test_old_programs_find_the_name_of_a_file_as_well() -> None:
    raw = compose(letter(), [Attachment("Счёт.pdf", "application/pdf", b"x")])

    _, part = parts_of(email.message_from_bytes(raw))
    assert str(make_header(decode_header(str(part.get_param("name"))))) == "Счёт.pdf"


ANYTHING = st.text(alphabet=st.characters(), max_size=200) | st.sampled_from(
    ["a\r\nBcc: evil@x.test", "a\nX-Evil: 1", "a\r\n\r\nbody", "\x00", "=?utf-8?q?a=0D=0ABcc:_evil?=", "a\u2028Bcc: b"]
)


@given(
    subject=ANYTHING,
    name=ANYTHING,
    other=ANYTHING,
    text=ANYTHING,
    threads=ANYTHING,
    file=ANYTHING,
    content_type=ANYTHING,
)
def test_no_text_adds_a_field_a_recipient_or_a_part(
    subject: str, name: str, other: str, text: str, threads: str, file: str, content_type: str
) -> None:
    composition = Composition(
        sender=Mailbox(name, "anna@uspeh.test"),
        to=(Mailbox(other, "boris@uspeh.test"),),
        subject=subject,
        text=text,
        sent_at=NOON,
        message_id="<1@uspeh.test>",
        in_reply_to=threads,
        references=threads,
    )

    raw = compose(composition, [Attachment(file, content_type, b"data")])

    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    message = email.message_from_bytes(raw)
    assert set(message.keys()) <= FIELDS | MIME
    assert [address for _, address in getaddresses([message["From"], message["To"]])] == [
        "anna@uspeh.test",
        "boris@uspeh.test",
    ]
    _, part = parts_of(message)
    assert part.get_payload(decode=True) == b"data"
    assert set(part.keys()) == MIME
    filename = part.get_filename()
    assert filename
    assert not set(filename) & set("/\\\r\n\x00")


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=400))
def test_a_subject_is_read_as_it_was_written_but_for_its_blanks(subject: str) -> None:
    raw = compose(letter(subject=subject))

    header = email.message_from_bytes(raw)["Subject"]
    shown = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    assert str(make_header(decode_header(re.sub(r"\r?\n", "", header)))) == shown[:1000]


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t .-"), max_size=500))
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    expected = text if text.endswith("\n") else text + "\n"

    assert body_of(compose(letter(text=text))) == expected
