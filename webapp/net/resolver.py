"""Ask the name server: addresses, mail exchangers, services, texts. Bounded, and shared within a session."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NameServer:
    """One name server the administrator set; it is exempt from the guard."""

    address: str
    port: int = 53


@dataclass(frozen=True, order=True)
class Mx:
    """One mail exchanger of a domain; the lowest preference is the first choice."""

    preference: int
    host: str


@dataclass(frozen=True)
class Srv:
    """One service record (RFC 2782); target "." means "not offered here"."""

    priority: int
    weight: int
    port: int
    target: str


class Resolver:
    """Answers questions about names; every answer comes within `limit_s` or as `Trouble`."""

    def __init__(self, nameservers: tuple[NameServer, ...] = (), *, limit_s: float = 5) -> None: ...

    def session(self) -> "Resolver":
        """Return a resolver that asks each question once and keeps the answer for its life (one run)."""
        raise NotImplementedError

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Return the addresses of a host, IPv6 and IPv4 in turns; an IP literal is its own answer."""
        raise NotImplementedError

    async def mx(self, domain: str) -> tuple[Mx, ...]:
        """Return the mail exchangers of a domain, best first."""
        raise NotImplementedError

    async def srv(self, name: str) -> tuple[Srv, ...]:
        """Return the service records of a name such as `_imaps._tcp.example.org`, best first."""
        raise NotImplementedError

    async def txt(self, name: str) -> tuple[str, ...]:
        """Return the texts of a name."""
        raise NotImplementedError
