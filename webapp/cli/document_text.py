"""What a reader made of a document, in words for the administrator who publishes it."""

from collections.abc import Iterator

from webapp.detection.documents.types import Document, DocumentOutcome, Flaw, FlawKind
from webapp.mail.settings import ServerSettings

OUTCOMES = {
    DocumentOutcome.CONFIGURATION: "configuration",
    DocumentOutcome.REDIRECT: "redirect",
    DocumentOutcome.NOTHING: "nothing usable",
}
SENTENCES = {
    FlawKind.EMPTY: "there is nothing in it",
    FlawKind.TOO_LARGE: "it is larger than 256 KiB, more than is ever fetched",
    FlawKind.WEB_PAGE: "it is a web page, not a settings document",
    FlawKind.NOT_WELL_FORMED: "it is not well-formed",
    FlawKind.DOCUMENT_TYPE: "it has a document type declaration (DTD), which is never read",
    FlawKind.TOO_DEEP: "its elements are nested too deep",
    FlawKind.TOO_MANY_ELEMENTS: "it has too many elements",
    FlawKind.WRONG_ROOT: "it is a document of another kind (see --kind)",
    FlawKind.ERROR_ANSWER: "it is an error message",
    FlawKind.EXCHANGE_ONLY: "it names Exchange only, which is not IMAP, POP3 or SMTP",
    FlawKind.REDIRECT_UNUSABLE: "the redirect is neither an https URL nor a mail address",
    FlawKind.NO_USABLE_SERVER: "no server in it can be used",
    FlawKind.UNKNOWN_TYPE: "left out: it is not IMAP, POP3 or SMTP",
    FlawKind.WRONG_DIRECTION: "left out: this protocol does not belong into this element",
    FlawKind.RESTRICTED: "left out: it is restricted to the provider's own network",
    FlawKind.SECURITY_UNKNOWN: "left out: the socketType is none of SSL, STARTTLS and plain",
    FlawKind.HOST_UNUSABLE: "left out: the host is missing or not a host name",
    FlawKind.PORT_UNUSABLE: "left out: the port is missing or not a number from 1 to 65535",
    FlawKind.AUTH_UNKNOWN: "an authentication method nobody knows is passed over",
    FlawKind.LOGIN_NAME_UNUSABLE: "the login name cannot be used, the address is taken instead",
}


def document_lines(name: str, document: Document) -> Iterator[str]:
    """Return the outcome, the servers in their order, and what was left out and why."""
    provider = f" of {document.provider_name}" if document.provider_name else ""
    yield f"{name}: {OUTCOMES[document.outcome]}{provider}"
    yield from (f"  incoming: {_server(server)}" for server in document.incoming)
    yield from (f"  outgoing: {_server(server)}" for server in document.outgoing)
    if document.redirect_url:
        yield f"  ask at {document.redirect_url}"
    if document.redirect_address:
        yield f"  ask for {document.redirect_address}"
    for hint in document.hints:
        yield f"  note: {hint.kind.value}" + (f" {hint.url}" if hint.url else "")
    yield from (f"  {_flaw(flaw)}" for flaw in document.problems)


def _server(server: ServerSettings) -> str:
    methods = ", ".join(method.value for method in server.auth_methods)
    return f"{server.protocol} {server.host}:{server.port} {server.security}, login {server.username}, {methods}"


def _flaw(flaw: Flaw) -> str:
    place = f"{flaw.place}: " if flaw.place else ""
    said = f" (“{flaw.said}”)" if flaw.said else ""
    return f"{place}{SENTENCES[flaw.kind]}{said}"
