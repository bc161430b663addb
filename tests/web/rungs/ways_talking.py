"""Ways to fail once the connection stands: greetings that are none, and abilities nobody learns."""

from dataclasses import dataclass, replace

from tests.mail.scripts import IMAP, NNTP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.turns import Turn, flood, hear, reset, silence, starttls
from tests.web.rungs.replies import real
from tests.web.rungs.ways import HOLD, Press, Turns, Way, field_of
from webapp.detection.stages import Stage
from webapp.mail.settings import AuthMethod, Security
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind

BUSY = ProblemKind.SERVICE_UNAVAILABLE
OTHERS = ProblemKind.WRONG_PROTOCOL
NO_METHOD = ProblemKind.NO_COMMON_AUTH_METHOD
UNCLEAR = ProblemKind.UNEXPECTED_ANSWER
HELO = hear(rb"HELO \S+")
WHO_ARE_YOU = b"530 Please login with USER and PASS.\r\n"
ONLY_OAUTH = b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\r\n{tag} OK done\r\n"
ONLY_PASSWORDS = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n"
ONLY_TICKETS = b"250-hello\r\n250 AUTH GSSAPI NTLM\r\n"
LONG_LINE = b"X-" + b"x" * 2000 + b"\r\n"


def hang_up(peer: Peer) -> None:
    """Take the turn of leaving without a word."""
    peer.close()


@dataclass(frozen=True)
class Talk:
    """A way in the making: a server that speaks so, over such a connection, and goes wrong at one rung."""

    speech: Speech
    stage: Stage
    security: Security = Security.TLS

    def way(self, name: str, kind: ProblemKind, *turns: Turn, cause: Cause | None = None, part: str = "port") -> Way:
        """Return the way in which it does this instead."""
        silent = turns == (silence,)
        return Way(
            name,
            self.speech.protocol,
            self.stage,
            kind,
            field_of(self.speech.protocol, part),
            (*self.before(), *(() if silent else (HOLD,)), *turns),
            self.security,
            cause,
            Press.DONE if self.speech is NNTP else Press.RETEST,
            silent=silent,
        )

    def quoted(self, who: str, cause: Cause, part: str = "host", begins: str = "") -> Way:
        """Return the way in which it says what a real server said."""
        said = real(who, cause, self.speech.protocol, begins=begins)
        return self.way(f"{who} {cause}", BUSY, said, silence, cause=cause, part=part)

    def before(self) -> Turns:
        """Return the turns in which all is well."""
        speech = self.speech
        greeted: Turns = (speech.greeting,) if self.stage is Stage.ABILITIES else ()
        if self.security is Security.TLS:
            opened: Turns = (starttls, *greeted)
        elif greeted:
            opened = (*greeted, *speech.before_tls, hear(speech.ask_for_tls), speech.tls_granted, starttls)
        else:
            opened = ()
        return (*opened, speech.abilities[0]) if greeted else opened


def greeting(speech: Speech, security: Security = Security.TLS) -> Talk:
    """Return a server that will greet wrongly."""
    return Talk(speech, Stage.GREETING, security)


def abilities(speech: Speech, security: Security = Security.TLS) -> Talk:
    """Return a server that will not tell what it offers."""
    return Talk(speech, Stage.ABILITIES, security)


