"""Decide whether Mailroom may talk to an address and a port. No I/O: `network` asks right before it connects."""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from webapp.net.problems import Problem, ProblemKind, Trouble

MAIL_PORTS = frozenset({25, 110, 119, 143, 465, 563, 587, 993, 995, 2525})
LOOKUP_PORTS = frozenset({80, 443})

# The tables are our own, from the IANA special-purpose address registries: what `ipaddress.is_global`
# answers changed between Python releases (3.11.10, 3.12.4) and calls multicast global.
NOT_PUBLIC_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network, unspecified
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relay anycast
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
PUBLIC_V6 = IPv6Network("2000::/3")  # the only block of global unicast addresses (RFC 4291, 2.4)
NOT_PUBLIC_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF protocol assignments: ORCHID, benchmarking, Teredo unless unwrapped
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 unless unwrapped
        "3fff::/20",  # documentation (RFC 9637)
    )
)
NAT64 = IPv6Network("64:ff9b::/96")  # the well-known prefix (RFC 6052)

Network = IPv4Network | IPv6Network


class Purpose(Enum):
    """What a connection is for; it decides which ports are open to it."""

    MAIL = "mail"
    LOOKUP = "lookup"


class Guard:
    """The one rule of DESIGN 5.4: public addresses and known ports, more addresses only as the administrator says."""

    def __init__(
        self,
        allowed_networks: tuple[Network, ...] = (),
        *,
        mail_ports: frozenset[int] = MAIL_PORTS,
        lookup_ports: frozenset[int] = LOOKUP_PORTS,
    ) -> None:
        self._allowed_networks = allowed_networks
        self._ports = {Purpose.MAIL: mail_ports, Purpose.LOOKUP: lookup_ports}

    def check_port(self, host: str, port: int, purpose: Purpose = Purpose.MAIL) -> None:
        """Raise `Trouble` unless the port may be used; asked before the name server is."""
        if port not in self._ports[purpose]:
            raise refused(host, port)

    def check(self, host: str, address: str, port: int, purpose: Purpose = Purpose.MAIL) -> None:
        """Raise `Trouble` unless this very address and port may be connected to.

        Every refusal is the same problem, whatever the reason, so that nobody
        learns from it what is behind (an allowed network lifts the address
        rule, never the port rule).
        """
        self.check_port(host, port, purpose)
        if not self._allows(address):
            raise refused(host, port)

    def _allows(self, address: str) -> bool:
        try:
            really = unwrapped(ip_address(address))
        except ValueError:
            return False
        if isinstance(really, IPv6Address) and really.scope_id is not None:
            return False  # an interface of this machine: link-local by nature
        return is_public(really) or any(really in network for network in self._allowed_networks)


def refused(host: str, port: int) -> Trouble:
    """Return the one trouble every refused target gets."""
    return Trouble(Problem(ProblemKind.TARGET_REFUSED, host=host, port=port))


def unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address a transition address stands for, or the address itself.

    A packet to v4-mapped, NAT64, 6to4 or Teredo addresses ends at that IPv4 address.
    """
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        server, client = address.teredo
        return client if is_public(server) else server
    return address


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address belongs to one host on the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_PUBLIC_V4)
    return address in PUBLIC_V6 and not any(address in block for block in NOT_PUBLIC_V6)
