"""What people type or paste into To: names, quotation marks, separators; and what is no address is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.messages.recipients import (
    Fault,
    Mailbox,
    Misread,
    Recipients,
    as_typed,
    read_address,
    read_recipients,
    unique,
    without,
)

ANNA, BORIS = Mailbox("", "anna@uspeh.test"), Mailbox("", "boris@uspeh.test")


@pytest.mark.parametrize(
    ("typed", "mailboxes"),
    [
        ("", ()),
        (" , ;\n\r\n", ()),
        ("anna@uspeh.test", (ANNA,)),
        ("anna@uspeh.test, boris@uspeh.test", (ANNA, BORIS)),
        ("anna@uspeh.test;boris@uspeh.test;", (ANNA, BORIS)),
        ("anna@uspeh.test\r\nboris@uspeh.test", (ANNA, BORIS)),
        ("anna@uspeh.test boris@uspeh.test", (ANNA, BORIS)),
        ("<anna@uspeh.test>", (ANNA,)),
        ("mailto:anna@uspeh.test", (ANNA,)),
        ("anna@USPEH.test, Anna@uspeh.test", (ANNA,)),
        ("Анна Петрова <anna@uspeh.test>", (Mailbox("Анна Петрова", "anna@uspeh.test"),)),
        ('"Петрова, Анна" <anna@uspeh.test>, boris@uspeh.test', (Mailbox("Петрова, Анна", "anna@uspeh.test"), BORIS)),
        (r'"ООО \"Успех\"" <anna@uspeh.test>', (Mailbox('ООО "Успех"', "anna@uspeh.test"),)),
        ("Анна (бухгалтерия) <anna@uspeh.test>", (Mailbox("Анна (бухгалтерия)", "anna@uspeh.test"),)),
        ("анна@успех.рф", (Mailbox("", "анна@xn--e1atfhn.xn--p1ai"),)),
        ('"odd,one"@uspeh.test', (Mailbox("", '"odd,one"@uspeh.test'),)),
        ("o'neill+tag@uspeh.test", (Mailbox("", "o'neill+tag@uspeh.test"),)),
    ],
)
def test_people_are_read_however_they_are_typed(typed: str, mailboxes: tuple[Mailbox, ...]) -> None:
    assert read_recipients(typed) == Recipients(mailboxes)


@pytest.mark.parametrize(
    ("typed", "text", "fault"),
    [
        ("anna", "anna", Fault.NO_AT),
        ("Петрова, Анна <anna@uspeh.test>", "Петрова", Fault.NO_AT),
        ("@uspeh.test", "@uspeh.test", Fault.NO_LOCAL_PART),
        ("anna@", "anna@", Fault.NO_DOMAIN),
        ("anna@uspeh", "anna@uspeh", Fault.NO_DOT),
        ("anna@us peh.test", "anna@us peh.test", Fault.BAD_LOCAL_PART),
        ("anna@[127.0.0.1]", "anna@[127.0.0.1]", Fault.BAD_DOMAIN),
        ("anna@10.0.0.1", "anna@10.0.0.1", Fault.BAD_DOMAIN),
        ("anna@-uspeh.test", "anna@-uspeh.test", Fault.BAD_DOMAIN),
        ("a@b@uspeh.test", "a@b@uspeh.test", Fault.TWO_ATS),
        ("an..na@uspeh.test", "an..na@uspeh.test", Fault.BAD_LOCAL_PART),
        (f"{'x' * 65}@uspeh.test", f"{'x' * 65}@uspeh.test", Fault.TOO_LONG),
        ("Отдел: a@uspeh.test", "Отдел: a@uspeh.test", Fault.GROUP),
        ("undisclosed-recipients:", "undisclosed-recipients:", Fault.GROUP),
        ('"Анна <anna@uspeh.test>', '"Анна <anna@uspeh.test>', Fault.UNFINISHED),
        ("Анна <anna@uspeh.test", "Анна <anna@uspeh.test", Fault.UNFINISHED),
        ("Анна <anna>", "Анна <anna>", Fault.NO_AT),
    ],
)
def test_what_is_no_address_is_named_with_what_is_wrong(typed: str, text: str, fault: Fault) -> None:
    assert read_recipients(f"{typed}\nboris@uspeh.test").misread == (Misread(text, fault),) or (
        fault is Fault.UNFINISHED and read_recipients(typed).misread == (Misread(text, fault),)
    )


def test_what_is_typed_wrong_hides_nobody_who_is_typed_right() -> None:
    read = read_recipients("anna@uspeh.test, boris@, boris@uspeh.test")

    assert (read.mailboxes, [one.text for one in read.misread]) == ((ANNA, BORIS), ["boris@"])


def test_people_are_told_apart_by_their_addresses_alone() -> None:
    named = Mailbox("Анна", "ANNA@uspeh.test")

    assert unique([ANNA, BORIS, named]) == (ANNA, BORIS)
    assert without([named, BORIS], [ANNA]) == (BORIS,)


NAMES = st.text(max_size=30).map(lambda text: " ".join("".join(c for c in text if c.isprintable()).split()))
ADDRESSES = st.from_regex(r"[a-zа-я0-9!#$%&'*+/=?^_`{|}~-]{1,20}@[a-z]{1,10}\.test", fullmatch=True)


@given(st.lists(st.builds(Mailbox, NAMES, ADDRESSES), max_size=5, unique_by=lambda mailbox: mailbox.key))
def test_what_is_written_is_read_as_the_same_people(mailboxes: list[Mailbox]) -> None:
    assert read_recipients(as_typed(mailboxes)) == Recipients(tuple(mailboxes))


@given(st.text())
def test_nothing_typed_breaks_the_reading_or_becomes_two_lines(typed: str) -> None:
    for mailbox in read_recipients(typed).mailboxes:
        assert mailbox.address.isprintable()
        assert mailbox.name.isprintable()
        assert read_address(mailbox.address) == mailbox.address
