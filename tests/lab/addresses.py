"""Which loopback addresses a lab lives on: one /24 for each lab running on the machine."""

import socket
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Self

FIRST_NETWORK = 64
LAST_NETWORK = 95


class NoFreeNetwork(Exception):
    """Every network of the range is taken by a running lab."""


@dataclass
class LabNetwork:
    """One /24 of 127.0.64.0/19, ours as long as `claim` is open.

    The claim is a name in the kernel's abstract socket namespace, so it is
    bound to the same network namespace as the addresses and vanishes with the
    process, however that ends.
    """

    number: int
    claim: socket.socket = field(repr=False)
    hosts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def take_free(cls) -> Self:
        """Claim the first network no other lab uses."""
        for number in range(FIRST_NETWORK, LAST_NETWORK + 1):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                claim.bind(f"\0mailroom-lab-{number}")
            except OSError:
                claim.close()
            else:
                return cls(number, claim)
        raise NoFreeNetwork(
            f"{LAST_NETWORK - FIRST_NETWORK + 1} mail labs are running on this machine already; "
            "stop one of them (python -m tests.lab, make demo)."
        )

    @property
    def cidr(self) -> IPv4Network:
        """Return the network as an administrator would allow it."""
        return IPv4Network(f"127.0.{self.number}.0/24")

    @property
    def dns(self) -> str:
        """Return the address of the name server."""
        return f"127.0.{self.number}.253"

    @property
    def web(self) -> str:
        """Return the address of the autoconfig hosts."""
        return f"127.0.{self.number}.252"

    @property
    def silent(self) -> str:
        """Return the address that swallows packets on every port Mailroom may use."""
        return f"127.0.{self.number}.251"

    @property
    def hanging(self) -> str:
        """Return the address that accepts connections and never says a word."""
        return f"127.0.{self.number}.250"

    @property
    def refusing(self) -> str:
        """Return the address nothing listens on."""
        return f"127.0.{self.number}.249"

    def of(self, host: str) -> str:
        """Return the address of a mail host, giving it one when it is first asked for."""
        return self.hosts.setdefault(host, f"127.0.{self.number}.{len(self.hosts) + 1}")

    def release(self) -> None:
        """Let another lab have the network."""
        self.claim.close()
