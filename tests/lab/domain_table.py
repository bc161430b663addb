"""The mail domains of the lab, as a table: what exists, where, and how it may be found."""

from tests.lab.domains import Certificate, Domain, MailHost

ISPDB_HOST = "ispdb.test"
ISPDB_PATH = "/v1.1/"
AUTOCONFIG_PATH = "/mail/config-v1.1.xml"
WELL_KNOWN_PATH = "/.well-known/autoconfig/mail/config-v1.1.xml"
PACC_PATH = "/.well-known/user-agent-configuration.json"
AUTODISCOVER_PATH = "/autodiscover/autodiscover.xml"

CYRILLIC = "xn--80a1acny.test"

IMAP_PORTS = (993, 143)
SUBMISSION_PORTS = (465, 587)


def guessable(domain: str, certificate: Certificate = Certificate.GOOD) -> tuple[MailHost, ...]:
    """Return the hosts most domains have: imap.DOMAIN and smtp.DOMAIN."""
    return (
        MailHost(f"imap.{domain}", IMAP_PORTS, certificate),
        MailHost(f"smtp.{domain}", SUBMISSION_PORTS, certificate),
    )


DOMAINS = (
    Domain(
        "uspeh.test",
        "published at autoconfig.uspeh.test; host names nobody can guess",
        hosts=(
            MailHost("korob-17.uspeh.test", (993, 143, 995, 110)),
            MailHost("gonec-42.uspeh.test", (465, 587, 25)),
        ),
        records=("@ A {refusing}",),
        published_at=(f"https://autoconfig.uspeh.test{AUTOCONFIG_PATH}",),
    ),
    Domain(
        "wellknown.test",
        "published only at https://wellknown.test/.well-known/autoconfig/",
        hosts=(MailHost("korob-18.wellknown.test", IMAP_PORTS), MailHost("gonec-43.wellknown.test", SUBMISSION_PORTS)),
        published_at=(f"https://wellknown.test{WELL_KNOWN_PATH}",),
    ),
    Domain(
        "listed.test",
        "known only to the lab's provider database (MAILROOM_ISPDB_URL)",
        hosts=(MailHost("korob-19.listed.test", IMAP_PORTS), MailHost("gonec-44.listed.test", SUBMISSION_PORTS)),
        published_at=(f"https://{ISPDB_HOST}{ISPDB_PATH}listed.test",),
    ),
    Domain(
        "srv.test",
        "only SRV records (RFC 6186, RFC 8314); POP3 is declared as not offered",
        hosts=(MailHost("korob-20.srv.test", IMAP_PORTS), MailHost("gonec-45.srv.test", SUBMISSION_PORTS)),
        records=(
            "_imaps._tcp SRV 0 1 993 korob-20",
            "_imap._tcp SRV 10 1 143 korob-20",
            "_submissions._tcp SRV 0 1 465 gonec-45",
            "_submission._tcp SRV 10 1 587 gonec-45",
            "_pop3s._tcp SRV 0 0 0 .",
            "_pop3._tcp SRV 0 0 0 .",
        ),
    ),
    Domain(
        "pacc.test",
        "published at ua-auto-config.pacc.test, the digest in a TXT record (PACC)",
        hosts=(MailHost("korob-22.pacc.test", IMAP_PORTS), MailHost("gonec-47.pacc.test", SUBMISSION_PORTS)),
        records=('_ua-auto-config TXT "v=UAAC1; a=sha256; d={digest}"',),
        announced_at=(f"https://ua-auto-config.pacc.test{PACC_PATH}",),
    ),
    Domain(
        "outlook.test",
        "published for Outlook at autodiscover.outlook.test",
        hosts=(MailHost("korob-23.outlook.test", IMAP_PORTS), MailHost("gonec-48.outlook.test", SUBMISSION_PORTS)),
        announced_at=(f"https://autodiscover.outlook.test{AUTODISCOVER_PATH}",),
    ),
    Domain(
        "outlooksrv.test",
        "published for Outlook at a host that only an SRV record names",
        hosts=(
            MailHost("korob-24.outlooksrv.test", IMAP_PORTS),
            MailHost("gonec-49.outlooksrv.test", SUBMISSION_PORTS),
        ),
        records=(
            "_autodiscover._tcp SRV 10 0 443 nowhere",
            "_autodiscover._tcp SRV 0 0 443 spravka-7",
        ),
        announced_at=(f"https://spravka-7.outlooksrv.test{AUTODISCOVER_PATH}",),
    ),
    Domain(
        "plainweb.test",
        "published at http://autoconfig.plainweb.test without TLS",
        hosts=(MailHost("korob-25.plainweb.test", IMAP_PORTS), MailHost("gonec-50.plainweb.test", SUBMISSION_PORTS)),
        published_at=(f"http://autoconfig.plainweb.test{AUTOCONFIG_PATH}",),
    ),
    Domain(
        "imported.test",
        "published nowhere; a test imports its document",
        hosts=(MailHost("korob-26.imported.test", IMAP_PORTS), MailHost("gonec-51.imported.test", SUBMISSION_PORTS)),
    ),
    Domain(
        "guess.test",
        "only imap.guess.test (143, 993) and smtp.guess.test (587, 465)",
        hosts=guessable("guess.test"),
        records=("@ A {refusing}",),
    ),
    Domain(
        "pop.test",
        "POP3 only: pop.pop.test (110, 995) and smtp.pop.test (25, 587)",
        hosts=(MailHost("pop.pop.test", (110, 995)), MailHost("smtp.pop.test", (25, 587))),
    ),
    Domain(
        "old.test",
        "POP3 only, and letters go out through port 25 with STARTTLS",
        hosts=(MailHost("pop.old.test", (110, 995)), MailHost("smtp.old.test", (25,))),
    ),
    Domain(
        "silent.test",
        "every host swallows packets; autoconfig.silent.test accepts and hangs",
        records=(
            "@ A {silent}",
            "@ MX 10 mx",
            "* A {silent}",
            "autoconfig A {hanging}",
        ),
    ),
    Domain(
        "blackhole.test",
        "as guess.test, but every other host is silent and autoconfig.blackhole.test hangs",
        hosts=guessable("blackhole.test"),
        records=("@ A {silent}", "* A {silent}", "autoconfig A {hanging}"),
    ),
    Domain(
        "mx.test",
        "nothing but an MX to hoster.test",
        records=("@ MX 10 mx1.hoster.test.",),
    ),
    Domain(
        "mxlisted.test",
        "nothing but an MX to listed.test, which only the provider database knows",
        records=("@ MX 10 mx1.listed.test.",),
    ),
    Domain(
        "mximported.test",
        "nothing but an MX to imported.test, which only the imported database knows",
        records=("@ MX 10 mx1.imported.test.",),
    ),
    Domain(
        "onebox.test",
        "one host for everything, and only its MX record names it",
        hosts=(MailHost("yashchik-3.onebox.test", (993, 143, 465, 587, 25)),),
        records=("@ MX 10 yashchik-3",),
    ),
    Domain(
        "customer.test",
        "imap and smtp are other names of hoster.test's servers, whose certificates say so",
        records=("imap CNAME korob-21.hoster.test.", "smtp CNAME gonec-46.hoster.test."),
    ),
    Domain(
        "hoster.test",
        "publishes autoconfig for its customers (mx.test); its MX takes letters in and nothing else",
        hosts=(
            MailHost("korob-21.hoster.test", IMAP_PORTS),
            MailHost("gonec-46.hoster.test", SUBMISSION_PORTS),
            MailHost("mx1.hoster.test", (25,), login=False),
        ),
        published_at=(f"https://autoconfig.hoster.test{AUTOCONFIG_PATH}",),
    ),
    Domain(
        "untrusted.test",
        "STARTTLS servers whose certificate comes from nobody we know; nothing else",
        hosts=(
            MailHost("imap.untrusted.test", (143,), Certificate.UNKNOWN_ISSUER),
            MailHost("smtp.untrusted.test", (587,), Certificate.UNKNOWN_ISSUER),
        ),
    ),
    Domain(
        "selfsigned.test",
        "self-signed certificates on every port",
        hosts=guessable("selfsigned.test", Certificate.SELF_SIGNED),
    ),
    Domain("expired.test", "certificates that ended long ago", hosts=guessable("expired.test", Certificate.EXPIRED)),
    Domain(
        "wrongname.test",
        "certificates made out to another name",
        hosts=guessable("wrongname.test", Certificate.WRONG_NAME),
    ),
    Domain(
        "plain.test",
        "no TLS anywhere: imap.plain.test (143) and smtp.plain.test (587, 25)",
        hosts=(
            MailHost("imap.plain.test", (143,), Certificate.ABSENT),
            MailHost("smtp.plain.test", (587, 25), Certificate.ABSENT),
        ),
    ),
    Domain("halfway.test", "incoming only", hosts=(MailHost("imap.halfway.test", IMAP_PORTS),)),
    Domain(
        "local.test",
        "guessable; the login name is the part before the @",
        hosts=guessable("local.test"),
        login_is_local_part=True,
    ),
    Domain(
        "strict.test",
        "guessable; a login sends only as its own address, but Anna's as Vera's too",
        hosts=(
            MailHost("imap.strict.test", IMAP_PORTS),
            MailHost("smtp.strict.test", SUBMISSION_PORTS, own_senders_only=True),
        ),
    ),
    Domain(CYRILLIC, "почта.test, a Cyrillic domain; guessable", hosts=guessable(CYRILLIC)),
)
