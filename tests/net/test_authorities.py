"""What is taken as a certificate authority of the office, and every reason why something is not."""

import asyncio
import base64
import ssl
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given
from hypothesis import strategies as st

from tests.certificates import authority, self_signed, server_context, stranger, untrusted
from tests.net.loopback import trouble
from tests.office_authority import ENDS, NOW, OFFICE, Made, authorities_in, key_der, key_pem, make, signed_by_sha1
from tests.scripted import ScriptedServer, dialogue, hear, network_to
from webapp.net.authority_faults import AuthorityFault, AuthorityRefused
from webapp.net.certificate_files import LARGEST, MOST_AT_ONCE, certificates_in, pem_of
from webapp.net.problems import ProblemKind
from webapp.net.tls import TlsContexts

LISTENER = dialogue(hear(rb".*"), b"+OK\r\n")
CRITICAL_OID_OF_EC = bytes.fromhex("06072a8648ce3d0201")


def fault_of(content: bytes) -> tuple[AuthorityFault, str]:
    """Return why something is refused, and whose certificate it is."""
    with pytest.raises(AuthorityRefused) as refusal:
        authorities_in(content, NOW)
    return refusal.value.fault, refusal.value.name


def bare(made: Made) -> bytes:
    """Return the base64 of a certificate without its BEGIN and END."""
    return base64.encodebytes(made.der)


def as_openssl_prints(made: Made) -> bytes:
    """Return a certificate with the text around it that tools write."""
    return "Владелец: Успех\nBag Attributes\n    friendlyName: успех\n".encode() + made.pem + b"\n# end\n"


def in_utf_16(made: Made) -> bytes:
    """Return what Notepad saves as "Unicode"."""
    return made.pem.decode().replace("\n", "\r\n").encode("utf-16")


def older_label(made: Made) -> bytes:
    return made.pem.replace(b" CERTIFICATE-", b" X509 CERTIFICATE-")


@pytest.mark.parametrize(
    "written",
    [
        lambda made: made.pem,
        lambda made: made.der,
        lambda made: made.pem.replace(b"\n", b"\r\n"),
        lambda made: b"\xef\xbb\xbf" + made.pem,
        bare,
        as_openssl_prints,
        in_utf_16,
        older_label,
    ],
)
def test_a_certificate_is_read_however_it_was_saved(written: Callable[[Made], bytes]) -> None:
    made = make()

    (authority,) = authorities_in(written(made), NOW)

    assert (authority.sha256, authority.name, authority.not_after) == (made.sha256, OFFICE, ENDS)
    assert authority.subject == authority.issuer == f"CN={OFFICE},O=ООО «Успех»"
    assert authority.pem == made.pem.decode()


def test_several_are_read_at_once_each_once_and_nothing_else_is_kept() -> None:
    first, second = make("Root"), make("Issuing", issuer=make("Root"))

    found = authorities_in(b"note: tajna\n" + first.pem + second.pem + first.pem, NOW)

    assert [one.name for one in found] == ["Root", "Issuing"]
    assert "".join(one.pem for one in found) == (first.pem + second.pem).decode()


@pytest.mark.parametrize("key", ["rsa-2048", "ed25519"])
def test_sound_keys_of_other_kinds_are_taken(key: str) -> None:
    assert authorities_in(make(key=key).pem, NOW)


def test_what_has_no_key_usage_may_sign() -> None:
    assert authorities_in(make(signs=None).pem, NOW)


def test_an_authority_that_is_not_valid_yet_is_taken_and_tells_when() -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)

    (authority,) = authorities_in(make(not_before=later).pem, NOW)

    assert authority.not_before == later


def test_a_root_may_have_signed_itself_by_an_old_digest() -> None:
    assert authorities_in(signed_by_sha1(make(key="rsa-2048")).pem, NOW)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (lambda: make("mail.uspeh.test", ca=False, signs=False), AuthorityFault.NOT_AN_AUTHORITY),
        (lambda: make("mail.uspeh.test", ca=None, signs=None), AuthorityFault.NOT_AN_AUTHORITY),
        (lambda: make(signs=False), AuthorityFault.MAY_NOT_SIGN),
        (lambda: make(not_after=datetime(2026, 11, 30, tzinfo=UTC)), AuthorityFault.EXPIRED),
        (lambda: make(key="rsa-1024"), AuthorityFault.WEAK_KEY),
        (lambda: make(key="small-ec"), AuthorityFault.WEAK_KEY),
        (lambda: signed_by_sha1(make(issuer=make("Root", key="rsa-2048"))), AuthorityFault.WEAK_SIGNATURE),
    ],
)
def test_what_must_not_be_trusted_is_refused_by_its_name(made: Callable[[], Made], fault: AuthorityFault) -> None:
    refused = made()
    name = "mail.uspeh.test" if fault is AuthorityFault.NOT_AN_AUTHORITY else OFFICE

    assert fault_of(refused.pem) == (fault, name)
    assert fault_of(make("Good").pem + refused.pem) == (fault, name)


