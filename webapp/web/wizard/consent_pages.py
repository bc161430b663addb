"""The consent page as values: what is asked, in full and in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from webapp.net.domains import registrable_domain
from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.web.wizard.certificate_pages import CertificateCard, certificate_card
from webapp.web.wizard.consents import CertificateToPin, HostToTrust, PlainServer, Questions
from webapp.web.wording import names


@dataclass(frozen=True)
class ConsentItem:
    """One thing to agree to; `key` is what its box sends."""

    key: str
    id: str
    title: str
    domain: str
    facts: tuple[tuple[str, str], ...]
    agree: str
    certificate: CertificateCard | None = None


@dataclass(frozen=True)
class ConsentGroup:
    """Things of one kind, with what they have in common."""

    heading: str
    words: str
    tone: str
    items: tuple[ConsentItem, ...]


@dataclass(frozen=True)
class ConsentPage:
    """Everything the template shows; `replaces` tells that a certificate was accepted before."""

    run: Run
    address: str
    groups: tuple[ConsentGroup, ...]
    ticked: frozenset[str]
    go_on: str
    replaces: bool

    @property
    def offers_names(self) -> bool:
        """Tell whether there is a name to take instead of accepting a certificate."""
        return any(item.certificate and item.certificate.offers for group in self.groups for item in group.items)


def consent_page(run: Run, questions: Questions, ticked: frozenset[str]) -> ConsentPage:
    """Return the page of these questions."""
    met_at = run.finished_at or utc_now()
    groups = (
        _hosts(questions.hosts),
        _certificates([one for one in questions.certificates if one.accepted is None], met_at),
        _replacements([one for one in questions.certificates if one.accepted is not None], met_at),
        _plain(questions.plain),
    )
    return ConsentPage(
        run=run,
        address=names.readable_address(run.entered.address),
        groups=tuple(group for group in groups if group.items),
        ticked=ticked,
        go_on=gettext("Agree and re-test") if questions.certificates else gettext("Agree and check"),
        replaces=any(one.accepted is not None for one in questions.certificates),
    )


def _hosts(asked: tuple[HostToTrust, ...]) -> ConsentGroup:
    return ConsentGroup(
        gettext("Who gets your password"),
        gettext(
            "No trusted source named these servers. If the domain is your provider's, go on; "
            "if you do not know it, somebody may be after your password."
        ),
        "warn",
        tuple(_host(number, one) for number, one in enumerate(asked)),
    )


def _host(number: int, one: HostToTrust) -> ConsentItem:
    host = names.host_for_people(one.host)
    uses = [
        gettext("%(server)s, port %(port)s", server=names.direction_name(direction), port=port)
        for direction, port in one.uses
    ]
    return ConsentItem(
        key=f"host {one.host}",
        id=f"host-{number}",
        title=host,
        domain=_domain(one.host),
        facts=((gettext("For"), "; ".join(uses)), (gettext("Source"), names.source_name(one.source))),
        agree=gettext("I know this domain; my password may go to %(host)s.", host=host),
    )


def _certificates(asked: Sequence[CertificateToPin], met_at: datetime) -> ConsentGroup:
    return ConsentGroup(
        gettext("Certificate that did not pass"),
        gettext(
            "The server cannot prove who it is. Compare the fingerprint with the server's administrator, not by mail. "
            "Only exactly this certificate will be accepted, and only for this account: "
            "others that use the same server decide for themselves."
        ),
        "warn",
        tuple(
            _certificate(one, met_at, gettext("I have compared the fingerprint and accept this certificate."))
            for one in asked
        ),
    )


def _replacements(asked: Sequence[CertificateToPin], met_at: datetime) -> ConsentGroup:
    return ConsentGroup(
        gettext("Another certificate than before"),
        gettext(
            "For this account another certificate had been accepted here. The password was not sent. "
            "Most often the certificate was simply renewed; if nobody told you of it, ask the server's administrator."
        ),
        "warn",
        tuple(
            _certificate(one, met_at, gettext("I have compared the new fingerprint; accept it instead of the old one."))
            for one in asked
        ),
    )


def _certificate(one: CertificateToPin, met_at: datetime, agree: str) -> ConsentItem:
    host = one.problem.host or ""
    return ConsentItem(
        key=f"pin {one.place} {one.certificate.sha256}",
        id=f"pin-{one.direction}",
        title=f"{names.host_for_people(host)}:{one.problem.port}",
        domain=_domain(host),
        facts=((gettext("For"), names.direction_name(one.direction)),),
        agree=agree,
        certificate=certificate_card(one, met_at),
    )


def _domain(host: str) -> str:
    """Return the part of a host's name that somebody registered: whoever did owns everything below it."""
    return names.host_for_people(registrable_domain(host))


def _plain(asked: tuple[PlainServer, ...]) -> ConsentGroup:
    return ConsentGroup(
        gettext("Without protection"),
        _plain_words(any(one.password for one in asked)),
        "bad",
        tuple(_plain_server(one) for one in asked),
    )


def _plain_words(password: bool) -> str:
    if password:
        return gettext(
            "These servers know no encryption. Everybody on the way, in the same wireless network for instance, "
            "can read your password and your letters."
        )
    return gettext(
        "This server knows no encryption. Nobody logs in there, so no password is risked, but everybody on the way, "
        "in the same wireless network for instance, can read your letters."
    )


def _plain_server(one: PlainServer) -> ConsentItem:
    host = names.host_for_people(one.host)
    if one.password:
        agree = gettext("I accept that the password goes to %(host)s unprotected.", host=host)
    else:
        agree = gettext("I accept that letters go to %(host)s unprotected.", host=host)
    return ConsentItem(
        key=f"plain {one.place}",
        id=f"plain-{one.direction}",
        title=f"{host}:{one.port}",
        domain=_domain(one.host),
        facts=((gettext("For"), names.direction_name(one.direction)),),
        agree=agree,
    )
