"""Why a mail server answered as it did: the closed set, as far as its reply tells (`webapp.mail.causes` decides)."""

from enum import StrEnum


class Cause(StrEnum):
    """What a reply means for a person; `ProblemKind` says at which step it stopped us, this says why."""

    GENERAL = "general"  # we do not know: the server's own words are all there is
    # login
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 -- refused, and the server gives no other reason
    PASSWORD_OR_SWITCHED_OFF = "password-or-switched-off"  # noqa: S105 -- the server itself names both
    APPLICATION_PASSWORD_NEEDED = "application-password-needed"  # noqa: S105
    PROTOCOL_SWITCHED_OFF = "protocol-switched-off"  # IMAP, POP3 or SMTP is off for this mailbox or organisation
    TOO_MANY_TRIES = "too-many-tries"  # too many logins: wait, do not try again
    WRONG_LOGIN_FORM = "wrong-login-form"  # the full address is wanted, or the name is impossible
    ACCOUNT_BLOCKED = "account-blocked"
    ACCESS_POLICY = "access-policy"  # a rule of the organisation forbids a login that may be right
    OAUTH_ONLY = "oauth-only"  # no password is taken, only a login on the provider's page
    TWO_FACTOR_NEEDED = "two-factor-needed"
    WEB_LOGIN_REQUIRED = "web-login-required"  # log in once in the browser: confirm, accept the terms
    PASSWORD_EXPIRED = "password-expired"  # noqa: S105
    TLS_REQUIRED = "tls-required"  # logins (or letters) are taken over TLS only
    LOGIN_DISABLED = "login-disabled"  # this port or server takes no such login; no password was judged
    LOGIN_REQUIRED = "login-required"  # nobody was logged in, but the server wants it
    AUTH_UNAVAILABLE_NOW = "auth-unavailable-now"  # the server cannot check passwords at the moment
    # service and network
    TOO_MANY_CONNECTIONS = "too-many-connections"
    MAILBOX_IN_USE = "mailbox-in-use"
    RATE_LIMITED = "rate-limited"
    SERVICE_UNAVAILABLE = "service-unavailable"
    STARTTLS_UNAVAILABLE = "starttls-unavailable"
    HELO_REFUSED = "helo-refused"  # the name we introduced ourselves by is refused
    PROTOCOL_ERROR = "protocol-error"  # the server did not understand us, or thinks so
    IP_BLOCKED = "ip-blocked"  # our address is on a block list
    REVERSE_DNS_MISSING = "reverse-dns-missing"
    # sender, recipient, letter, folder
    SENDER_NOT_OWNED = "sender-not-owned"  # this login may not send as this address
    SENDER_REFUSED = "sender-refused"
    SENDER_AUTHENTICATION_FAILED = "sender-authentication-failed"  # SPF, DKIM or DMARC
    RELAY_DENIED = "relay-denied"  # carries no letters to others for us, mostly: nobody logged in
    RECIPIENT_UNKNOWN = "recipient-unknown"
    RECIPIENT_REJECTED_POLICY = "recipient-rejected-policy"
    QUOTA_FULL = "quota-full"
    LETTER_TOO_BIG = "letter-too-big"
    CONTENT_REFUSED = "content-refused"
    SPAM_REFUSED = "spam-refused"
    GREYLISTED = "greylisted"  # strangers are asked to come back in some minutes
    FOLDER_MISSING = "folder-missing"
    NO_PERMISSION = "no-permission"  # logged in, but no right to this
    POSTING_NOT_ALLOWED = "posting-not-allowed"
