"""What the first form begins with: nothing, an account to be like, or the system account that waits for its set-up."""

from dataclasses import dataclass, replace
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from webapp.detection.types import Entered, EnteredServer, Findings, ProvedServer, Source
from webapp.mail.settings import Direction, Security
from webapp.storage.accounts import get_visible, system_account
from webapp.storage.models import Account, AccountKind, Draft, DraftDetails, Run, RunPurpose
from webapp.storage.using import findings_of_account
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.forms.for_whom import EVERYONE, ONLY_ME

LARGEST_ID = 2**63 - 1
PROGRAM = "Mailroom"  # whose name the notices bear, unless somebody types another


@dataclass(frozen=True)
class Pattern:
    """Servers to take over, and the address their login names were made of."""

    findings: Findings
    address: str


@dataclass(frozen=True)
class Beginning:
    """What a first form begins with; at most one of the two."""

    like: Account | None = None
    system: Account | None = None

    def values(self) -> dict[str, Any]:
        """Return what the empty form is filled with; never an address, never a password."""
        if self.system is not None:
            return {"for_receiving": False, "sender_name": PROGRAM}
        return {} if self.like is None else _values_like(self.like)

    def pattern(self, draft: Draft | None) -> Pattern | None:
        """Return the servers to take over, also when the person comes back to the form of such a draft."""
        if self.like is not None:
            return Pattern(_as_pattern(self.like), self.like.address)
        return _pattern_of(draft) if draft is not None else None


def asked_beginning(draft: Draft | None) -> Beginning:
    """Return what the address or the form asks for; 404 for accounts out of sight, 403 for others' business."""
    if draft is not None and draft.account is not None:
        return Beginning(system=_waiting(draft.account))
    if request.values.get("system"):
        return Beginning(system=_waiting(system_account(db.session())))
    asked = request.values.get("like", "")
    if not asked:
        return Beginning()
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 20 else 0
    account = get_visible(db.session(), me(), number) if 0 < number <= LARGEST_ID else None
    if account is None or account.kind is not AccountKind.MAIL or account.proved_at is None:
        abort(404)
    return Beginning(like=account)


def entered_for(details: DraftDetails, pattern: Pattern | None) -> Entered:
    """Return what is fixed before anything was looked for: nothing, or the servers of the pattern."""
    entered = Entered(details.address, details.for_receiving, details.for_sending)
    if pattern is None:
        return entered
    servers = findings_for(details, pattern)
    return replace(
        entered,
        incoming=_entered(servers.chosen(Direction.INCOMING)) or entered.incoming,
        outgoing=_entered(servers.chosen(Direction.OUTGOING)) or entered.outgoing,
    )


def findings_for(details: DraftDetails, pattern: Pattern) -> Findings:
    """Return the pattern's servers with login names made of the new address."""

    def renamed(servers: tuple[ProvedServer, ...]) -> tuple[ProvedServer, ...]:
        return tuple(_renamed(server, pattern.address, details.address) for server in servers)

    found = pattern.findings
    return Findings(
        incoming=renamed(found.incoming) if details.for_receiving else (),
        outgoing=renamed(found.outgoing) if details.for_sending else (),
    )


def _waiting(account: Account) -> Account:
    if not me().is_admin:
        abort(403)
    if account.proved_at is not None:
        abort(redirect(url_for("accounts.page", account_id=account.id), 303))
    return account


def _values_like(account: Account) -> dict[str, Any]:
    shared = account.for_everyone and me().is_admin
    return {
        "sender_name": account.sender_name,
        "for_sending": account.for_sending,
        "for_receiving": account.for_receiving,
        "for_whom": EVERYONE if shared else ONLY_ME,
        "automatic": account.automatic,
        "remember_password": account.remember_password,
    }


def _as_pattern(account: Account) -> Findings:
    """Return an account's servers as those of another account: what was risked for it is risked for it alone."""
    found = findings_of_account(account)

    def taken(servers: tuple[ProvedServer, ...]) -> tuple[ProvedServer, ...]:
        return tuple(
            replace(
                server,
                source=Source.SAME_DOMAIN,
                trusted=_proper(server) and (account.for_everyone or account.trusted),
                pinned_sha256=None,
            )
            for server in servers
        )

    return Findings(incoming=taken(found.incoming), outgoing=taken(found.outgoing))


def _proper(server: ProvedServer) -> bool:
    return server.pinned_sha256 is None and server.settings.security is not Security.NONE


def _pattern_of(draft: Draft) -> Pattern | None:
    first = db.session().scalar(select(Run).where(Run.draft_id == draft.id).order_by(Run.created_at).limit(1))
    if first is None or first.purpose is not RunPurpose.PREPARED or first.findings is None:
        return None
    servers = (*first.findings.incoming, *first.findings.outgoing)
    taken = bool(servers) and all(server.source is Source.SAME_DOMAIN for server in servers)
    return Pattern(first.findings, first.entered.address) if taken else None


def _renamed(server: ProvedServer, was: str, now: str) -> ProvedServer:
    names = {was: (now, False), was.rpartition("@")[0]: (now.rpartition("@")[0], True)}
    username, fixed = names.get(server.settings.username or "", (server.settings.username, True))
    return replace(server, settings=replace(server.settings, username=username), username_fixed=fixed)


def _entered(server: ProvedServer | None) -> EnteredServer | None:
    if server is None:
        return None
    settings = server.settings
    username = settings.username if server.username_fixed else None
    return EnteredServer(settings.protocol, settings.host, settings.port, settings.security, None, username)
