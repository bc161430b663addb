"""The closed set of things that go wrong between us and a server, as values.

A `Problem` is data: it is stored, shown and compared. `Trouble` carries one
through code that talks to a server; the doors of `detection` turn it back into
a value.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.net.cause import Cause


class ProblemKind(StrEnum):
    """Every expected trouble, in the order of the steps of a conversation."""

    # asking the name server
    NAME_NOT_FOUND = "name-not-found"
    NAME_LOOKUP_FAILED = "name-lookup-failed"
    NAME_INVALID = "name-invalid"
    # the guard (one kind for every refused target: DESIGN 5.4)
    TARGET_REFUSED = "target-refused"
    # connecting
    CONNECTION_REFUSED = "connection-refused"
    CONNECTION_TIMED_OUT = "connection-timed-out"
    HOST_UNREACHABLE = "host-unreachable"
    CONNECTION_LOST = "connection-lost"
    # TLS
    TLS_NOT_SPOKEN = "tls-not-spoken"  # the port answers, but in plain text: STARTTLS is likely
    TLS_FAILED = "tls-failed"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    CERTIFICATE_WRONG_NAME = "certificate-wrong-name"
    CERTIFICATE_SELF_SIGNED = "certificate-self-signed"
    CERTIFICATE_UNKNOWN_ISSUER = "certificate-unknown-issuer"
    CERTIFICATE_INVALID = "certificate-invalid"
    CERTIFICATE_CHANGED = "certificate-changed"
    STARTTLS_NOT_OFFERED = "starttls-not-offered"
    STARTTLS_REFUSED = "starttls-refused"
    STARTTLS_INJECTION = "starttls-injection"
    TLS_AVAILABLE = "tls-available"  # unencrypted was asked for, but the host speaks TLS (DESIGN 5.1)
    # greeting and conversation
    SILENT = "silent"
    LINE_TOO_LONG = "line-too-long"
    ANSWER_TOO_LONG = "answer-too-long"
    WRONG_PROTOCOL = "wrong-protocol"
    UNEXPECTED_ANSWER = "unexpected-answer"
    SERVICE_UNAVAILABLE = "service-unavailable"
    # login
    PASSWORD_MISSING = "password-missing"  # noqa: S105 -- a name, not a secret
    LOGIN_REQUIRED = "login-required"  # nobody was to log in, but the server lets nobody else in
    PLAIN_NOT_CONSENTED = "plain-not-consented"
    HOST_NOT_CONSENTED = "host-not-consented"
    NO_COMMON_AUTH_METHOD = "no-common-auth-method"
    AUTH_METHOD_REFUSED = "auth-method-refused"
    LOGIN_REFUSED = "login-refused"
    LOGIN_UNAVAILABLE = "login-unavailable"
    LOGIN_PAUSED = "login-paused"
    # folder, sender, recipient, letter
    FOLDER_REFUSED = "folder-refused"
    SENDER_REFUSED = "sender-refused"
    RECIPIENT_REFUSED = "recipient-refused"
    LETTER_REFUSED = "letter-refused"
    LETTER_NOT_ARRIVED = "letter-not-arrived"
    # look-ups
    NO_RECORD = "no-record"
    NOT_OFFERED = "not-offered"
    OAUTH_ONLY = "oauth-only"
    NO_MAIL_PROGRAMS = "no-mail-programs"
    HTTP_STATUS = "http-status"
    NOT_A_CONFIGURATION = "not-a-configuration"
    EXCHANGE_ONLY = "exchange-only"
    DIGEST_MISMATCH = "digest-mismatch"
    DOCUMENT_TOO_LARGE = "document-too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    REDIRECT_REFUSED = "redirect-refused"
    # the search as a whole
    OUT_OF_TIME = "out-of-time"
    # saving
    ACCOUNT_EXISTS = "account-exists"
    ACCOUNT_CHANGED = "account-changed"  # somebody else was quicker
    NOT_ALLOWED = "not-allowed"  # the person's rights or the account changed meanwhile


class Field(StrEnum):
    """The form field a problem belongs to; `webapp.web` forms use the same names."""

    ADDRESS = "address"
    SECRET = "secret"  # noqa: S105 -- a field's name
    INCOMING_HOST = "incoming_host"
    INCOMING_PORT = "incoming_port"
    INCOMING_SECURITY = "incoming_security"
    INCOMING_AUTH = "incoming_auth"
    INCOMING_USERNAME = "incoming_username"
    INCOMING_SECRET = "incoming_secret"  # noqa: S105
    OUTGOING_HOST = "outgoing_host"
    OUTGOING_PORT = "outgoing_port"
    OUTGOING_SECURITY = "outgoing_security"
    OUTGOING_AUTH = "outgoing_auth"
    OUTGOING_USERNAME = "outgoing_username"
    OUTGOING_SECRET = "outgoing_secret"  # noqa: S105


@dataclass(frozen=True)
class CertificateFacts:
    """What a person needs to judge a server's certificate.

    `sha256` is the lower-case hex digest of the DER bytes, the value a pin is
    compared with, `key_sha256` that of the public key alone (None: of a kind
    nobody could read); times are UTC.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    sha256: str
    key_sha256: str | None = None


@dataclass(frozen=True)
class Problem:
    """One trouble: what it is, where it happened, what the server said and why it said so.

    `server_said` is already cleaned for storage: one line, no control
    characters, capped (DESIGN 5.6), and never contains a secret.
    """

    kind: ProblemKind
    host: str | None = None
    port: int | None = None
    server_said: str | None = None
    certificate: CertificateFacts | None = None
    field: Field | None = None
    cause: Cause | None = None  # None: there was no reply to judge
    password_judged: bool = True  # False: a login failed, but the reply rules out that the password was wrong


class Trouble(Exception):
    """Carries a `Problem` up to the door that turns it into a value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.value)
        self.problem = problem


CERTIFICATE_PROBLEMS = frozenset(
    {
        ProblemKind.CERTIFICATE_EXPIRED,
        ProblemKind.CERTIFICATE_NOT_YET_VALID,
        ProblemKind.CERTIFICATE_WRONG_NAME,
        ProblemKind.CERTIFICATE_SELF_SIGNED,
        ProblemKind.CERTIFICATE_UNKNOWN_ISSUER,
        ProblemKind.CERTIFICATE_INVALID,
        ProblemKind.CERTIFICATE_CHANGED,
    }
)
"""Problems a person may overcome by pinning the certificate they saw."""
