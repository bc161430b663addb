"""The people who sign in, the links that let them choose a password, the brake on guessing one."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webapp.storage.base import Base, closed_set, utc_now
from webapp.storage.folding import fold


class Theme(StrEnum):
    """How pages look: as the system says, or as the person chose."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class User(Base):
    """A person of the office.

    `name` is the login name in the folded form of `users.folded`;
    `display_key` sorts and finds by `display_name` and follows it by itself;
    `password_hash` is None until the person has chosen one; `session_epoch`
    grows when every open session of the person must end.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    display_key: Mapped[str] = mapped_column(String(200), index=True, default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    disabled: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(10))
    theme: Mapped[Theme] = mapped_column(closed_set(Theme), default=Theme.AUTO)
    # users and accounts point at each other, see Account.proved_run_id
    default_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id", ondelete="SET NULL", use_alter=True)
    )
    notice_address: Mapped[str | None] = mapped_column(
        String(320)
    )  # None: that of an account, see storage/notice_addresses.py
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)

    @validates("display_name")
    def _fold_display_name(self, _key: str, display_name: str) -> str:
        self.display_key = fold(display_name)[:200]  # folding may lengthen: «ﬃ» becomes three letters
        return display_name


class BrowserSession(Base):
    """One signed-in browser: the cookie holds the key, the row its hash. Without the row the cookie is worthless."""

    __tablename__ = "browser_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    SETUP = "setup"
    RESET_PASSWORD = "reset-password"  # noqa: S105 -- a purpose, not a secret


class OneTimeLink(Base):
    """A link that works once and for 24 hours; only its hash is kept. `user` is None for the first set-up."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose] = mapped_column(closed_set(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(foreign_keys=user_id)


class TokenBucket(Base):
    """How many tries are left for one key; the key is hashed, for people type passwords into name fields."""

    __tablename__ = "token_buckets"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tokens: Mapped[float]
    updated_at: Mapped[datetime]
