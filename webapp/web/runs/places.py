"""Where a run's page stands: in the setting-up of a new account, or in the settings window of one that exists."""

from dataclasses import dataclass
from enum import StrEnum

from flask import abort, url_for
from flask_babel import gettext

from webapp.storage.accounts import get_visible, may_change
from webapp.storage.models import Account, AccountKind, Draft, DraftAim, Run, RunPurpose
from webapp.web.access import me
from webapp.web.extensions import db
from webapp.web.wording.accounts import title_of
from webapp.web.wording.names import readable_address
from webapp.web.wording.whys import Story


class Kind(StrEnum):
    """What a draft is about, as its pages must know it."""

    NEW = "new"
    SET_UP = "set-up"  # of the system account, which exists from the start
    ACCOUNT = "account"
    OUTGOING = "outgoing"
    HAND_OVER = "hand-over"


@dataclass(frozen=True)
class Place:
    """What stands around the picture of a run, and what its person may do with it.

    `account` is the one whose settings window frames the page, None where a
    page of its own is right. `form_url` leads back to what was typed first,
    `address_url` to the field of the address.
    """

    kind: Kind
    story: Story
    title: str
    subject: str
    back_words: str
    back_url: str
    form_url: str | None
    address_url: str | None
    account: Account | None
    may_edit: bool
    may_save: bool

    @property
    def adds(self) -> bool:
        """Tell whether an account comes into being here."""
        return self.kind in (Kind.NEW, Kind.SET_UP)


def place_of(run: Run) -> Place:
    """Return the place of a run; nobody learns of accounts they do not see."""
    draft, kind = run.draft, kind_of(run.draft)
    if kind is Kind.NEW:
        return _adding(run)
    account = draft.account or abort(404)
    if kind is Kind.SET_UP:
        return _setting_up(draft, account)
    if kind is Kind.HAND_OVER:
        return _handing_over(account)
    return _in_window(run, kind, account)


def kind_of(draft: Draft) -> Kind:
    """Return what a draft is about."""
    account = draft.account
    if draft.aim is DraftAim.NEW_ACCOUNT:
        return Kind.NEW
    if draft.aim is DraftAim.OUTGOING_SERVER:
        return Kind.OUTGOING
    if account is not None and account.proved_at is None:
        return Kind.SET_UP
    others = account is not None and account.owner_id not in (None, draft.user_id)
    return Kind.HAND_OVER if draft.details.owner_id is not None or others else Kind.ACCOUNT


def may_save(draft: Draft) -> bool:
    """Tell whether the person may let a run of this draft change something; the writer asks once more."""
    if draft.aim is DraftAim.NEW_ACCOUNT:
        return True
    if draft.account is None:
        return False
    return me().is_admin if kind_of(draft) is Kind.HAND_OVER else may_change(me(), draft.account)


def may_edit(draft: Draft) -> bool:
    """Tell whether the person may correct servers and consent; who hands an account over moves it as it is."""
    return kind_of(draft) is not Kind.HAND_OVER and may_save(draft)


def _adding(run: Run) -> Place:
    news = run.draft.details.kind is AccountKind.NEWS
    form_url = url_for("accounts.add_news" if news else "new_account.enter", draft=run.draft_id)
    return Place(
        kind=Kind.NEW,
        story=Story.ADDING,
        title=gettext("Adding an account"),
        subject=readable_address(run.entered.address),
        back_words=gettext("Account settings"),
        back_url=url_for("accounts.index"),
        form_url=form_url,
        address_url=f"{form_url}#address",
        account=None,
        may_edit=True,
        may_save=True,
    )


def _setting_up(draft: Draft, account: Account) -> Place:
    form_url = url_for("new_account.enter", draft=draft.id)
    return Place(
        kind=Kind.SET_UP,
        story=Story.ADDING,
        title=gettext("Setting up the system account"),
        subject=readable_address(draft.details.address),
        back_words=gettext("Account settings"),
        back_url=url_for("accounts.page", account_id=account.id),
        form_url=form_url,
        address_url=f"{form_url}#address",
        account=None,
        may_edit=may_edit(draft),
        may_save=may_save(draft),
    )


def _handing_over(account: Account) -> Place:
    if not me().is_admin:
        abort(404)
    return Place(
        kind=Kind.HAND_OVER,
        story=Story.CHANGING,
        title=gettext("Handing an account over"),
        subject=readable_address(account.address),
        back_words=title_of(account),
        back_url=url_for("administration.account", account_id=account.id),
        form_url=None,
        address_url=None,
        account=None,
        may_edit=False,
        may_save=True,
    )


def _in_window(run: Run, kind: Kind, account: Account) -> Place:
    if get_visible(db.session(), me(), account.id) is None:
        abort(404)
    checks = run.purpose is RunPurpose.CHECK
    profile_url = url_for("accounts.page", account_id=account.id)
    return Place(
        kind=kind,
        story=Story.CHECKING if checks else Story.CHANGING,
        title=_window_title(kind, checks),
        subject=readable_address(account.address),
        back_words=gettext("Back to the server") if kind is Kind.OUTGOING else gettext("Back to the settings"),
        back_url=_dialog_url(run.draft, account) if kind is Kind.OUTGOING else profile_url,
        form_url=None,
        address_url=f"{profile_url}#address" if may_edit(run.draft) else None,
        account=account,
        may_edit=may_edit(run.draft),
        may_save=may_save(run.draft),
    )


def _dialog_url(draft: Draft, account: Account) -> str:
    if draft.outgoing_id is None:
        return url_for("outgoing_servers.add", account_id=account.id)
    return url_for("outgoing_servers.edit", account_id=account.id, server_id=draft.outgoing_id)


def _window_title(kind: Kind, checks: bool) -> str:
    if kind is Kind.OUTGOING:
        return gettext("Outgoing server (SMTP)")
    return gettext("Check of the settings") if checks else gettext("Change of the settings")
