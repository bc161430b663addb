"""All tables, by one import; each noun has its own module."""

from webapp.storage.models.accounts import Account, AccountKind, AccountState
from webapp.storage.models.certificates import AcceptedCertificate
from webapp.storage.models.consents import PlainConsent
from webapp.storage.models.drafts import Draft, DraftAim, DraftDetails, SessionSecret
from webapp.storage.models.letters import (
    Blob,
    BlobPiece,
    ChangeKind,
    Folder,
    FolderRole,
    KnownUidl,
    Letter,
    LetterChange,
)
from webapp.storage.models.notices import LetterFate, Notice, NoticeCopy, NoticeKind, ProgramState
from webapp.storage.models.office import Action, JournalEntry, NetworkSettings, OfficeAuthority
from webapp.storage.models.outbox import (
    OutgoingFile,
    OutgoingLetter,
    OutgoingRecipient,
    OutgoingState,
    RecipientState,
)
from webapp.storage.models.people import BrowserSession, LinkPurpose, OneTimeLink, Theme, TokenBucket, User
from webapp.storage.models.runs import LoginRefusal, Run, RunPurpose, RunState, RunStep
from webapp.storage.models.servers import IncomingServer, OutgoingServer
from webapp.storage.models.traffic import Lease, Traffic

__all__ = [
    "AcceptedCertificate",
    "Account",
    "AccountKind",
    "AccountState",
    "Action",
    "Blob",
    "BlobPiece",
    "BrowserSession",
    "ChangeKind",
    "Draft",
    "DraftAim",
    "DraftDetails",
    "Folder",
    "FolderRole",
    "IncomingServer",
    "JournalEntry",
    "KnownUidl",
    "Lease",
    "Letter",
    "LetterChange",
    "LetterFate",
    "LinkPurpose",
    "LoginRefusal",
    "NetworkSettings",
    "Notice",
    "NoticeCopy",
    "NoticeKind",
    "OfficeAuthority",
    "OneTimeLink",
    "OutgoingFile",
    "OutgoingLetter",
    "OutgoingRecipient",
    "OutgoingServer",
    "OutgoingState",
    "PlainConsent",
    "ProgramState",
    "RecipientState",
    "Run",
    "RunPurpose",
    "RunState",
    "RunStep",
    "SessionSecret",
    "Theme",
    "TokenBucket",
    "Traffic",
    "User",
]
