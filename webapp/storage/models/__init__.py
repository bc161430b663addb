"""All tables, by one import; each noun has its own module."""

from webapp.storage.models.accounts import Account, AccountKind, AccountState
from webapp.storage.models.drafts import Draft, DraftAim, DraftDetails, SessionSecret
from webapp.storage.models.office import Action, JournalEntry, NetworkSettings, OfficeAuthority
from webapp.storage.models.people import BrowserSession, LinkPurpose, OneTimeLink, Theme, TokenBucket, User
from webapp.storage.models.runs import LoginRefusal, Run, RunPurpose, RunState, RunStep
from webapp.storage.models.servers import IncomingServer, OutgoingServer

__all__ = [
    "Account",
    "AccountKind",
    "AccountState",
    "Action",
    "BrowserSession",
    "Draft",
    "DraftAim",
    "DraftDetails",
    "IncomingServer",
    "JournalEntry",
    "LinkPurpose",
    "LoginRefusal",
    "NetworkSettings",
    "OfficeAuthority",
    "OneTimeLink",
    "OutgoingServer",
    "Run",
    "RunPurpose",
    "RunState",
    "RunStep",
    "SessionSecret",
    "Theme",
    "TokenBucket",
    "User",
]
