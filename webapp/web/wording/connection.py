"""Words for problems on the way to a server: its name, the connection, TLS and the certificate."""

from webapp.net.problems import ProblemKind
from webapp.web.wording.words import N_, ProblemWords

WORDS: dict[ProblemKind, ProblemWords] = {
    ProblemKind.NAME_NOT_FOUND: ProblemWords(
        N_("no such name"),
        N_("There is no server named %(host)s."),
        N_("Check the spelling of the server name, or clear the field to have it found."),
    ),
    ProblemKind.NAME_LOOKUP_FAILED: ProblemWords(
        N_("the name server did not answer"),
        N_("The address of %(host)s could not be looked up: the name server did not answer."),
        N_("Try again in a minute. If it stays so, the office's network administrator can help."),
    ),
    ProblemKind.NAME_INVALID: ProblemWords(
        N_("not a server name"),
        N_("“%(host)s” cannot be the name of a server."),
        N_("A server name looks like imap.example.com: letters, digits, hyphens and dots."),
    ),
    ProblemKind.TARGET_REFUSED: ProblemWords(
        N_("inner network"),
        N_("Address in the inner network; the administrator can allow it: %(host)s."),
        N_("If this is the office's own mail server, ask the administrator of Mailroom to allow its network and port."),
    ),
    ProblemKind.CONNECTION_REFUSED: ProblemWords(
        N_("port closed"),
        N_("%(host)s takes no connections at port %(port)s."),
        N_("The server is there, but the port is closed. Correct the port, or clear it to have it found."),
    ),
    ProblemKind.CONNECTION_TIMED_OUT: ProblemWords(
        N_("no answer"),
        N_("%(host)s does not answer at port %(port)s."),
        N_("Most often the port is wrong or a firewall swallows the connection. Correct the port and the server name."),
    ),
    ProblemKind.HOST_UNREACHABLE: ProblemWords(
        N_("unreachable"),
        N_("%(host)s cannot be reached over the network."),
        N_("Check the server name and whether this office's internet connection works, then re-test."),
    ),
    ProblemKind.CONNECTION_LOST: ProblemWords(
        N_("connection broken off"),
        N_("%(host)s broke off the connection at port %(port)s."),
        N_("Try another connection security or port; if the server is overloaded, re-test in a minute."),
    ),
    ProblemKind.TLS_NOT_SPOKEN: ProblemWords(
        N_("no SSL/TLS here"),
        N_("%(host)s answers at port %(port)s, but without SSL/TLS."),
        N_("Choose STARTTLS for this port, or take the port of SSL/TLS: 993, 995, 465 or 563 (news)."),
    ),
    ProblemKind.TLS_FAILED: ProblemWords(
        N_("TLS failed"),
        N_("No protected connection to %(host)s came about at port %(port)s."),
        N_("Security and port may not match: SSL/TLS goes with 993, 995, 465, 563; STARTTLS with 143, 110, 587, 119."),
    ),
    ProblemKind.CERTIFICATE_EXPIRED: ProblemWords(
        N_("certificate expired"),
        N_("The certificate of %(host)s has expired."),
        N_("Its owner must renew it. Until then you may look at the certificate and accept it for this account only."),
    ),
    ProblemKind.CERTIFICATE_NOT_YET_VALID: ProblemWords(
        N_("certificate not yet valid"),
        N_("The certificate of %(host)s is not valid yet."),
        N_(
            "Check the clock of the Mailroom server. If it is right, the mail server's administrator must correct this."
        ),
    ),
    ProblemKind.CERTIFICATE_WRONG_NAME: ProblemWords(
        N_("certificate of another name"),
        N_("The certificate of %(host)s was issued for another name: %(names)s."),
        N_("Use the server name that the certificate names, or look at the certificate and decide."),
    ),
    ProblemKind.CERTIFICATE_SELF_SIGNED: ProblemWords(
        N_("self-signed certificate"),
        N_("The certificate of %(host)s is signed by itself, so nobody vouches for it."),
        N_("If this is your office's own server, compare the fingerprint with its administrator and accept it."),
    ),
    ProblemKind.CERTIFICATE_UNKNOWN_ISSUER: ProblemWords(
        N_("certificate of an unknown issuer"),
        N_("The certificate of %(host)s comes from an issuer we do not know."),
        N_("Compare the fingerprint with the server's administrator, or have the issuer added to Mailroom."),
    ),
    ProblemKind.CERTIFICATE_INVALID: ProblemWords(
        N_("certificate not valid"),
        N_("The certificate of %(host)s is not valid."),
        N_("Ask the mail server's administrator. You may look at the certificate and decide."),
    ),
    ProblemKind.CERTIFICATE_CHANGED: ProblemWords(
        N_("another certificate than accepted"),
        N_("%(host)s showed another certificate than the one that was accepted."),
        N_("It may have been renewed, or somebody stands in between. Compare the fingerprint before you accept it."),
    ),
    ProblemKind.STARTTLS_NOT_OFFERED: ProblemWords(
        N_("no STARTTLS"),
        N_("%(host)s does not offer STARTTLS at port %(port)s."),
        N_("Choose SSL/TLS with its own port. Without protection the password could be read on the way."),
    ),
    ProblemKind.STARTTLS_REFUSED: ProblemWords(
        N_("STARTTLS refused"),
        N_("%(host)s offered STARTTLS at port %(port)s and then refused it."),
        N_("Choose SSL/TLS with its own port, or re-test in a minute."),
    ),
    ProblemKind.STARTTLS_INJECTION: ProblemWords(
        N_("foreign data before TLS"),
        N_("%(host)s sent data it must not send before the protected connection began."),
        N_("Somebody may stand in between, so nothing was sent. Choose SSL/TLS, or tell the server's administrator."),
    ),
    ProblemKind.TLS_AVAILABLE: ProblemWords(
        N_("can be protected"),
        N_("%(host)s speaks SSL/TLS, so the password is not sent there unprotected."),
        N_("Choose SSL/TLS or STARTTLS, or clear the field to have it found."),
    ),
}
