"""The names of the lab: records and the rules by which an authoritative server answers (RFC 1034, RFC 4592)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.name import Name
from dns.rdatatype import RdataType

TTL_S = 60
LONGEST_ALIAS_CHAIN = 8


@dataclass(frozen=True)
class Answer:
    """What the zone says to one question; NOERROR without records is "the name exists, this type does not"."""

    rcode: dns.rcode.Rcode
    records: tuple[dns.rrset.RRset, ...] = ()


@dataclass
class Zone:
    """All names of the world, as far as the lab knows it; the rest does not exist."""

    _records: dict[Name, dict[RdataType, list[str]]] = field(default_factory=dict)
    changes: int = 0

    def add(self, name: str, rdtype: str, value: str) -> None:
        """Add one record; names in `value` are absolute or relative to the root."""
        self.changes += 1
        owner = dns.name.from_text(name)
        self._records.setdefault(owner, {}).setdefault(dns.rdatatype.from_text(rdtype), []).append(value)

    def add_lines(self, domain: str, lines: Iterable[str]) -> None:
        """Add zone lines `NAME TYPE VALUE` of a domain, with `@` for the domain itself."""
        self.changes += 1
        origin = dns.name.from_text(domain)
        for line in lines:
            name, rdtype, value = line.split(None, 2)
            kind = dns.rdatatype.from_text(rdtype)
            data = dns.rdata.from_text(dns.rdataclass.IN, kind, value, origin=origin, relativize=False)
            owner = dns.name.from_text(name, origin)
            self._records.setdefault(owner, {}).setdefault(kind, []).append(data.to_text())

    def answer(self, name: Name, rdtype: RdataType) -> Answer:
        """Answer one question, following aliases."""
        records: list[dns.rrset.RRset] = []
        owner = name.canonicalize()
        for _ in range(LONGEST_ALIAS_CHAIN):
            node = self._node(owner)
            if node is None:
                return Answer(dns.rcode.NXDOMAIN, tuple(records))
            if rdtype in node:
                records.append(rrset(owner, rdtype, node[rdtype]))
            if rdtype in node or RdataType.CNAME not in node:
                break
            records.append(rrset(owner, RdataType.CNAME, node[RdataType.CNAME]))
            owner = dns.name.from_text(node[RdataType.CNAME][0]).canonicalize()
        return Answer(dns.rcode.NOERROR, tuple(records))

    def _node(self, name: Name) -> dict[RdataType, list[str]] | None:
        """Return the records of a name, those of the wildcard that stands for it, or None: no such name."""
        if self._exists(name):
            return self._records.get(name, {})
        encloser = name
        while not self._exists(encloser):
            encloser = encloser.parent()
        return self._records.get(dns.name.from_text("*", encloser))

    def _exists(self, name: Name) -> bool:
        """Tell whether a name or anything below it has records (RFC 4592, section 2.2.2)."""
        return name == dns.name.root or any(owner.is_subdomain(name) for owner in self._records)


def rrset(owner: Name, rdtype: RdataType, values: Iterable[str], ttl: int = TTL_S) -> dns.rrset.RRset:
    """Return the records of one name and type."""
    return dns.rrset.from_text_list(owner, ttl, dns.rdataclass.IN, rdtype, list(values))
