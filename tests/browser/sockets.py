"""The sockets a process holds, as the kernel tells (proc(5), proc_net(5))."""

import os
import re
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

INODE = re.compile(r"socket:\[(\d+)\]")
TABLES = ("tcp", "udp")


def peers(pid: int, network: IPv4Network) -> list[str]:
    """Return the addresses of a network the process talks to, or tries to."""
    held = set(inodes(pid))
    return [f"{address}:{port}" for inode, address, port in remote_ends() if inode in held and address in network]


def inodes(pid: int) -> Iterator[str]:
    """Return the inodes of every socket the process has open."""
    folder = Path(f"/proc/{pid}/fd")
    for name in os.listdir(folder):
        try:
            found = INODE.match(os.readlink(folder / name))
        except FileNotFoundError:  # closed in the meantime
            continue
        if found:
            yield found[1]


def remote_ends() -> Iterator[tuple[str, IPv4Address, int]]:
    """Return inode, remote address and port of every socket of the machine."""
    for table in TABLES:
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            row = line.split()
            address, _, port = row[2].partition(":")
            yield row[9], IPv4Address(struct.pack("=I", int(address, 16))), int(port, 16)
