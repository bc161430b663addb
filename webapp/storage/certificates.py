"""Which certificates an account accepts: read before a connection, written when a run has proved them."""

from webapp.storage.models import AcceptedCertificate, Account
from webapp.storage.models.servers import ServerColumns
from webapp.storage.proofs import Proof


def place_of_row(row: ServerColumns) -> str:
    """Return where a stored server listens, in the form a consent keeps."""
    return f"{row.host}:{row.port}"


def accepted_at(account: Account, row: ServerColumns | None) -> AcceptedCertificate | None:
    """Return what this account accepts where a server listens; what others accept there is none of its business."""
    if row is None:
        return None
    return next((one for one in account.accepted if one.place == place_of_row(row)), None)


def pin_of(account: Account, row: ServerColumns | None) -> str | None:
    """Return the SHA-256 of the one certificate the account accepts of a server, None where it must be verified."""
    accepted = accepted_at(account, row)
    return accepted.sha256 if accepted is not None else None


def write_accepted(proof: Proof, account: Account, *, moved: bool = False) -> None:
    """Let the account accept what its servers were proved with now, and nothing anywhere else.

    What it accepted before stays the word of whoever gave it, unless the
    account was handed over: then it is the word of whoever did that.
    """
    for server in proof.servers.values():
        place = f"{server.settings.host}:{server.settings.port}"
        accepted = next((one for one in account.accepted if one.place == place), None)
        if server.pinned_sha256 is None:
            account.accepted = [one for one in account.accepted if one is not accepted]
        elif accepted is None or moved or accepted.sha256 != server.pinned_sha256:
            _write(account, accepted or AcceptedCertificate(place=place), proof, server.pinned_sha256)
    forget_elsewhere(account)


def forget_elsewhere(account: Account) -> None:
    """Forget what was accepted where the account has no server any more."""
    places = {place_of_row(row) for row in (account.incoming, account.outgoing) if row is not None}
    account.accepted = [one for one in account.accepted if one.place in places]


def _write(account: Account, accepted: AcceptedCertificate, proof: Proof, pin: str) -> None:
    seen = {facts.sha256: facts for facts in proof.run.consent.certificates}
    accepted.sha256, accepted.facts = pin, seen.get(pin)
    accepted.accepted_by, accepted.accepted_at = proof.run.user, proof.now
    if accepted not in account.accepted:
        account.accepted.append(accepted)
