"""How an answer begins: subject, recipients, thread, what is quoted, whose signature."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from webapp.mail.messages.quoting import (
    Original,
    answer_subject,
    answer_text,
    answer_to,
    answer_to_all,
    forward_subject,
    forward_text,
    new_text,
    quoted,
    thread_of,
    with_signature,
)
from webapp.mail.messages.recipients import Mailbox

ANNA, BORIS, VERA, LIST = (Mailbox(name, f"{name}@uspeh.test") for name in ("anna", "boris", "vera", "list"))
ORIGINAL = Original(
    sender=BORIS,
    reply_to=(),
    to=(ANNA, VERA),
    cc=(LIST,),
    subject="Счёт",
    sent_at=datetime(2026, 11, 22, tzinfo=UTC),
    message_id="<2@uspeh.test>",
    in_reply_to="<1@uspeh.test>",
    references="<0@uspeh.test> <1@uspeh.test>",
    text="Привет\n\n> старое\n-- \nБорис\n",
)
OWN = {"Anna@uspeh.test"}


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Счёт", "Re: Счёт"),
        ("Re: Счёт", "Re: Счёт"),
        ("RE: re: Re[3]: Счёт", "Re: Счёт"),
        ("Ответ: Счёт", "Re: Счёт"),
        ("На: Счёт", "Re: Счёт"),
        ("AW: Отв: Счёт", "Re: Счёт"),
        ("Fwd: Счёт", "Re: Fwd: Счёт"),
        ("Резерв: 5 мест", "Re: Резерв: 5 мест"),
        ("Наш: Счёт", "Re: Наш: Счёт"),
        ("", "Re:"),
        ("Re:", "Re:"),
        ("a\r\nBcc: x", "Re: a Bcc: x"),
    ],
)
def test_an_answer_says_re_once(subject: str, answer: str) -> None:
    assert answer_subject(subject) == answer


@pytest.mark.parametrize(
    ("subject", "forwarded"),
    [("Счёт", "Fwd: Счёт"), ("FW: Fwd: Счёт", "Fwd: Счёт"), ("Re: Счёт", "Fwd: Re: Счёт"), ("WG: Счёт", "Fwd: Счёт")],
)
def test_a_letter_handed_on_says_fwd_once(subject: str, forwarded: str) -> None:
    assert forward_subject(subject) == forwarded


def test_an_answer_goes_to_the_sender_or_where_the_sender_wants_it() -> None:
    assert answer_to(ORIGINAL, OWN) == (BORIS,)
    assert answer_to(replace(ORIGINAL, reply_to=(LIST,)), OWN) == (LIST,)


def test_an_answer_to_ones_own_letter_goes_on_to_its_recipients() -> None:
    mine = replace(ORIGINAL, sender=ANNA, to=(BORIS,), cc=(VERA,))

    assert answer_to(mine, OWN) == (BORIS,)
    assert answer_to_all(mine, OWN) == ((BORIS,), (VERA,))


def test_an_answer_to_all_leaves_oneself_out_and_names_nobody_twice() -> None:
    assert answer_to_all(ORIGINAL, OWN) == ((BORIS,), (VERA, LIST))
    crowded = replace(ORIGINAL, reply_to=(LIST,), cc=(LIST, ANNA, VERA, BORIS))
    assert answer_to_all(crowded, OWN) == ((LIST,), (VERA, BORIS))


def test_an_answer_to_all_leaves_out_ones_other_addresses_as_well() -> None:
    assert answer_to_all(ORIGINAL, OWN, {"Vera@uspeh.test"}) == ((BORIS,), (LIST,))
    assert answer_to_all(ORIGINAL, OWN, {"boris@uspeh.test"}) == ((BORIS,), (VERA, LIST)), "who wrote it is answered"


def test_a_letter_to_oneself_can_be_answered() -> None:
    alone = replace(ORIGINAL, sender=ANNA, to=(ANNA,), cc=())

    assert answer_to_all(alone, OWN) == ((ANNA,), ())


def test_a_letter_of_nobody_one_can_write_to_is_answered_to_nobody() -> None:
    assert answer_to(replace(ORIGINAL, sender=Mailbox("кто-то", "")), OWN) == ()


@pytest.mark.parametrize(
    ("references", "in_reply_to", "thread"),
    [
        ("<0@x> <1@x>", "<1@x>", ("<2@uspeh.test>", "<0@x> <1@x> <2@uspeh.test>")),
        ("", "<1@x>", ("<2@uspeh.test>", "<1@x> <2@uspeh.test>")),
        ("", "<1@x> <9@x>", ("<2@uspeh.test>", "<2@uspeh.test>")),
        ("", "", ("<2@uspeh.test>", "<2@uspeh.test>")),
        ("<2@uspeh.test>", "", ("<2@uspeh.test>", "<2@uspeh.test>")),
    ],
)
def test_an_answer_goes_on_with_the_thread(references: str, in_reply_to: str, thread: tuple[str, str]) -> None:
    assert thread_of(replace(ORIGINAL, references=references, in_reply_to=in_reply_to)) == thread


def test_a_letter_without_an_id_begins_no_thread() -> None:
    assert thread_of(replace(ORIGINAL, message_id="", references="", in_reply_to="")) == ("", "")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a\nb", "> a\n> b"),
        ("a\n\nb\n", "> a\n>\n> b"),
        ("> a\n>> b", ">> a\n>>> b"),
        ("a\r\nb", "> a\n> b"),
        ("a\n-- \nsignature", "> a"),
        ("a\n-- \nsignature\n> quoted", "> a\n> --\n> signature\n>> quoted"),
        ("a\n--\nnot a signature", "> a\n> --\n> not a signature"),
    ],
)
def test_quoted_lines_are_marked_and_signatures_left_out(text: str, quote: str) -> None:
    assert quoted(text) == quote


def test_an_answer_has_room_the_signature_and_the_quote_below() -> None:
    text = answer_text(ORIGINAL, "Борис пишет:", "Анна")

    assert text == "\n\n-- \nАнна\n\nБорис пишет:\n> Привет\n>\n>> старое\n"


def test_an_answer_without_a_signature_has_no_mark_of_one() -> None:
    assert answer_text(ORIGINAL, "Борис пишет:", " \n").startswith("\n\nБорис пишет:\n")


def test_a_letter_handed_on_is_whole_below_what_its_header_says() -> None:
    text = forward_text(ORIGINAL, "---- письмо ----", [("От кого", "Борис"), ("Копия", ""), ("Тема", "a\nb")], "Анна")

    assert text == ("\n\n-- \nАнна\n\n---- письмо ----\nОт кого: Борис\nТема: a b\n\nПривет\n\n> старое\n-- \nБорис\n")


def test_another_signature_takes_the_place_of_the_first() -> None:
    body = "Привет!\n" + new_text("Анна")

    assert with_signature(body, "Анна", "Отдел") == "Привет!\n" + new_text("Отдел")
    assert with_signature(body, "Анна", "") == "Привет!\n\n"
    assert with_signature("Привет!", "", "Отдел") == "Привет!\n\n-- \nОтдел\n"


def test_a_signature_somebody_changed_is_theirs() -> None:
    assert with_signature("Привет!\n\n-- \nАнна П.\n", "Анна", "Отдел") == "Привет!\n\n-- \nАнна П.\n"
    assert with_signature("Привет!\n-- \nмоя\n", "", "Отдел") == "Привет!\n-- \nмоя\n"
