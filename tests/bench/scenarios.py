"""The eight scenarios measured, as domains of the lab, and the servers a search must come up with."""

from dataclasses import dataclass

from webapp.mail.settings import Endpoint, Protocol, Security

PERSON = "anna"

HELD_BACK = "the rest of it"  # Postfix waits for the acknowledgement of its TLS session ticket (Nagle's algorithm)
PROVING = {
    Security.TLS: ("TCP", "TLS", "greeting", HELD_BACK, "EHLO"),
    Security.STARTTLS: ("TCP", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO", HELD_BACK),
}
DOCUMENT = ("its host", "TCP", "TLS", "document")
SERVER = ("server name",)
NOTHING_PUBLISHED = ("no autoconfig host", "no web site")  # the likeliest names are asked meanwhile


@dataclass(frozen=True)
class Scenario:
    """One domain: what it publishes, and the best server of each direction.

    `knowing` are the round trips, one after another, until the outgoing server
    is known and its name resolved; those of the incoming one are no more.
    """

    name: str
    domain: str
    incoming: Endpoint
    outgoing: Endpoint
    knowing: tuple[str, ...]

    @property
    def address(self) -> str:
        """Return the address that is searched for."""
        return f"{PERSON}@{self.domain}"

    @property
    def proving(self) -> tuple[str, ...]:
        """Return the round trips of proving the outgoing server."""
        return PROVING[self.outgoing.security]

    @property
    def least_ratio(self) -> float:
        """Return how many times the floor's round trips it takes to find and prove; the floor logs in as well."""
        return (len(self.knowing) + len(self.proving)) / (len(self.proving) + 1)

    @property
    def endpoints(self) -> tuple[Endpoint, Endpoint]:
        """Return both servers."""
        return self.incoming, self.outgoing


def imap(host: str) -> Endpoint:
    """Return an IMAP server with TLS."""
    return Endpoint(Protocol.IMAP, host, 993, Security.TLS)


def smtp(host: str) -> Endpoint:
    """Return an SMTP server with TLS."""
    return Endpoint(Protocol.SMTP, host, 465, Security.TLS)


SCENARIOS = (
    Scenario(
        "autoconfig", "uspeh.test", imap("korob-17.uspeh.test"), smtp("gonec-42.uspeh.test"), (*DOCUMENT, *SERVER)
    ),
    Scenario(
        "wellknown",
        "wellknown.test",
        imap("korob-18.wellknown.test"),
        smtp("gonec-43.wellknown.test"),
        (*DOCUMENT, *SERVER),
    ),
    Scenario("srv", "srv.test", imap("korob-20.srv.test"), smtp("gonec-45.srv.test"), ("SRV", *SERVER)),
    Scenario("guess", "guess.test", imap("imap.guess.test"), smtp("smtp.guess.test"), NOTHING_PUBLISHED),
    Scenario("blackhole", "blackhole.test", imap("imap.blackhole.test"), smtp("smtp.blackhole.test"), ()),
    Scenario("mx", "mx.test", imap("korob-21.hoster.test"), smtp("gonec-46.hoster.test"), ("MX", *DOCUMENT, *SERVER)),
    Scenario("ispdb", "listed.test", imap("korob-19.listed.test"), smtp("gonec-44.listed.test"), (*DOCUMENT, *SERVER)),
    Scenario(
        "pop",
        "old.test",
        Endpoint(Protocol.POP3, "pop.old.test", 995, Security.TLS),
        Endpoint(Protocol.SMTP, "smtp.old.test", 25, Security.STARTTLS),
        NOTHING_PUBLISHED,
    ),
)

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
