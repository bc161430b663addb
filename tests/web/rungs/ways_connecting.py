"""Ways to fail before a server says anything: its name, its address, its port."""

from itertools import chain

from tests.net.nameserver import SERVFAIL, SILENCE
from tests.web.rungs.ways import INCOMING_HOST, NO_SUCH_NAME, NOTHING_OF_IT, OUTGOING_HOST, Door, Press, Way
from webapp.detection.stages import Stage
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import Field, ProblemKind

IMAP, POP3, SMTP, NNTP = Protocol.IMAP, Protocol.POP3, Protocol.SMTP, Protocol.NNTP
HOST, PORT = Field.INCOMING_HOST, Field.INCOMING_PORT
# A broadcast address has no way to it: the kernel says so before any packet is made.
NO_WAY = "127.255.255.255"

NAMES = (
    Way(
        "no such name",
        IMAP,
        Stage.NAME,
        ProblemKind.NAME_NOT_FOUND,
        HOST,
        names={INCOMING_HOST: NO_SUCH_NAME},
    ),
    Way(
        "no such name",
        SMTP,
        Stage.NAME,
        ProblemKind.NAME_NOT_FOUND,
        Field.OUTGOING_HOST,
        security=Security.STARTTLS,
        names={OUTGOING_HOST: NO_SUCH_NAME},
    ),
    Way(
        "the name server fails",
        POP3,
        Stage.NAME,
        ProblemKind.NAME_LOOKUP_FAILED,
        HOST,
        names={INCOMING_HOST: SERVFAIL},
    ),
    Way(
        "the name server is silent",
        IMAP,
        Stage.NAME,
        ProblemKind.NAME_LOOKUP_FAILED,
        HOST,
        names={INCOMING_HOST: SILENCE},
        silent=True,
    ),
    Way(
        "a name without addresses",
        IMAP,
        Stage.NAME,
        ProblemKind.NO_RECORD,
        HOST,
        names={INCOMING_HOST: NOTHING_OF_IT},
    ),
    Way(
        "no such name at the login",
        IMAP,
        Stage.NAME,
        ProblemKind.NAME_NOT_FOUND,
        HOST,
        press=Press.DONE,
        names={INCOMING_HOST: NO_SUCH_NAME},
    ),
    Way(
        "no such name",
        NNTP,
        Stage.NAME,
        ProblemKind.NAME_NOT_FOUND,
        HOST,
        press=Press.DONE,
        names={INCOMING_HOST: NO_SUCH_NAME},
    ),
)

ADDRESSES = (
    Way(
        "a name in the inner network",
        IMAP,
        Stage.ADDRESS,
        ProblemKind.TARGET_REFUSED,
        HOST,
        names={INCOMING_HOST: ["10.1.2.3"]},
    ),
    Way(
        "two inner addresses",
        POP3,
        Stage.ADDRESS,
        ProblemKind.TARGET_REFUSED,
        HOST,
        names={INCOMING_HOST: ["192.168.0.1", "169.254.169.254"]},
    ),
    Way("an address typed", IMAP, Stage.ADDRESS, ProblemKind.TARGET_REFUSED, HOST, host="10.1.2.3"),
    Way(
        "a name in the inner network at the login",
        SMTP,
        Stage.ADDRESS,
        ProblemKind.TARGET_REFUSED,
        Field.OUTGOING_HOST,
        press=Press.DONE,
        names={OUTGOING_HOST: ["172.16.0.1"]},
    ),
)

PORTS = (
    *(
        Way("closed", protocol, Stage.PORT, ProblemKind.CONNECTION_REFUSED, field, door=Door.CLOSED)
        for protocol, field in ((IMAP, PORT), (SMTP, Field.OUTGOING_PORT))
    ),
    *(
        Way(
            "closed at the login",
            protocol,
            Stage.PORT,
            ProblemKind.CONNECTION_REFUSED,
            PORT,
            press=Press.DONE,
            door=Door.CLOSED,
        )
        for protocol in (POP3, NNTP)
    ),
    Way(
        "swallows packets",
        IMAP,
        Stage.PORT,
        ProblemKind.CONNECTION_TIMED_OUT,
        PORT,
        door=Door.SWALLOWING,
        silent=True,
    ),
    Way(
        "no way to it",
        IMAP,
        Stage.PORT,
        ProblemKind.HOST_UNREACHABLE,
        HOST,
        names={INCOMING_HOST: [NO_WAY]},
    ),
)

WAYS = tuple(chain(NAMES, ADDRESSES, PORTS))
