"""Headers as people read them: encoded words, raw bytes, parameters in pieces, people, dates."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.mail.messages.letters import HEAD, named, with_field
from webapp.mail.messages.charsets import codec_of, decode
from webapp.mail.messages.header import read_header
from webapp.mail.messages.people import Person, line_of, people_of
from webapp.mail.messages.reading import facts_of, sent_at
from webapp.mail.messages.structure import structure_of
from webapp.mail.messages.words import header_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain", "plain"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        ("=?UTF-8?q?=D0=9F=D1=80=D0=B8=D0=B2=D0=B5=D1=82,_=D0=BC=D0=B8=D1=80?=", "Привет, мир"),
        ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
        ("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        ("=?iso-8859-5?Q?=BF=E0=D8=D2=D5=E2?=", "Привет"),
        ("=?utf-8*ru?Q?=D0=9F?=", "П"),
        ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?=\r\n =?utf-8?Q?b?= c", "ab c"),
        ("=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
        ("=?utf-8?Q?=D0?= =?utf-8?Q?=9F?=", "П"),  # a character cut in two
        ("=?utf-8?B?0J8?=", "П"),  # no padding
        ("=?utf-8?Q?two words?=", "two words"),  # a blank that should not be there
        ("x=?utf-8?Q?b?=y", "xby"),  # no blanks around it
        ("=?utf-8?Q?not closed", "=?utf-8?Q?not closed"),
        ("=?utf-8?X?y?=", "=?utf-8?X?y?="),
        ("=?us-ascii?Q?=D0=9F?=", "П"),  # says ASCII and is not
        ("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"),
        ("=?gb2312?B?suLK1A==?=", "测试"),
    ],
)
def test_encoded_words_are_read(written: str, read: str) -> None:
    assert header_text(written.encode()) == read


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5"])
def test_russian_of_no_named_charset_is_recognised(charset: str) -> None:
    sentence = "Высылаю договор, прошу подписать сегодня"

    assert header_text(sentence.encode(charset)) == sentence
    assert decode(sentence.encode(charset), "us-ascii") == sentence


@pytest.mark.parametrize("words", ["Grüße aus München", "déjà vu à l'été", "Ação e reação", "“quoted” — 5 €", "naïve"])
def test_western_words_are_not_taken_for_russian(words: str) -> None:
    assert header_text(words.encode("cp1252")) == words


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf-8"),
        ('"windows-1251"', "cp1251"),
        ("win-1251", "cp1251"),
        ("KOI8-R", "koi8-r"),
        ("gb2312", "gb18030"),
        ("us-ascii", None),
        ("rot13", None),
        ("base64", None),
        ("idna", None),
        ("unicode_escape", None),
        ("undefined", None),
        ("../x", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_only_real_charsets_are_believed(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize(
    ("written", "people"),
    [
        ("a@b.test", [Person("", "a@b.test")]),
        ("Анна <a@b.test>", [Person("Анна", "a@b.test")]),
        ('"Doe, John" <j@d.test>, x@y.test', [Person("Doe, John", "j@d.test"), Person("", "x@y.test")]),
        ("a@b.test (Anna)", [Person("Anna", "a@b.test")]),
        ("=?utf-8?q?=D0=90=2C_=D0=91?= <a@b.test>", [Person("А, Б", "a@b.test")]),
        ("=?utf-8?q?A,_B?= <a@b.test>", [Person("A, B", "a@b.test")]),  # a comma that should be encoded
        ('"=?utf-8?q?=D0=90?=" <a@b.test>', [Person("А", "a@b.test")]),  # quoted, against the rules
        ("Team: a@b.test, C <c@d.test>;", [Person("", "a@b.test"), Person("C", "c@d.test")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.test:a@b.test>", [Person("", "a@b.test")]),
        ('"a@b.test" <a@b.test>', [Person("", "a@b.test")]),
        ("Just a name", [Person("Just a name", "")]),
        ("Anna <a@b.test", [Person("Anna", "a@b.test")]),
        ("<>", []),
        ("", []),
        ('"boss@bank.test" <thief@evil.test>', [Person("boss@bank.test", "thief@evil.test")]),
        ("A\u202eB <a@b.test>", [Person("AB", "a@b.test")]),
    ],
)
def test_people_are_read(written: str, people: list[Person]) -> None:
    assert people_of(written.encode()) == people


def test_a_line_of_people_names_whole_ones() -> None:
    people = [Person(f"Person {number}", f"p{number}@x.test") for number in range(100)]
    line = line_of(people, 200)

    assert len(line) <= 200
    assert line.endswith(">, …")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b"attachment; filename=plain.pdf", "plain.pdf"),
        (b'attachment; filename="two words.pdf"', "two words.pdf"),
        (b"attachment; filename*=utf-8''%D0%A1%D1%87%D1%91%D1%82.pdf", "Счёт.pdf"),
        (b"attachment; filename*=koi8-r'ru'%F3%DE%A3%D4.pdf; filename=x.pdf", "Счёт.pdf"),
        (b"attachment; filename*0*=utf-8''%D0%A1%D1%87; filename*1*=%D1%91%D1%82; filename*2=.pdf", "Счёт.pdf"),
        (b"attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        (b'attachment; filename="=?utf-8?B?0KHRh9GR0YI=?=.pdf"', "Счёт.pdf"),
        ('attachment; filename="Счёт.pdf"'.encode(), "Счёт.pdf"),
        ('attachment; filename="Счёт за день.pdf"'.encode("cp1251"), "Счёт за день.pdf"),
        (rb'attachment; filename="a \"b\" \\c.pdf"', "c.pdf"),
        (b"attachment; filename=../../etc/passwd", "passwd"),
        (b"attachment; filename=C:\\\\temp\\\\x.pdf", "x.pdf"),
        (b"attachment; filename=.htaccess", "htaccess"),
        (b"attachment; filename=con.txt", "_con.txt"),
        (b'attachment; filename="a<b>:c|d?.pdf"', "a_b__c_d_.pdf"),
        ('attachment; filename="x\u202efdp.exe"'.encode(), "xfdp.exe"),
        (b'attachment; filename="a\tb.pdf   "', "a b.pdf"),
        (b"attachment", "attachment-2.pdf"),
        (b'attachment; filename="..."', "attachment-2.pdf"),
    ],
)
def test_a_file_has_the_name_it_was_given_made_safe(disposition: bytes, name: str) -> None:
    assert structure_of(named(disposition)).attachments[0].name == name


def test_a_long_name_of_a_file_is_cut_and_keeps_its_ending() -> None:
    name = structure_of(named(b'attachment; filename="' + "Ё".encode() * 500 + b'.docx"')).attachments[0].name

    assert name.endswith("Ё.docx")
    assert len(name.encode()) < 200


MOSCOW = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (b"Tue, 03 Nov 2026 10:00:00 +0300", datetime(2026, 11, 3, 10, tzinfo=MOSCOW)),
        (b"3 Nov 26 07:00 GMT", datetime(2026, 11, 3, 7, tzinfo=UTC)),
        (b"Tue, 03 Nov 2026 07:00:00 -0000", datetime(2026, 11, 3, 7, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
        (b"Mon, 1 Jan 1901 00:00:00 +0000", None),
        (b"Mon, 99 Foo 2026 00:00:00 +0000", None),
    ],
)
def test_dates_are_read_or_not_known(written: bytes, moment: datetime | None) -> None:
    assert sent_at(read_header(with_field(b"Date", written))[0]) == moment


def test_a_header_ends_where_it_ends() -> None:
    for raw, subject, body in [
        (b"Subject: a\r\n b\r\n\r\nhello", "a b", b"hello"),
        (b"From x Mon\nSubject: a\n\nhello", "a", b"hello"),
        (b"rubbish\r\nSubject: a\r\n\r\nhello", "a", b"hello"),
        (b"Subject: a\r\nrubbish\r\n\r\nhello", "a", b"rubbish\r\n\r\nhello"),
        (b"Subject: a", "a", b""),
        (b"no header\r\n\r\nat all", "", b"no header\r\n\r\nat all"),
    ]:
        header, start = read_header(raw)
        assert (header.text("subject"), raw[start:]) == (subject, body)


def test_the_header_alone_is_enough_for_the_facts() -> None:
    facts = facts_of(HEAD + b"Date: Tue, 03 Nov 2026 10:00:00 +0300\r\nMessage-ID: <a@b>\r\n\r\n")

    assert (facts.subject, facts.sender_address, facts.message_id, facts.text) == ("x", "a@b.test", "<a@b>", "")
    assert facts.sent_at is not None
