"""Ways to fail with the test message: its sender, its recipient, the letter itself."""

from dataclasses import replace

from tests.mail.scripts import SMTP
from tests.peer import Peer
from tests.turns import Turn, hear, reset, silence, starttls
from tests.web.rungs.replies import real
from tests.web.rungs.ways import HOLD, Press, Turns, Way, field_of
from webapp.detection.stages import Stage
from webapp.mail.settings import Protocol
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind

MAIL, RCPT, DATA = hear(rb"MAIL FROM:.*"), hear(rb"RCPT TO:.*"), hear(rb"DATA")
OK, GO_ON, QUEUED = b"250 ok\r\n", b"354 go on\r\n", b"250 2.0.0 queued\r\n"
OPENED: Turns = (starttls, SMTP.greeting, *SMTP.abilities)
LOGGED_IN: Turns = (*OPENED, hear(SMTP.plain_login), SMTP.logged_in)


def hear_letter(peer: Peer) -> None:
    """Take the turn of hearing a letter to its end."""
    while peer.hear() != b".":
        pass


BEFORE: dict[Stage, Turns] = {
    Stage.SENDER: (*LOGGED_IN, MAIL),
    Stage.RECIPIENT: (*LOGGED_IN, MAIL, OK, RCPT),
    Stage.LETTER: (*LOGGED_IN, MAIL, OK, RCPT, OK, DATA, GO_ON, hear_letter),
}
REFUSED = {
    Stage.SENDER: ProblemKind.SENDER_REFUSED,
    Stage.RECIPIENT: ProblemKind.RECIPIENT_REFUSED,
    Stage.LETTER: ProblemKind.LETTER_REFUSED,
}
TAKEN: Turns = (*BEFORE[Stage.LETTER], QUEUED, silence)


def letter(
    stage: Stage, name: str, kind: ProblemKind, *turns: Turn, cause: Cause | None = None, part: str = "port"
) -> Way:
    """Return a way in which all is well up to one command of the letter."""
    silent = turns == (silence,)
    hold: Turns = () if silent else (HOLD,)
    return Way(
        name,
        Protocol.SMTP,
        stage,
        kind,
        field_of(Protocol.SMTP, part),
        (*BEFORE[stage], *hold, *turns),
        cause=cause,
        press=Press.DONE,
        silent=silent,
    )


def quoted(stage: Stage, who: str, cause: Cause, part: str = "host") -> Way:
    """Return a way in which a server refuses as a real one did."""
    said = real(who, cause, step=stage.value)
    return letter(stage, f"{who} {cause}", REFUSED[stage], said, silence, cause=cause, part=part)


SENDERS = (
    quoted(Stage.SENDER, "Postfix", Cause.SENDER_NOT_OWNED, "username"),
    quoted(Stage.SENDER, "Mail.ru", Cause.SENDER_NOT_OWNED, "username"),
    quoted(Stage.SENDER, "Sendmail", Cause.SENDER_REFUSED, "address"),
    quoted(Stage.SENDER, "Postfix", Cause.RATE_LIMITED),
    quoted(Stage.SENDER, "Postfix", Cause.LETTER_TOO_BIG),
    replace(
        quoted(Stage.SENDER, "Dovecot submission", Cause.LOGIN_REQUIRED, "auth"),
        turns=(
            *(*OPENED, hear(b"NOOP"), OK, MAIL, HOLD),
            real("Dovecot submission", Cause.LOGIN_REQUIRED, step="sender"),
            silence,
        ),
        auth="none",
    ),
    letter(
        Stage.SENDER,
        "busy",
        ProblemKind.SERVICE_UNAVAILABLE,
        b"421 4.3.2 shutting down\r\n",
        cause=Cause.SERVICE_UNAVAILABLE,
        part="host",
    ),
    letter(Stage.SENDER, "a reset", ProblemKind.CONNECTION_LOST, reset),
    letter(
        Stage.SENDER,
        "garbage",
        ProblemKind.UNEXPECTED_ANSWER,
        *(b"hello?\r\n", silence),
        cause=Cause.GENERAL,
        part="host",
    ),
)
RECIPIENTS = (
    quoted(Stage.RECIPIENT, "Postfix", Cause.RELAY_DENIED, "auth"),
    quoted(Stage.RECIPIENT, "Postfix", Cause.RECIPIENT_UNKNOWN, "address"),
    quoted(Stage.RECIPIENT, "Postfix with postgrey", Cause.GREYLISTED),
    quoted(Stage.RECIPIENT, "Yandex", Cause.QUOTA_FULL),
    quoted(Stage.RECIPIENT, "Mimecast", Cause.RECIPIENT_REJECTED_POLICY),
    quoted(Stage.RECIPIENT, "Postfix", Cause.IP_BLOCKED, "port"),
    quoted(Stage.RECIPIENT, "Postfix", Cause.REVERSE_DNS_MISSING, "port"),
    # Postfix judges the sender only now.
    letter(
        Stage.RECIPIENT,
        "the sender after all",
        ProblemKind.SENDER_REFUSED,
        *(real("Postfix", Cause.SENDER_NOT_OWNED, step="sender"), silence),
        cause=Cause.SENDER_NOT_OWNED,
        part="username",
    ),
    letter(Stage.RECIPIENT, "silence", ProblemKind.SILENT, silence),
)
LETTERS = (
    quoted(Stage.LETTER, "Postfix", Cause.LETTER_TOO_BIG),
    quoted(Stage.LETTER, "Rambler", Cause.SPAM_REFUSED),
    quoted(Stage.LETTER, "Postfix", Cause.CONTENT_REFUSED),
    quoted(Stage.LETTER, "Gmail", Cause.SENDER_AUTHENTICATION_FAILED),
    quoted(Stage.LETTER, "mailcow", Cause.RATE_LIMITED),
    quoted(Stage.LETTER, "Mail.ru", Cause.ACCOUNT_BLOCKED, "secret"),
    replace(
        letter(Stage.LETTER, "DATA refused", ProblemKind.LETTER_REFUSED, cause=Cause.GENERAL, part="host"),
        turns=(*BEFORE[Stage.RECIPIENT], OK, DATA, HOLD, b"554 no valid recipients\r\n", silence),
    ),
    letter(Stage.LETTER, "a reset", ProblemKind.CONNECTION_LOST, reset),
    letter(Stage.LETTER, "silence", ProblemKind.SILENT, silence),
)
WAYS = (*SENDERS, *RECIPIENTS, *LETTERS)
