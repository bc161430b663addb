"""Letters for the tests of reading: proper ones written by the standard library, and a corpus of nasty ones."""

import base64
from email.message import EmailMessage

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HEAD = b"From: a@b.test\r\nTo: c@d.test\r\nSubject: x\r\n"


def proper(subject: str = "Счёт на оплату", text: str = "Добрый день!\n") -> EmailMessage:
    """Return a letter as a decent program writes it."""
    letter = EmailMessage()
    letter["From"] = "Иван Петров <ivan@uspeh.test>"
    letter["To"] = 'Анна <anna@uspeh.test>, "Doe, John" <john@example.test>'
    letter["Cc"] = "office@uspeh.test"
    letter["Subject"] = subject
    letter["Date"] = "Tue, 03 Nov 2026 10:00:00 +0300"
    letter["Message-ID"] = "<1@uspeh.test>"
    letter.set_content(text)
    return letter


def complete() -> EmailMessage:
    """Return a letter with everything: text, HTML with a picture, a file."""
    letter = proper()
    letter.add_alternative('<p>Добрый <b>день</b>!</p><img src="cid:logo@x">', subtype="html")
    html = letter.get_payload()[1]
    html.add_related(PNG, "image", "png", cid="<logo@x>", filename="logo.png")  # type: ignore[union-attr]
    letter.add_attachment(b"%PDF-1.7 " * 50, maintype="application", subtype="pdf", filename="Счёт за ноябрь.pdf")
    return letter


def nested(depth: int, inner: bytes = b"Content-Type: text/plain\r\n\r\ndeep inside\r\n") -> bytes:
    """Return a letter whose text lies so many multiparts deep."""
    for level in range(depth):
        boundary = b"level%d" % level
        inner = b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n%s\r\n--%s--\r\n" % (
            (boundary, boundary, inner, boundary)
        )
    return HEAD + inner


def many_parts(count: int) -> bytes:
    """Return a letter of very many parts."""
    parts = b"".join(b"--x\r\nContent-Type: application/x\r\n\r\n1\r\n" for _ in range(count))
    return HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n"


def typed(content_type: bytes, body: bytes, encoding: bytes = b"8bit") -> bytes:
    """Return a letter of one part."""
    fields = b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (content_type, encoding)
    return HEAD + fields + body


def with_field(name: bytes, value: bytes) -> bytes:
    """Return a letter with one more field in its header."""
    return name + b": " + value + b"\r\n" + HEAD + b"\r\nhello\r\n"


def mixed(*parts: bytes) -> bytes:
    """Return a letter of these parts, each with its own header."""
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=frontier\r\n\r\n"
        + b"".join(b"--frontier\r\n%s\r\n" % part for part in parts)
        + b"--frontier--\r\n"
    )


def named(disposition: bytes) -> bytes:
    """Return a letter with a file, named by its Content-Disposition."""
    part = b"Content-Type: application/pdf\r\nContent-Disposition: %s\r\n\r\n%%PDF" % disposition
    return mixed(b"\r\nhello", part)