def test_a_key_of_an_algorithm_nobody_here_can_check_is_named_as_such() -> None:
    der = make().der
    assert der.count(CRITICAL_OID_OF_EC) == 1

    unknown = der.replace(CRITICAL_OID_OF_EC, bytes.fromhex("06072a850307010101"))  # as long as GOST's, and as unknown

    assert fault_of(unknown) == (AuthorityFault.UNKNOWN_ALGORITHM, OFFICE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \r\n ",
        b"hello",
        "привет".encode(),
        b"\x30\x82\x01\x00garbage",
        make().pem[:-40],
        make().pem.replace(b"MII", b"AAA"),
        make().pem + make("Other").pem[:-40],
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\n" + b"A" * 63 + b"\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nпривет\n-----END CERTIFICATE-----\n".encode(),
    ],
)
def test_what_holds_no_whole_certificate_is_unreadable(content: bytes) -> None:
    assert fault_of(content) == (AuthorityFault.UNREADABLE, "")


def with_key(made: Made) -> bytes:
    return made.pem + key_pem(made)


def locked_key(made: Made) -> bytes:
    return key_pem(made, b"password")


def pfx(made: Made) -> bytes:
    lock = serialization.BestAvailableEncryption(b"password")
    return pkcs12.serialize_key_and_certificates(b"office", made.key, made.certificate, None, lock)


@pytest.mark.parametrize(
    "content",
    [
        with_key,
        key_pem,
        locked_key,
        key_der,
        lambda made: key_der(made, b"password"),
        lambda made: base64.encodebytes(key_der(made)),
        lambda made: with_key(made).decode().encode("utf-16"),
        lambda made: with_key(made).decode().encode("utf-16-le"),
        lambda made: with_key(made).lower(),
        lambda made: made.pem + b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb\n",
        lambda made: b"PuTTY-User-Key-File-3: ssh-ed25519\n",
        pfx,
        lambda made: base64.encodebytes(pfx(made)),
    ],
)
def test_a_private_key_is_recognised_in_every_dress(content: Callable[[Made], bytes]) -> None:
    assert fault_of(content(make())) == (AuthorityFault.PRIVATE_KEY, "")


def test_too_much_is_refused_before_it_is_read() -> None:
    assert fault_of(make().pem + b" " * LARGEST) == (AuthorityFault.TOO_LARGE, "")


def test_too_many_at_once_are_refused() -> None:
    many = b"".join(make(f"Number {number}").pem for number in range(MOST_AT_ONCE + 1))

    assert fault_of(many) == (AuthorityFault.TOO_MANY, "")
    assert len(authorities_in(many.partition(b"-----END")[2].partition(b"\n")[2], NOW)) == MOST_AT_ONCE


def test_a_hostile_name_is_one_harmless_line() -> None:
    (authority,) = authorities_in(make("Bank\u202egnp.exe\n<script>" + "x" * 40).pem, NOW)

    assert authority.name == "Bankgnp.exe <script>" + "x" * 40


def test_certificates_come_back_as_text_without_what_stood_beside_them() -> None:
    made = make()

    assert pem_of(certificates_in(b"PIN 1234\n" + made.pem + b"and more")) == made.pem.decode()


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda noise: make().der[:200] + noise))
def test_noise_is_refused_and_breaks_nothing(noise: bytes) -> None:
    fault_of(noise)


def heard(server: ScriptedServer, *authorities: trustme.CA) -> bytes:
    """Talk to a server, trusting besides the system's these authorities of the office."""

    async def talking() -> bytes:
        network = network_to(server)
        network.tls = TlsContexts(authorities=[authority.cert_pem.bytes().decode() for authority in authorities])
        async with await network.connect(server.host, server.port) as stream:
            await stream.start_tls()
            await stream.write(b"NOOP\r\n")
            return await stream.read_line()

    return asyncio.run(talking())


def test_a_server_of_the_office_is_believed_exactly_while_its_authority_is_trusted() -> None:
    with ScriptedServer(LISTENER, tls=untrusted()) as server:
        with trouble() as before:
            heard(server)
        assert heard(server, stranger()) == b"+OK"
        with trouble() as after:
            heard(server, authority())

    assert [problem.kind for problem in before + after] == [ProblemKind.CERTIFICATE_UNKNOWN_ISSUER] * 2


def test_an_issuing_authority_is_trusted_by_itself_without_its_root() -> None:
    issuing = stranger().create_child_ca()

    with ScriptedServer(LISTENER, tls=server_context(issuer=issuing)) as server:
        assert heard(server, issuing) == b"+OK"
        assert heard(server, stranger()) == b"+OK"

    with ScriptedServer(LISTENER, tls=untrusted()) as server, trouble() as problems:
        heard(server, issuing)
    assert problems[0].kind is ProblemKind.CERTIFICATE_UNKNOWN_ISSUER


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        (lambda: server_context("other.example", issuer=stranger()), ProblemKind.CERTIFICATE_WRONG_NAME),
        (self_signed, ProblemKind.CERTIFICATE_SELF_SIGNED),
    ],
)
def test_an_authority_vouches_for_names_and_for_nobody_else(
    context: Callable[[], ssl.SSLContext], kind: ProblemKind
) -> None:
    with ScriptedServer(LISTENER, tls=context()) as server, trouble() as problems:
        heard(server, stranger())

    assert problems[0].kind is kind


@pytest.mark.parametrize("broken", ["", "x", "ёж", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_one_broken_row_keeps_nobody_from_mail(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    made = make()

    contexts = TlsContexts(authorities=[broken, made.pem.decode()])

    assert made.der in contexts.verified.get_ca_certs(binary_form=True)
    assert len(caplog.records) == 1