GREETINGS = (
    greeting(IMAP).way("silence", ProblemKind.SILENT, silence),
    greeting(SMTP, Security.STARTTLS).way("silence", ProblemKind.SILENT, silence),
    greeting(IMAP).way("out of time", ProblemKind.OUT_OF_TIME, silence, part="host"),
    greeting(POP3).way("a reset", ProblemKind.CONNECTION_LOST, reset),
    greeting(SMTP, Security.STARTTLS).way("an end", ProblemKind.CONNECTION_LOST, hang_up),
    greeting(IMAP).way("garbage", OTHERS, b"\x00\xff\x17 what\r\n", silence, cause=Cause.GENERAL),
    greeting(IMAP).way("an endless line", ProblemKind.LINE_TOO_LONG, flood(b"x" * 2000), part="host"),
    greeting(SMTP).way("an endless line", ProblemKind.LINE_TOO_LONG, flood(b"x" * 2000), part="host"),
    greeting(IMAP).quoted("Courier", Cause.SERVICE_UNAVAILABLE),
    greeting(SMTP).quoted("Exim", Cause.SERVICE_UNAVAILABLE),
    greeting(SMTP).quoted("Exim", Cause.IP_BLOCKED, "port"),
    greeting(SMTP, Security.STARTTLS).quoted("Gmail", Cause.RATE_LIMITED, begins="421"),
    greeting(POP3).quoted("Cyrus", Cause.TOO_MANY_CONNECTIONS),
    greeting(NNTP).quoted("INN", Cause.NO_PERMISSION, "username"),
    greeting(IMAP, Security.STARTTLS).way("SSH", OTHERS, b"SSH-2.0-OpenSSH_9.2p1\r\n", silence, cause=Cause.GENERAL),
    greeting(POP3).way("HTTP", OTHERS, b"HTTP/1.1 400 Bad Request\r\n\r\n", silence, cause=Cause.GENERAL),
    greeting(IMAP).way("SMTP", OTHERS, SMTP.greeting, silence, cause=Cause.GENERAL),
    greeting(SMTP).way("IMAP", OTHERS, IMAP.greeting, silence, cause=Cause.GENERAL),
    greeting(NNTP).way("POP3", OTHERS, POP3.greeting, silence, cause=Cause.GENERAL),
)
ABILITIES = (
    abilities(IMAP).way("not understood", UNCLEAR, b"{tag} BAD what?\r\n", silence, cause=Cause.PROTOCOL_ERROR),
    abilities(POP3).way("garbage", UNCLEAR, b"hello?\r\n", silence, cause=Cause.GENERAL, part="host"),
    abilities(IMAP).way("a reset", ProblemKind.CONNECTION_LOST, reset),
    abilities(SMTP).way("silence", ProblemKind.SILENT, silence),
    abilities(NNTP).way("silence", ProblemKind.SILENT, silence),
    abilities(IMAP).way("an endless answer", ProblemKind.ANSWER_TOO_LONG, flood(b"* " + LONG_LINE), part="host"),
    abilities(POP3).way("an endless answer", ProblemKind.ANSWER_TOO_LONG, b"+OK\r\n", flood(LONG_LINE), part="host"),
    abilities(SMTP).quoted("Postfix", Cause.HELO_REFUSED, "port", begins="450"),
    abilities(SMTP).way("ProFTPD", OTHERS, b"500 EHLO?\r\n", HELO, b"500 HELO?\r\n", cause=Cause.PROTOCOL_ERROR),
    abilities(SMTP).way("vsftpd", OTHERS, WHO_ARE_YOU, HELO, WHO_ARE_YOU, silence, cause=Cause.GENERAL),
    abilities(SMTP, Security.STARTTLS).quoted("Postfix", Cause.SERVICE_UNAVAILABLE, begins="421"),
)
# What is offered is learnt, and there is nothing among it for us.
NOTHING_FOR_US = (
    abilities(IMAP).way("only OAuth2", NO_METHOD, ONLY_OAUTH, silence, cause=Cause.OAUTH_ONLY, part="address"),
    abilities(SMTP).way("only Kerberos", NO_METHOD, ONLY_TICKETS, silence, cause=Cause.LOGIN_DISABLED),
    abilities(SMTP, Security.STARTTLS).way(
        "only Kerberos", NO_METHOD, ONLY_TICKETS, silence, cause=Cause.LOGIN_DISABLED
    ),
    replace(
        abilities(IMAP).way("not the chosen method", NO_METHOD, ONLY_PASSWORDS, silence, part="auth"),
        auth=AuthMethod.PASSWORD_ENCRYPTED,
    ),
)
WAYS = (*GREETINGS, *ABILITIES, *NOTHING_FOR_US)
