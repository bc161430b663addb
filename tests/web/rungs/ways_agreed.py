"""Ways to fail by what was agreed to before, or was not: pins, plain connections, consent, a pause after refusals."""

from tests.certificates import server_context
from tests.mail.scripts import IMAP, POP3
from tests.turns import hear, silence, starttls
from tests.web.rungs.replies import real
from tests.web.rungs.ways import HOLD, INCOMING_HOST, PORT, Press, Stored, Turns, Way
from webapp.detection.stages import Stage
from webapp.detection.types import Consent
from webapp.mail.settings import Protocol, Security
from webapp.net.cause import Cause
from webapp.net.problems import Field, ProblemKind

PLACE = f"{INCOMING_HOST}:{PORT}"
ANOTHER = "ab" * 32  # the fingerprint of some other certificate
PINNED = Consent(pins={PLACE: ANOTHER})
IN_CLEAR = Consent(plain_hosts=frozenset({PLACE}))

NO_STARTTLS: Turns = (IMAP.greeting, hear(IMAP.ask_for_tls), b"{tag} BAD what?\r\n", silence)
NEVER_IN_CLEAR = real("RFC example", Cause.TLS_REQUIRED, Protocol.IMAP)
OPEN: Turns = (IMAP.greeting, *IMAP.abilities)

PINS = (
    Way(
        "another certificate than agreed to",
        Protocol.IMAP,
        Stage.TLS,
        ProblemKind.CERTIFICATE_CHANGED,
        Field.INCOMING_SECURITY,
        (HOLD, starttls, silence),
        certificate=lambda: server_context(INCOMING_HOST),
        stored=Stored(PINNED),
    ),
    Way(
        "another certificate than at the last login",
        Protocol.POP3,
        Stage.TLS,
        ProblemKind.CERTIFICATE_CHANGED,
        Field.INCOMING_SECURITY,
        (POP3.greeting, hear(POP3.ask_for_tls), HOLD, POP3.tls_granted, starttls, silence),
        security=Security.STARTTLS,
        press=Press.DONE,
        stored=Stored(PINNED, pin=ANOTHER),
    ),
)
UNPROTECTED = (
    Way(
        "goodbye",
        Protocol.IMAP,
        Stage.GREETING,
        ProblemKind.SERVICE_UNAVAILABLE,
        Field.INCOMING_HOST,
        (HOLD, real("Courier", Cause.SERVICE_UNAVAILABLE, Protocol.IMAP, "greeting"), silence),
        security=Security.NONE,
        cause=Cause.SERVICE_UNAVAILABLE,
        earlier=(NO_STARTTLS,),
    ),
    Way(
        "not understood",
        Protocol.IMAP,
        Stage.ABILITIES,
        ProblemKind.UNEXPECTED_ANSWER,
        Field.INCOMING_PORT,
        (IMAP.greeting, hear(rb"(?P<tag>\S+) CAPABILITY"), HOLD, b"{tag} BAD what?\r\n", silence),
        security=Security.NONE,
        cause=Cause.PROTOCOL_ERROR,
        earlier=(NO_STARTTLS,),
    ),
    Way(
        "wants protection after all",
        Protocol.IMAP,
        Stage.LOGIN,
        ProblemKind.AUTH_METHOD_REFUSED,
        Field.INCOMING_SECURITY,
        (*OPEN, hear(rb"(?P<tag>\S+) AUTHENTICATE PLAIN \S+"), HOLD, NEVER_IN_CLEAR, silence),
        security=Security.NONE,
        cause=Cause.TLS_REQUIRED,
        press=Press.DONE,
        earlier=(NO_STARTTLS, (*OPEN, silence)),
        stored=Stored(IN_CLEAR),
    ),
)
HELD_BACK = (
    Way(
        "three refusals before",
        Protocol.IMAP,
        Stage.LOGIN,
        ProblemKind.LOGIN_PAUSED,
        Field.SECRET,
        press=Press.DONE,
        refusals=3,
        untried=True,
    ),
    Way(
        "protection is to be had",
        Protocol.IMAP,
        Stage.LOGIN,
        ProblemKind.TLS_AVAILABLE,
        Field.INCOMING_SECURITY,
        (IMAP.greeting, hear(IMAP.ask_for_tls), HOLD, IMAP.tls_granted, starttls, *IMAP.abilities, silence),
        security=Security.NONE,
        press=Press.DONE,
        stored=Stored(IN_CLEAR),
        untried=True,
    ),
    *(
        Way(
            name,
            Protocol.IMAP,
            Stage.LOGIN,
            kind,
            None,
            security=security,
            press=Press.DONE,
            stored=Stored(trusted=trusted),
            untried=True,
        )
        for name, kind, security, trusted in (
            ("nobody agreed to the host", ProblemKind.HOST_NOT_CONSENTED, Security.TLS, False),
            ("nobody agreed to plain text", ProblemKind.PLAIN_NOT_CONSENTED, Security.NONE, True),
        )
    ),
)
WAYS = (*PINS, *UNPROTECTED, *HELD_BACK)
