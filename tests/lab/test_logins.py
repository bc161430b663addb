"""Every server of the lab lets people in as its story says, and only over TLS."""

import imaplib
import poplib
import smtplib
import socket
import ssl
from functools import partial

import pytest

from tests.lab.clients import tls_context
from tests.lab.domain_table import CYRILLIC, DOMAINS
from tests.lab.domains import Certificate, Domain, MailHost, login_name, mailboxes_of
from tests.lab.lab import Lab

HOSTS = [(domain, host) for domain in DOMAINS for host in domain.hosts if host.login]


def hosts_on(port: int, certificate: Certificate = Certificate.GOOD) -> pytest.MarkDecorator:
    """Parametrise a test with the hosts that listen on a port with such a certificate."""
    cases = [(domain, host) for domain, host in HOSTS if port in host.ports and host.certificate is certificate]
    return pytest.mark.parametrize(("domain", "host"), cases, ids=[host.name for _, host in cases])


def first_login(domain: Domain) -> tuple[str, str]:
    """Return login name and password of the domain's first mailbox."""
    mailbox = mailboxes_of(domain)[0]
    return login_name(domain, mailbox), mailbox.password


@hosts_on(993)
def test_imap_lets_in_over_tls(lab: Lab, domain: Domain, host: MailHost) -> None:
    with imaplib.IMAP4_SSL(lab.network.of(host.name), 993, ssl_context=tls_context(lab, host.name), timeout=30) as imap:
        assert imap.login(*first_login(domain))[0] == "OK"


@hosts_on(143)
def test_imap_lets_in_after_starttls_and_not_before(lab: Lab, domain: Domain, host: MailHost) -> None:
    with imaplib.IMAP4(lab.network.of(host.name), 143, timeout=30) as imap:
        assert "LOGINDISABLED" in imap.capabilities

        imap.starttls(tls_context(lab, host.name))

        assert imap.login(*first_login(domain))[0] == "OK"


@hosts_on(995)
def test_pop3_lets_in_over_tls(lab: Lab, domain: Domain, host: MailHost) -> None:
    pop = poplib.POP3_SSL(lab.network.of(host.name), 995, context=tls_context(lab, host.name), timeout=30)
    name, password = first_login(domain)
    pop.user(name)

    assert pop.pass_(password).startswith(b"+OK")
    pop.quit()


@hosts_on(110)
def test_pop3_lets_in_after_stls_and_not_before(lab: Lab, domain: Domain, host: MailHost) -> None:
    pop = poplib.POP3(lab.network.of(host.name), 110, timeout=30)
    name, password = first_login(domain)
    with pytest.raises(poplib.error_proto):
        pop.user(name)

    pop.stls(tls_context(lab, host.name))
    pop.user(name)

    assert pop.pass_(password).startswith(b"+OK")
    pop.quit()


@hosts_on(465)
def test_smtp_lets_in_over_tls(lab: Lab, domain: Domain, host: MailHost) -> None:
    with smtplib.SMTP_SSL(lab.network.of(host.name), 465, context=tls_context(lab, host.name), timeout=30) as smtp:
        assert smtp.login(*first_login(domain))[0] == 235


def starttls_login(lab: Lab, domain: Domain, host: MailHost, port: int) -> int:
    """Return the answer to a login after STARTTLS, having seen that there is none before."""
    with smtplib.SMTP(lab.network.of(host.name), port, timeout=30) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        smtp.starttls(context=tls_context(lab, host.name))
        return smtp.login(*first_login(domain))[0]


@hosts_on(587)
def test_submission_lets_in_after_starttls_and_not_before(lab: Lab, domain: Domain, host: MailHost) -> None:
    assert starttls_login(lab, domain, host, 587) == 235


