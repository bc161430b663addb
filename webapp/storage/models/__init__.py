"""All tables, by one import; each noun has its own module."""

from webapp.storage.models.accounts import Account, AccountState, Server
from webapp.storage.models.drafts import Draft, DraftDetails
from webapp.storage.models.people import LinkPurpose, OneTimeLink, TokenBucket, User
from webapp.storage.models.runs import LoginRefusal, Run, RunPurpose, RunState, RunStep

__all__ = [
    "Account",
    "AccountState",
    "Draft",
    "DraftDetails",
    "LinkPurpose",
    "LoginRefusal",
    "OneTimeLink",
    "Run",
    "RunPurpose",
    "RunState",
    "RunStep",
    "Server",
    "TokenBucket",
    "User",
]
