"""Ways to fail at the login: what real servers answer, each cause apart, and the servers that answer nothing."""

import base64
from dataclasses import replace

from tests.mail.scripts import IMAP, NNTP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.turns import Turn, hear, reset, silence, starttls
from tests.web.rungs.replies import real
from tests.web.rungs.ways import HOLD, Press, Turns, Way, field_of
from tests.web.rungs.ways_talking import NO_METHOD, ONLY_OAUTH, ONLY_TICKETS, hang_up
from webapp.detection.stages import Stage
from webapp.mail.settings import Protocol, Security
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind

REFUSED = ProblemKind.LOGIN_REFUSED
LATER = ProblemKind.LOGIN_UNAVAILABLE

HEARD = hear(rb"(?P<tag>\S+) AUTHENTICATE PLAIN (?P<said>\S+)")
BYE = b"* BYE Temporary problem, please try again later\r\n"


def login(
    name: str,
    speech: Speech,
    kind: ProblemKind,
    *turns: Turn,
    cause: Cause | None = None,
    part: str = "secret",
    security: Security = Security.TLS,
    host: str = "",
) -> Way:
    """Return a way in which all is well until the server has heard the password; `host` is a known provider's."""
    opened: Turns = (starttls, speech.greeting)
    if security is Security.STARTTLS:
        opened = (speech.greeting, *speech.before_tls, hear(speech.ask_for_tls), speech.tls_granted, starttls)
    silent = turns == (silence,)
    hold: Turns = () if silent else (HOLD,)
    return Way(
        name,
        speech.protocol,
        Stage.LOGIN,
        kind,
        field_of(speech.protocol, part),
        (*opened, *speech.abilities, hear(speech.plain_login), *hold, *turns),
        security,
        cause,
        Press.DONE,
        host,
        silent=silent,
    )


def echo(peer: Peer) -> None:
    """Take the turn of refusing a login with the very words it came in, as some servers do."""
    said = peer.groups["said"]
    plain = base64.b64decode(said).rpartition(b"\0")[2]
    peer.say(b"%s NO [AUTHENTICATIONFAILED] %s is wrong (%s)\r\n" % (peer.groups["tag"], plain, said))


def quoted(
    speech: Speech,
    who: str,
    cause: Cause,
    kind: ProblemKind = REFUSED,
    part: str = "secret",
    host: str = "",
    security: Security = Security.TLS,
) -> Way:
    """Return a way in which a server answers a login as a real one did."""
    said = real(who, cause, speech.protocol, "login")
    return login(f"{who} {cause}", speech, kind, said, silence, cause=cause, part=part, security=security, host=host)


def no_way_in(name: str, speech: Speech, abilities: bytes, cause: Cause, part: str) -> Way:
    """Return a way in which a server lets people in, but not as we come."""
    turns: Turns = (starttls, speech.greeting, speech.abilities[0], HOLD, abilities, silence)
    return replace(login(name, speech, NO_METHOD, cause=cause, part=part), turns=turns, waits_at=Stage.ABILITIES)