@hosts_on(25)
def test_port_25_lets_in_after_starttls_and_not_before(lab: Lab, domain: Domain, host: MailHost) -> None:
    assert starttls_login(lab, domain, host, 25) == 235


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("imap.selfsigned.test", 993, "self-signed"),
        ("smtp.expired.test", 465, "expired"),
        ("imap.wrongname.test", 993, "Hostname mismatch"),
    ],
)
def test_a_bad_certificate_is_bad_in_its_own_way(lab: Lab, host: str, port: int, reason: str) -> None:
    with socket.create_connection((lab.network.of(host), port), timeout=30) as plain:
        with pytest.raises(ssl.SSLCertVerificationError, match=reason):
            tls_context(lab, host).wrap_socket(plain)


def test_untrusted_starttls_servers_have_a_stranger_s_certificate(lab: Lab) -> None:
    with socket.create_connection((lab.network.of("imap.untrusted.test"), 143), timeout=30) as plain:
        plain.recv(4096)
        plain.sendall(b"a STARTTLS\r\n")
        assert plain.recv(4096).startswith(b"a OK")
        with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer certificate"):
            tls_context(lab, "imap.untrusted.test").wrap_socket(plain)
    with smtplib.SMTP(lab.network.of("smtp.untrusted.test"), 587, timeout=30) as smtp:
        with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer certificate"):
            smtp.starttls(context=tls_context(lab, "smtp.untrusted.test"))


@hosts_on(143, Certificate.ABSENT)
def test_the_plain_imap_host_lets_in_without_tls_and_offers_none(lab: Lab, domain: Domain, host: MailHost) -> None:
    with imaplib.IMAP4(lab.network.of(host.name), 143, timeout=30) as imap:
        assert "STARTTLS" not in imap.capabilities
        assert imap.login(*first_login(domain))[0] == "OK"


@pytest.mark.parametrize("port", [587, 25])
def test_the_plain_smtp_host_lets_in_without_tls_and_offers_none(lab: Lab, port: int) -> None:
    domain, host = next(pair for pair in HOSTS if pair[1].name == "smtp.plain.test")
    with smtplib.SMTP(lab.network.of(host.name), port, timeout=30) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("starttls")
        assert smtp.login(*first_login(domain))[0] == 235


def test_local_test_refuses_the_whole_address(lab: Lab) -> None:
    host, since = "imap.local.test", lab.mark()
    with imaplib.IMAP4_SSL(lab.network.of(host), 993, ssl_context=tls_context(lab, host), timeout=30) as imap:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            imap.login("anna@local.test", lab.mailbox("anna@local.test").password)

    assert [login.username for login in lab.refused_logins(since)] == ["anna@local.test"]


def test_a_refused_login_shows_in_the_log_whichever_server_refused_it(lab: Lab) -> None:
    since = lab.mark()
    imap_host, smtp_host = "imap.guess.test", "smtp.guess.test"

    with imaplib.IMAP4_SSL(lab.network.of(imap_host), 993, ssl_context=tls_context(lab, imap_host), timeout=30) as imap:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            imap.login("anna@guess.test", "nothing like it")
    with smtplib.SMTP_SSL(lab.network.of(smtp_host), 465, context=tls_context(lab, smtp_host), timeout=30) as smtp:
        smtp.user, smtp.password = "boris@guess.test", "nor this"
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.auth("CRAM-MD5", smtp.auth_cram_md5)

    assert [login.username for login in lab.refused_logins(since)] == ["anna@guess.test", "boris@guess.test"]


def test_a_cyrillic_domain_is_let_in_under_both_of_its_names(lab: Lab) -> None:
    host = f"imap.{CYRILLIC}"
    mailbox = lab.mailbox(f"vera@{CYRILLIC}")
    for name in (mailbox.address, "vera@почта.test"):
        with imaplib.IMAP4_SSL(lab.network.of(host), 993, ssl_context=tls_context(lab, host), timeout=30) as imap:
            assert imap.authenticate("PLAIN", partial(plain_answer, name, mailbox.password))[0] == "OK"


def plain_answer(name: str, password: str, _: bytes) -> bytes:
    """Return the one message of SASL PLAIN (RFC 4616)."""
    return f"\0{name}\0{password}".encode()
