"""Put together what a reader found; the same for every kind of document."""

from collections.abc import Iterable, Sequence

from webapp.detection.documents.types import Document, DocumentOutcome, Flaw, FlawKind, Flaws
from webapp.detection.types import Hint, HintKind
from webapp.mail.settings import AuthMethod, Direction, ServerSettings
from webapp.net.words import clean_words

NAME_LIMIT = 60  # draft-ietf-mailmaint-autoconfig: MUST be no longer


def configuration(
    servers: Sequence[ServerSettings], flaws: Flaws, *, name: str | None = None, hints: Iterable[Hint] = ()
) -> Document:
    """Return the servers by direction, or nothing usable if there are none."""
    if not servers:
        return nothing(*flaws.noted(), Flaw(FlawKind.NO_USABLE_SERVER))
    oauth_only = all(server.auth_methods == (AuthMethod.OAUTH2,) for server in servers)
    return Document(
        DocumentOutcome.CONFIGURATION,
        incoming=tuple(server for server in servers if server.direction is Direction.INCOMING),
        outgoing=tuple(server for server in servers if server.direction is Direction.OUTGOING),
        problems=flaws.noted(),
        provider_name=(clean_words(name, NAME_LIMIT) or None) if name else None,
        hints=(Hint(HintKind.OAUTH_ONLY), *hints) if oauth_only else tuple(hints),
    )


def nothing(*flaws: Flaw) -> Document:
    """Return that a document is good for nothing, and why."""
    return Document(DocumentOutcome.NOTHING, problems=flaws)
