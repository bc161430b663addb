"""Which addresses a lab lives on: one /24 of loopback for each lab running on the machine."""

import socket
import struct
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Self

FIRST_NETWORK = 64
LAST_NETWORK = 95
LOOPBACK = "127.0"


class NoFreeNetwork(Exception):
    """Every network of the range is taken by a running lab."""


@dataclass
class LabNetwork:
    """One /24 of 127.0.64.0/19, ours as long as `claim` is open.

    Another `prefix` than loopback's is for a network namespace in which
    somebody made its addresses local (the bench, whose clients are elsewhere).

    The claim is a name in the kernel's abstract socket namespace, so it is
    bound to the same network namespace as the addresses and vanishes with the
    process, however that ends.
    """

    number: int
    claim: socket.socket = field(repr=False)
    prefix: str = LOOPBACK
    hosts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def take_free(cls, prefix: str = LOOPBACK) -> Self:
        """Claim the first network no other lab uses, nor the servers of one that is gone."""
        taken = listening()
        for number in range(FIRST_NETWORK, LAST_NETWORK + 1):
            if any(address in cidr_of(number, prefix) for address in taken):
                continue
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                claim.bind(f"\0mailroom-lab-{number}")
            except OSError:
                claim.close()
            else:
                return cls(number, claim, prefix)
        raise NoFreeNetwork(
            f"{LAST_NETWORK - FIRST_NETWORK + 1} mail labs are running on this machine already; "
            "stop one of them (python -m tests.lab, make demo)."
        )

    @property
    def cidr(self) -> IPv4Network:
        """Return the network as an administrator would allow it."""
        return cidr_of(self.number, self.prefix)

    @property
    def dns(self) -> str:
        """Return the address of the name server."""
        return f"{self.prefix}.{self.number}.253"

    @property
    def web(self) -> str:
        """Return the address of the autoconfig hosts."""
        return f"{self.prefix}.{self.number}.252"

    @property
    def silent(self) -> str:
        """Return the address that swallows packets on every port Mailroom may use."""
        return f"{self.prefix}.{self.number}.251"

    @property
    def hanging(self) -> str:
        """Return the address that accepts connections and never says a word."""
        return f"{self.prefix}.{self.number}.250"

    @property
    def refusing(self) -> str:
        """Return the address nothing listens on."""
        return f"{self.prefix}.{self.number}.249"

    def of(self, host: str) -> str:
        """Return the address of a mail host, giving it one when it is first asked for."""
        return self.hosts.setdefault(host, f"{self.prefix}.{self.number}.{len(self.hosts) + 1}")

    def release(self) -> None:
        """Let another lab have the network."""
        self.claim.close()


def cidr_of(number: int, prefix: str = LOOPBACK) -> IPv4Network:
    """Return the network of one lab."""
    return IPv4Network(f"{prefix}.{number}.0/24")


def listening() -> frozenset[IPv4Address]:
    """Return the addresses TCP servers of this machine listen on (proc_net(5): little-endian, state 0A)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    places = {row[1].partition(":")[0] for row in rows if row[3] == "0A"}
    return frozenset(IPv4Address(struct.pack("=I", int(place, 16))) for place in places)
