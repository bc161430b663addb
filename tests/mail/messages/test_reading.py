"""What is known of a letter, and what it has for its reader."""

import pytest

from tests.mail.messages.letters import NASTY, PNG, complete, mixed, proper, typed
from webapp.mail.letters import trial_letter
from webapp.mail.messages import reading
from webapp.mail.messages.content import bytes_of, pieces_of
from webapp.mail.messages.html_text import text_of_html
from webapp.mail.messages.reading import LetterFacts, facts_of, is_trial, to_save, words_of
from webapp.mail.messages.structure import structure_of


def words(raw: bytes) -> str:
    return words_of(raw, structure_of(raw), 10_000)


def test_the_facts_of_a_proper_letter() -> None:
    facts = facts_of(complete().as_bytes())

    assert (facts.sender_name, facts.sender_address) == ("Иван Петров", "ivan@uspeh.test")
    assert facts.recipients == "Анна <anna@uspeh.test>, Doe, John <john@example.test>, office@uspeh.test"
    assert (facts.subject, facts.snippet) == ("Счёт на оплату", "Добрый день!")
    assert facts.message_id == "<1@uspeh.test>"
    assert facts.attachments == 1, "the picture among the words is none"
    assert "Добрый день!" in facts.text
    assert "Счёт за ноябрь.pdf" in facts.text, "files are found by their names"


def test_what_is_quoted_stays_out_of_the_snippet_unless_all_is() -> None:
    assert facts_of(proper(text="> your words\nmy words\n").as_bytes()).snippet == "my words"
    assert facts_of(proper(text="> your words\n").as_bytes()).snippet == "> your words"


def test_of_many_references_the_newest_stay() -> None:
    letter = proper()
    letter["In-Reply-To"] = "<parent@x.test>"
    raw = b"References: " + b" ".join(b"<%05d@x.test>" % n for n in range(3000)) + b"\r\n" + letter.as_bytes()
    facts = facts_of(raw)

    assert facts.in_reply_to == "<parent@x.test>"
    assert facts.references.endswith("<02999@x.test>")
    assert len(facts.references) <= 8000


def test_the_searched_text_is_capped() -> None:
    assert len(facts_of(typed(b"text/plain; charset=utf-8", "ё".encode() * 200_000)).text.encode()) <= 64 * 1024


def test_only_our_own_trial_letters_are_trial_letters() -> None:
    ours = trial_letter("anna@uspeh.test", "Анна", "ru").data

    assert is_trial(ours)
    assert is_trial(ours.partition(b"\r\n\r\n")[0])
    assert not is_trial(complete().as_bytes())
    assert not is_trial(ours.replace(b"<trial.", b"<other."))
    assert not is_trial(b"X-Mailroom-Trial: yes\r\n\r\n")


def test_a_letter_nobody_thought_of_keeps_no_other_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "structure_of", lambda raw: 1 / 0)

    assert facts_of(b"secret words") == LetterFacts()
    assert "could not be read" in caplog.text
    assert "secret" not in caplog.text


def test_the_words_and_the_files_of_a_complete_letter() -> None:
    raw = complete().as_bytes()
    structure = structure_of(raw)

    assert len(structure.passages) == 1
    assert structure.has_html
    assert [(one.number, one.name) for one in structure.attachments] == [
        ("1.2.2", "logo.png"),
        ("2", "Счёт за ноябрь.pdf"),
    ]
    assert [one.name for one in to_save(raw, structure)] == ["Счёт за ноябрь.pdf"]
    logo = structure.attachment("1.2.2")
    assert logo is not None
    assert bytes_of(raw, logo.part, 10_000) == PNG
    assert structure.attachment("1.2") is None
    assert words(raw) == "Добрый день!"


@pytest.mark.parametrize(
    ("alternatives", "text", "html"),
    [
        (["plain", "html"], True, True),
        (["html", "plain"], True, True),
        (["html"], False, True),
        (["plain"], True, False),
        (["calendar", "plain"], True, False),
    ],
)
def test_alternatives_say_the_same_once(alternatives: list[str], text: bool, html: bool) -> None:
    parts = b"".join(b"--x\r\nContent-Type: text/%s\r\n\r\nwords\r\n" % one.encode() for one in alternatives)
    passages = structure_of(typed(b"multipart/alternative; boundary=x", parts + b"--x--")).passages

    assert [(one.text is not None, one.html is not None) for one in passages] == [(text, html)]


def test_words_around_a_file_are_all_read() -> None:
    file = b"Content-Type: image/png\r\nContent-Disposition: inline; filename=a.png\r\n\r\nx"
    raw = mixed(b"\r\nabove", file, b"Content-Type: text/html\r\n\r\n<p>below</p>")

    assert words(raw) == "above\n\nbelow"
    assert [one.name for one in to_save(raw, structure_of(raw))] == ["a.png"]


def test_a_text_that_is_a_file_is_no_words() -> None:
    raw = mixed(
        b"\r\nwords",
        b"Content-Type: text/plain; name=log.txt\r\n\r\nlog",
        b"Content-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>page</p>",
    )

    assert words(raw) == "words"
    assert [one.name for one in structure_of(raw).attachments] == ["log.txt", "attachment-3.html"]


def test_a_forwarded_letter_is_a_file_with_its_subject() -> None:
    assert [one.name for one in structure_of(NASTY["forwarded"]).attachments] == ["Я.eml"]


def test_the_seal_of_a_signature_is_not_counted() -> None:
    raw = mixed(b"\r\nwords", b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx")

    assert facts_of(raw).attachments == 0
    assert len(structure_of(raw).attachments) == 1


def test_a_flowed_text_has_its_paragraphs_again() -> None:
    body = b"one \r\ntwo\r\n> three \r\n> four\r\n>> five\r\n-- \r\nsix\r\n"

    assert words(typed(b"text/plain; format=flowed", body)) == "one two\n> three four\n>> five\n-- \nsix"
    joined = typed(b"text/plain; format=flowed; delsp=yes", b"lo \r\nng\r\n")
    assert words(joined) == "long"


def test_uuencoded_text_is_read() -> None:
    assert words(typed(b"text/plain", b"begin 644 x\r\n%:&5L;&\\ \r\n`\r\nend\r\n", b"x-uuencode")) == "hello"


def test_base64_of_several_texts_is_read_whole() -> None:
    assert words(typed(b"text/plain", b"aGU=\r\nbGxv\r\nIQ==\r\n", b"base64")) == "hello!"


def test_a_long_file_comes_piece_by_piece() -> None:
    letter = proper()
    data = bytes(range(256)) * 4096 * 3
    letter.add_attachment(data, maintype="application", subtype="zip", filename="x.zip")
    raw = letter.as_bytes()
    pieces = list(pieces_of(raw, structure_of(raw).attachments[0].part))

    assert b"".join(pieces) == data
    assert max(map(len, pieces)) < 256 * 1024


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<style>p{}</style><script>x</script><title>t</title>words", "words"),
        ("<!-- no -->yes<!-- no", "yes"),
        ("a &amp; b &lt;c&gt;&nbsp;d", "a & b <c> d"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<ul><li>x<li>y</ul>", "x\ny"),
        ("a\n   b", "a b"),
    ],
)
def test_html_has_words(html: str, text: str) -> None:
    assert text_of_html(html) == text
