"""A saved account as what a run starts from: its servers as findings, its consents, a draft of a change or a check."""

from sqlalchemy.orm import Session

from webapp.detection.types import Consent, Entered, EnteredServer, Findings, ProvedServer, Source
from webapp.mail.settings import Credentials, Protocol
from webapp.net.domains import registrable_domain
from webapp.storage.accounts import may_change
from webapp.storage.certificates import accepted_at, pin_of
from webapp.storage.drafts import DraftSubject, create_draft
from webapp.storage.models import Account, BrowserSession, Draft, DraftAim, DraftDetails, OutgoingServer, User
from webapp.storage.models.servers import ServerColumns
from webapp.storage.objections import NotAllowed
from webapp.storage.outgoing_servers import may_change_outgoing
from webapp.storage.ownership import check_may_save, owner_after
from webapp.storage.plain_consents import consent_at
from webapp.storage.secrets import SecretBox
from webapp.storage.waking import check_draft


def findings_of_account(account: Account) -> Findings:
    """Return the account's proved servers as a search would have found them."""
    incoming, outgoing = account.incoming, account.outgoing
    return Findings(
        incoming=(proved_server(account, incoming),) if incoming is not None else (),
        outgoing=(proved_server(account, outgoing),) if outgoing is not None else (),
    )


def proved_server(account: Account, row: ServerColumns) -> ProvedServer:
    """Return a stored server as the finding it was; nothing about its login name is open."""
    return ProvedServer(
        settings=row.settings(),
        source=account.source or Source.ENTERED,
        trusted=account.trusted,
        registrable_domain=registrable_domain(row.host),
        username_fixed=True,
        pinned_sha256=pin_of(account, row),
    )


def entered_of(account: Account) -> Entered:
    """Return the account's servers as if a person had typed every field."""
    return Entered(
        account.address,
        for_receiving=account.for_receiving,
        for_sending=account.for_sending,
        incoming=_entered(account.incoming) if account.incoming is not None else EnteredServer(),
        outgoing=_entered(account.outgoing) if account.outgoing else EnteredServer(protocol=Protocol.SMTP),
    )


def consent_of(account: Account, server: OutgoingServer | None = None) -> Consent:
    """Return what was agreed to for the account: hosts, certificates, and what goes there without TLS.

    Who agreed to letters alone agreed to no password. Another server of the
    owner's may be chosen by its name; what was risked there for the accounts
    that use it was risked for them alone.
    """
    own = [row for row in (account.incoming, account.outgoing) if row is not None]
    plain = [agreed for row in own if (agreed := consent_at(account, row)) is not None]
    accepted = [one for row in own if (one := accepted_at(account, row)) is not None]
    return Consent(
        hosts=frozenset(row.host for row in (*own, server) if row is not None),
        plain_hosts=frozenset(one.place for one in plain if one.password),
        plain_letters=frozenset(one.place for one in plain if not one.password),
        pins={one.place: one.sha256 for one in accepted},
        certificates=tuple(one.facts for one in accepted if one.facts is not None),
    )


def details_of(account: Account, language: str) -> DraftDetails:
    """Return the account as the details of a draft that would change nothing."""
    return DraftDetails(
        address=account.address,
        sender_name=account.sender_name,
        for_sending=account.for_sending,
        for_receiving=account.for_receiving,
        for_everyone=account.for_everyone,
        load_since=account.load_since,
        automatic=account.automatic,
        remember_password=account.remember_password,
        language=language,
        title=account.title or None,
        kind=account.kind,
        reply_to=account.reply_to,
        signature=account.signature,
        keep_on_server=account.keep_on_server,
        delete_after_days=account.delete_after_days,
    )


def begin_change(
    session: Session,
    user: User,
    browser_session: BrowserSession | None,
    account: Account,
    details: DraftDetails,
    *,
    aim: DraftAim = DraftAim.ACCOUNT,
    outgoing: OutgoingServer | None = None,
    credentials: Credentials | None = None,
    box: SecretBox,
) -> Draft:
    """Begin a change that a run of purpose SAVE must prove; raises `NotAllowed`, `AccountWaits` (roll back then).

    `outgoing` is the existing server that is changed (aim OUTGOING_SERVER;
    None adds one) or chosen (aim ACCOUNT; None leaves the account's own to
    what the run proves). "Changed meanwhile" is measured from now on: where a
    form was open before, set the draft's `account_version` (`outgoing_version`)
    to what that form showed.
    """
    if aim is DraftAim.OUTGOING_SERVER:
        allowed = may_change(user, account) and (outgoing is None or may_change_outgoing(user, outgoing))
        owner_id = account.owner_id
    else:
        check_may_save(session, user, account, details)
        allowed, owner_id = True, owner_after(account, details, user.id)
    if not allowed or (outgoing is not None and outgoing.owner_id != owner_id):
        raise NotAllowed("this person may not change this account so")
    draft = _begin(session, user, browser_session, aim, account, details, outgoing, credentials, box)
    check_draft(session, draft, account, details_of(account, details.language))
    return draft


def begin_check_draft(
    session: Session,
    user: User,
    browser_session: BrowserSession | None,
    account: Account,
    details: DraftDetails,
    *,
    outgoing: OutgoingServer | None = None,
    credentials: Credentials | None = None,
    box: SecretBox,
) -> Draft:
    """Begin a check: of a shared account everybody's, for it saves nothing; raises `NotAllowed` for a foreign one."""
    foreign = not account.for_everyone and account.owner_id != user.id
    if foreign or (outgoing is not None and outgoing.owner_id != account.owner_id):
        raise NotAllowed("this person may not use this account")
    return _begin(session, user, browser_session, DraftAim.ACCOUNT, account, details, outgoing, credentials, box)


def _begin(
    session: Session,
    user: User,
    browser_session: BrowserSession | None,
    aim: DraftAim,
    account: Account,
    details: DraftDetails,
    outgoing: OutgoingServer | None,
    credentials: Credentials | None,
    box: SecretBox,
) -> Draft:
    server = (None, None) if outgoing is None else (outgoing.id, outgoing.version)
    about = DraftSubject(aim, account.id, account.version, *server)
    return create_draft(session, box, user, details, credentials, about=about, browser_session=browser_session)


def _entered(row: ServerColumns) -> EnteredServer:
    return EnteredServer(row.protocol, row.host, row.port, row.security, row.auth_method, row.username)