REFUSALS = (
    quoted(IMAP, "Dovecot", Cause.WRONG_PASSWORD),
    quoted(POP3, "Dovecot", Cause.WRONG_PASSWORD),
    quoted(SMTP, "Postfix", Cause.WRONG_PASSWORD, security=Security.STARTTLS),
    quoted(NNTP, "INN", Cause.WRONG_PASSWORD),
    quoted(IMAP, "Gmail", Cause.APPLICATION_PASSWORD_NEEDED, host="imap.gmail.com"),
    quoted(POP3, "Gmail", Cause.APPLICATION_PASSWORD_NEEDED),
    quoted(SMTP, "Gmail", Cause.APPLICATION_PASSWORD_NEEDED),
    quoted(SMTP, "Mail.ru", Cause.APPLICATION_PASSWORD_NEEDED, host="smtp.mail.ru"),
    quoted(IMAP, "Yandex", Cause.PASSWORD_OR_SWITCHED_OFF, host="imap.yandex.ru"),
    quoted(IMAP, "Gmail", Cause.PROTOCOL_SWITCHED_OFF),
    quoted(POP3, "Gmail", Cause.PROTOCOL_SWITCHED_OFF),
    quoted(SMTP, "Microsoft 365", Cause.PROTOCOL_SWITCHED_OFF),
    quoted(IMAP, "Yahoo", Cause.TOO_MANY_TRIES, LATER),
    quoted(SMTP, "Gmail", Cause.TOO_MANY_TRIES, LATER),
    quoted(IMAP, "hMailServer", Cause.WRONG_LOGIN_FORM, part="username"),
    quoted(POP3, "Cyrus", Cause.WRONG_LOGIN_FORM, part="username"),
    quoted(IMAP, "Gmail", Cause.WEB_LOGIN_REQUIRED),
    quoted(SMTP, "Outlook.com", Cause.OAUTH_ONLY, part="address"),
    quoted(SMTP, "Stalwart", Cause.TWO_FACTOR_NEEDED),
    quoted(SMTP, "Microsoft 365", Cause.ACCESS_POLICY),
    quoted(IMAP, "Dovecot", Cause.ACCOUNT_BLOCKED),
    quoted(IMAP, "Dovecot", Cause.PASSWORD_EXPIRED),
    quoted(IMAP, "Dovecot", Cause.NO_PERMISSION, part="username"),
    quoted(IMAP, "QQ Mail", Cause.GENERAL),
    replace(
        login("an echo of the password", IMAP, REFUSED, cause=Cause.WRONG_PASSWORD),
        turns=(starttls, IMAP.greeting, *IMAP.abilities, HEARD, HOLD, echo, silence),
    ),
)
PASSING = (
    quoted(IMAP, "Dovecot", Cause.AUTH_UNAVAILABLE_NOW, LATER),
    quoted(POP3, "Dovecot", Cause.AUTH_UNAVAILABLE_NOW, LATER),
    quoted(SMTP, "Postfix", Cause.AUTH_UNAVAILABLE_NOW, LATER),
    quoted(IMAP, "Gmail", Cause.TOO_MANY_CONNECTIONS, LATER, part="host"),
    quoted(POP3, "Dovecot", Cause.MAILBOX_IN_USE, LATER, part="host"),
)
NO_WAY_IN = (
    no_way_in("only OAuth2", IMAP, ONLY_OAUTH, Cause.OAUTH_ONLY, "address"),
    no_way_in("only Kerberos", SMTP, ONLY_TICKETS, Cause.LOGIN_DISABLED, "port"),
    login(
        "no method after all",
        SMTP,
        ProblemKind.AUTH_METHOD_REFUSED,
        *(SMTP.unsupported, hear(rb"AUTH LOGIN.*"), SMTP.unsupported),
        cause=Cause.LOGIN_DISABLED,
        part="port",
    ),
    Way(
        "a login after all",
        Protocol.NNTP,
        Stage.LOGIN,
        ProblemKind.LOGIN_REQUIRED,
        field_of(Protocol.NNTP, "auth"),
        (
            *(starttls, NNTP.greeting, *NNTP.abilities, hear(b"GROUP .*"), HOLD),
            real("INN", Cause.LOGIN_REQUIRED, Protocol.NNTP),
            silence,
        ),
        cause=Cause.LOGIN_REQUIRED,
        press=Press.DONE,
        logs_in=False,
    ),
)
NO_ANSWER = (
    login("a reset", IMAP, ProblemKind.CONNECTION_LOST, reset, part="port"),
    login("an end", SMTP, ProblemKind.CONNECTION_LOST, hang_up, part="port"),
    login("goodbye", IMAP, ProblemKind.SERVICE_UNAVAILABLE, BYE, hang_up, cause=Cause.AUTH_UNAVAILABLE_NOW),
    login("silence", POP3, ProblemKind.SILENT, silence, part="port"),
    login("garbage", IMAP, ProblemKind.UNEXPECTED_ANSWER, b"220 what?\r\n", silence, cause=Cause.GENERAL, part="host"),
)
WAYS = (*REFUSALS, *PASSING, *NO_WAY_IN, *NO_ANSWER)
