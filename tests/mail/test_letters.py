"""The trial letter is a proper letter whatever is typed into the account."""

import email
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.headers import AsWritten
from webapp.mail.letters import MARKER, trial_letter


def read(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=policy.SMTP)


def sender_of(data: bytes) -> tuple[str, str]:
    """Read From by RFC 2047 to the letter; older parsers of `email.policy` put spaces into long names."""
    unfolded = email.message_from_bytes(data)["From"].replace("\r\n", "")
    ((name, address),) = getaddresses([unfolded])
    return str(make_header(decode_header(name))), address


def test_it_goes_from_the_address_to_itself_with_a_name_in_cyrillic() -> None:
    name = "ООО «Успех», отдел закупок и очень длинного названия, которое не помещается в одну строку"

    data = trial_letter("anna@uspeh.example", name, "ru").data

    assert sender_of(data) == (name, "anna@uspeh.example")
    assert read(data)["To"].addresses[0].addr_spec == "anna@uspeh.example"
    assert "пробное сообщение" in read(data)["Subject"]
    assert "anna@uspeh.example" in read(data).get_content()


def test_it_can_be_found_again_and_is_answered_by_no_machine() -> None:
    trial = trial_letter("anna@uspeh.example", "Anna", "en")

    letter = read(trial.data)

    assert letter["Message-ID"] == trial.message_id
    assert trial.message_id.endswith("@uspeh.example>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter[MARKER] == "yes"
    assert letter["Date"].datetime.tzinfo is not None


def test_every_letter_has_its_own_message_id() -> None:
    assert trial_letter("a@x.example", "", "ru").message_id != trial_letter("a@x.example", "", "ru").message_id


def test_an_unknown_language_is_written_in_english() -> None:
    assert "test message" in read(trial_letter("a@x.example", "", "fr").data)["Subject"]


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.sampled_from(["ru", "en"]))
def test_no_name_adds_a_header_an_address_or_a_long_or_eight_bit_line(name: str, language: str) -> None:
    data = trial_letter("anna@uspeh.example", name, language).data

    header = data.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = [line.partition(b":")[0] for line in header if line[:1] not in b" \t"]
    assert data.isascii()
    assert all(len(line) <= 78 for line in header)
    assert len(names) == len(set(names)) == 11
    assert sender_of(data)[1] == "anna@uspeh.example"


@pytest.mark.parametrize(
    "name",
    [
        "Smith, John and a very long list of other people, too long for one line <boss@evil.example>, and more",
        'Say "Hi" \\ (comment) [x]; a@b.example:',
        "=?utf-8?q?boss=40evil=2Eexample?=",
        "Anna",
        "Анна Кузнецова",
    ],
)
def test_a_name_stays_a_name(name: str) -> None:
    assert sender_of(trial_letter("anna@uspeh.example", name, "en").data) == (name, "anna@uspeh.example")


def test_a_line_end_in_a_name_begins_no_header() -> None:
    data = trial_letter("anna@uspeh.example", "Anna\r\nBcc: spy@evil.example", "en").data

    assert read(data)["Bcc"] is None
    assert sender_of(data)[0] == "Anna Bcc: spy@evil.example"


def test_control_and_direction_characters_of_a_name_are_left_out() -> None:
    assert sender_of(trial_letter("anna@uspeh.example", "Ан\x00на \u202eсекрет\x1b", "ru").data)[0] == "Ан на секрет"


@pytest.mark.parametrize("value", ["a\nBcc: b", "a\r\nBcc: b", "a\rBcc: b", "a\r\n", "a\n\n b", "a\r\n\r\n b"])
def test_no_header_takes_a_line_end_that_begins_another(value: str) -> None:
    letter = EmailMessage(AsWritten())

    with pytest.raises(ValueError, match="line end"):
        letter["Subject"] = value


def test_a_domain_outside_ascii_is_written_in_a_labels() -> None:
    letter = read(trial_letter("anna@успех.рф", "Анна", "ru").data)

    assert letter["To"].addresses[0].addr_spec == "anna@xn--e1atfhn.xn--p1ai"


def test_a_local_part_outside_ascii_is_written_as_it_is() -> None:
    data = trial_letter("анна@uspeh.example", "Анна", "ru").data

    assert "\r\nTo: анна@uspeh.example\r\n".encode() in data