RUSSIAN = "Привет, как дела? Высылаю счёт"
FLOWED = b"--x\r\nContent-Type: text/html\r\n\r\n<p>\r\n--x\r\nContent-Type: text/plain; format=flowed\r\n\r\n"
FLOWED += b"a \r\n" * 500_000
NASTY: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"x",
    "line ends": b"\r\n\r\n\r\n",
    "nuls": b"\0" * 1000,
    "nuls everywhere": b"Subj\0ect: a\0b\r\nFrom\0: \0@\0\r\n\r\nhe\0llo\0",
    "no header": b"just words\r\nand more words\r\n",
    "no body": HEAD,
    "no blank line": HEAD + b"words that are no field\r\nmore\r\n",
    "a colon": b":\r\n\r\n",
    "mbox": b"From somebody Tue Nov  3\r\n" + HEAD + b"\r\nhello",
    "stray line": b"From: a@b.test\r\nrubbish without a sign\r\nSubject: x\r\n\r\nhello",
    "bare line feeds": HEAD.replace(b"\r", b"") + b"\nhello\n",
    "bare returns": HEAD.replace(b"\r\n", b"\r") + b"\rhello",
    "every byte": bytes(range(256)) * 20,
    "huge field": b"X-Long: " + b"a" * 3_000_000 + b"\r\n" + HEAD + b"\r\nhello",
    "many fields": b"X-More: y\r\n" * 50_000 + HEAD + b"\r\nhello",
    "endless fold": b"Subject: a\r\n" + b" b\r\n" * 200_000 + b"\r\nhello",
    "many people": with_field(b"To", b", ".join(b"p%d@x.test" % number for number in range(20_000))),
    "open brackets": with_field(b"To", b"(" * 50_000),
    "open quotes": with_field(b"From", b'"' * 50_001),
    "open angles": with_field(b"From", b"<" * 50_000),
    "open quotes of escapes": with_field(b"To", b'"\\' * 32_000),
    "open brackets of escapes": with_field(b"Cc", b"(\\" * 32_000),
    "file without a folder": typed(b"application/pdf; name=" + b"a" * 60_000, b"hello"),
    "blanks before no address": typed(b"text/html", b"<img src=" + b" " * 500_000),
    "blanks in styles": typed(b"text/html", (b'<p style="color:' + b" " * 7_900 + b'x">') * 400),
    "flowed without end": typed(b"multipart/mixed; boundary=x", FLOWED),
    "bad message id": with_field(b"Message-ID", b"<"),
    "bad references": with_field(b"References", b"<a<b>c> <" + b"<x@y>" * 30_000),
    "bad date": with_field(b"Date", b"Mon, 99 Foo 99999 25:61:61 +99999999"),
    "early date": with_field(b"Date", b"Mon, 1 Jan 0001 00:00:00 +1400"),
    "late date": with_field(b"Date", b"Fri, 31 Dec 9999 23:59:59 -1200"),
    "broken word": with_field(b"Subject", b"=?utf-8?b?0J/RgNC40LI?= =?utf-8?q?=?= =?utf-8?q?=D0?= =?"),
    "word of no charset": with_field(b"Subject", b"=??q?x?= =?x-nobody?q?=FF?= =?\xff?b?\xff?="),
    "words without end": with_field(b"Subject", b"=?utf-8?q?" * 5_000),
    "word of a cipher": with_field(
        b"Subject", b"=?rot13?q?uryyb?= =?zip?b?eA==?= =?idna?q?xn--a?= =?unicode_escape?q?\\x?="
    ),
    "lone surrogates": typed(b"text/plain; charset=utf-7", b"+2AA- +3/8-"),
    "unknown charset": typed(b"text/plain; charset=x-klingon", RUSSIAN.encode("cp1251")),
    "charset of bytes": typed(b"text/plain; charset=base64", b"aGVsbG8="),
    "charset of a path": typed(b'text/plain; charset="../../etc/passwd\0"', b"hello"),
    "wrong charset": typed(b"text/plain; charset=utf-8", RUSSIAN.encode("cp1251")),
    "cut character": typed(b"text/plain; charset=utf-8", "ё".encode()[:1]),
    "wrong base64": typed(b"text/plain", b"aGVs!!!bG8\r\n=\r\n=A===\xff", b"base64"),
    "base64 of nothing": typed(b"text/plain", b"====", b"base64"),
    "wrong quoted-printable": typed(b"text/plain", b"=\r\n=Z=4=\r\n==3D= =\xff", b"quoted-printable"),
    "long quoted-printable": typed(b"text/plain", b"=D0=9F" * 200_000, b"quoted-printable"),
    "wrong uuencode": typed(b"text/plain", b"begin 644 x\r\n\xff\xff\xff\r\nM\r\n ~~~\r\n\r\nend\r\n", b"x-uuencode"),
    "unknown encoding": typed(b"text/plain", b"hello", b"x-nobody; y"),
    "no type": typed(b"", b"hello"),
    "rubbish type": typed(b';;;=;charset="', b"hello"),
    "multipart of nothing": typed(b"multipart/mixed", b"hello"),
    "empty boundary": typed(b'multipart/mixed; boundary=""', b"--\r\n\r\nhello\r\n----\r\n"),
    "boundary never seen": typed(b"multipart/mixed; boundary=x", b"hello"),
    "boundary of signs": typed(b'multipart/mixed; boundary="(.*)+["', b"--(.*)+[\r\n\r\nhello\r\n--(.*)+[--\r\n"),
    "boundary never closed": typed(b"multipart/mixed; boundary=x", b"--x\r\n\r\nhello"),
    "boundary at the end": typed(b"multipart/mixed; boundary=x", b"--x"),
    "boundaries without parts": typed(b"multipart/mixed; boundary=x", b"--x\r\n" * 20_000),
    "false boundaries": typed(b"multipart/mixed; boundary=x", b"\n--xy" * 200_000),
    "boundary in itself": typed(b"multipart/mixed; boundary=x", nested(0) + b"\r\n--x\r\n" + nested(3)),
    "a hundred deep": nested(100),
    "a thousand deep": nested(1000),
    "deep forwarding": nested(3, b"Content-Type: message/rfc822\r\n\r\n" * 50 + b"hello"),
    "digest": typed(b"multipart/digest; boundary=x", b"--x\r\n\r\nSubject: inner\r\n\r\nhello\r\n--x--"),
    "many parts": many_parts(5_000),
    "many parameters": typed(b"text/plain" + b"; a=b" * 10_000, b"hello"),
    "pieces of a parameter": named(b"attachment" + b"".join(b"; filename*%d*=%%D0" % n for n in range(200))),
    "pieces out of order": named(b"attachment; filename*2=c; filename*0*=utf-8''%61; filename*1=b; filename*x=y"),
    "wrong 2231": named(b"attachment; filename*=''; filename*0*='"),
    "8-bit in 1251": b"Subject: " + RUSSIAN.encode("cp1251") + b"\r\n" + typed(b"text/plain", RUSSIAN.encode("cp1251")),
    "8-bit in koi8": b"Subject: " + RUSSIAN.encode("koi8-r") + b"\r\n" + typed(b"text/plain", RUSSIAN.encode("koi8-r")),
    "8-bit in utf-8": b"Subject: " + RUSSIAN.encode() + b"\r\n" + typed(b"text/plain", RUSSIAN.encode()),
    "winmail.dat": mixed(
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA"
    ),
    "forwarded": mixed(b"Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?=D0=AF?=\r\n\r\nhello"),
    "html of brackets": typed(b"text/html", b"<" * 300_000),
    "html that never ends": typed(b"text/html", b"<a <!-- <style <b '\"" * 20_000),
    "html of depth": typed(b"text/html", b"<div><b>" * 50_000),
    "html of ampersands": typed(b"text/html", b"&" * 300_000),
    "html of nothing": typed(b"text/html", b""),
    "text of quotes": typed(b"text/plain", b">" * 100_000 + b"\n" + b"> " * 50_000),
    "text of addresses": typed(b"text/plain", b"a@" * 100_000 + b"http://" * 20_000 + b"." * 100_000),
    "related to nothing": typed(b"multipart/related; boundary=x; start=y", b"--x--\r\n"),
    "alternatives of nothing": typed(b"multipart/alternative; boundary=x", b"--x\r\n--x--\r\n"),
}
