"""Ways in which a letter that was taken is not seen: the folder does not open, or nothing arrives. They only warn."""

import re

from tests.mail.scripts import IMAP, POP3, Speech
from tests.peer import Peer
from tests.turns import Script, hear, reset, silence, starttls
from tests.web.rungs.replies import real
from tests.web.rungs.ways import HOLD, Press, Turns, Way
from tests.web.rungs.ways_letters import TAKEN
from webapp.detection.stages import Stage, StageState
from webapp.mail.settings import Protocol
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind

WELCOME = {IMAP: b"{tag} OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n", POP3: POP3.logged_in}
LISTED: Turns = (hear(rb"(?P<tag>\S+) LIST .*"), b"{tag} OK done\r\n")
SELECTED: Turns = (*LISTED, hear(rb"(?P<tag>\S+) SELECT .*"))
LOOKED: Turns = (hear(rb"(?P<tag>\S+) NOOP"), b"{tag} OK nothing new\r\n", hear(rb"(?P<tag>\S+) UID SEARCH .*"))
SEARCHED: Turns = (*SELECTED, b"{tag} OK open\r\n", *LOOKED)
SILENT = (ProblemKind.SILENT, ProblemKind.LETTER_NOT_ARRIVED)


def arriving(
    stage: Stage, name: str, speech: Speech, kind: ProblemKind, *turns: object, cause: Cause | None = None
) -> Way:
    """Return a way in which both logins and the letter went well, and the incoming server does not show it."""
    before: Turns = (starttls, speech.greeting, *speech.abilities, hear(speech.plain_login), WELCOME[speech])
    return Way(
        name,
        speech.protocol,
        stage,
        kind,
        None,
        (*before, *turns),  # type: ignore[arg-type]
        cause=cause,
        press=Press.DONE,
        silent=kind in SILENT,
        others=TAKEN,
        state=StageState.WARNING,
    )


def quoted(stage: Stage, before: Turns, who: str, cause: Cause) -> Way:
    """Return a way in which an IMAP server refuses as a real one did."""
    said = real(who, cause, Protocol.IMAP, "folder")
    turns = (*before, HOLD, said, silence)
    return arriving(stage, f"{who} {cause}", IMAP, ProblemKind.FOLDER_REFUSED, *turns, cause=cause)


def obey(*rules: tuple[bytes, bytes]) -> Script:
    """Return a turn that answers whatever comes by the first rule that fits it, until the client leaves."""

    def turn(peer: Peer) -> None:
        while True:
            line = peer.hear()
            said = next(said for pattern, said in rules if re.fullmatch(pattern, line, re.IGNORECASE))
            peer.say(said.replace(b"{tag}", line.split(b" ")[0]))

    return turn


EMPTY_MAILBOX = obey((rb"\S+ UID SEARCH .*", b"* SEARCH\r\n{tag} OK done\r\n"), (rb".*", b"{tag} OK done\r\n"))
EMPTY_MAILDROP = obey((rb"STAT", b"+OK 0 0\r\n"), (rb".*", b"+OK\r\n"))

FOLDERS = (
    quoted(Stage.FOLDER, SELECTED, "Dovecot", Cause.FOLDER_MISSING),
    quoted(Stage.FOLDER, SELECTED, "Dovecot", Cause.NO_PERMISSION),
    quoted(Stage.FOLDER, SELECTED, "RFC example", Cause.MAILBOX_IN_USE),
    arriving(Stage.FOLDER, "a reset", IMAP, ProblemKind.CONNECTION_LOST, *SELECTED, HOLD, reset),
    arriving(Stage.FOLDER, "silence", IMAP, ProblemKind.SILENT, *SELECTED, silence),
)
ARRIVALS = (
    quoted(Stage.ARRIVAL, SEARCHED, "Dovecot", Cause.SERVICE_UNAVAILABLE),
    arriving(Stage.ARRIVAL, "an empty mailbox", IMAP, ProblemKind.LETTER_NOT_ARRIVED, EMPTY_MAILBOX),
    arriving(Stage.ARRIVAL, "an empty maildrop", POP3, ProblemKind.LETTER_NOT_ARRIVED, EMPTY_MAILDROP),
    arriving(Stage.ARRIVAL, "a reset", IMAP, ProblemKind.CONNECTION_LOST, *SEARCHED, HOLD, reset),
    arriving(Stage.ARRIVAL, "silence", IMAP, ProblemKind.SILENT, *SEARCHED, silence),
)
WAYS = (*FOLDERS, *ARRIVALS)
