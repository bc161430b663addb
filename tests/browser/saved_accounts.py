"""Accounts that are there before a test begins: real mailboxes of the lab, as if they had been proved."""

from sqlalchemy.orm import Session

from tests.browser.office import Office
from tests.storage.makers import lay_account
from webapp.detection.types import ProvedServer, Source
from webapp.instance import open_instance
from webapp.mail.settings import Credentials, Protocol, Security, ServerSettings
from webapp.settings import load
from webapp.storage.database import make_engine
from webapp.storage.models import Account
from webapp.storage.secrets import SecretBox
from webapp.storage.users import find_user

HOSTS = {"uspeh.test": ("korob-17.uspeh.test", "gonec-42.uspeh.test")}


def lay(
    office: Office,
    address: str,
    owner: str | None = None,
    *,
    remember: bool = True,
    system: bool = False,
    shares_outgoing_of: int | None = None,
    title: str | None = None,
) -> int:
    """Lay down an account of a mailbox of the lab; owner None = for everyone. Return its number."""
    domain = address.rpartition("@")[2]
    imap, smtp = HOSTS.get(domain, (f"imap.{domain}", f"smtp.{domain}"))
    settings = open_instance(load({"MAILROOM_INSTANCE": str(office.served.instance)}))
    engine = make_engine(str(settings.database_url))
    with Session(engine) as session:
        user = find_user(session, owner) if owner is not None else None
        shared = session.get_one(Account, shares_outgoing_of).outgoing if shares_outgoing_of else None
        account = lay_account(
            session,
            SecretBox(settings.mail_keys),
            user.id if user else None,
            address=address,
            title=title,
            system=system,
            remember=remember,
            credentials=Credentials(office.lab.mailbox(address).password),
            incoming=proved(Protocol.IMAP, imap, 993, address),
            outgoing=shared or proved(Protocol.SMTP, smtp, 465, address),
        )
        session.commit()
        number = account.id
    engine.dispose()
    return number


def proved(protocol: Protocol, host: str, port: int, username: str) -> ProvedServer:
    """Return a server of the lab as a search would have found it."""
    settings = ServerSettings(protocol, host, port, Security.TLS, username)
    return ProvedServer(settings, Source.AUTOCONFIG, True, host.partition(".")[2], username_fixed=True)
