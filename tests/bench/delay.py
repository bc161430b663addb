"""A delay line in user space, for kernels without netem: carries IP packets between two tun devices, each a while late.

Packets, not connections: the set-up of a TCP connection, a refused port and a
swallowed SYN cost what they cost on a long line.
"""

import fcntl
import os
import select
import struct
import sys
import time
from collections import deque
from contextlib import suppress

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000  # bare IP packets
LONGEST_PACKET = 65536
NICE = -20  # the line must not be late because the programs at its ends are busy


def main() -> None:
    """Open the two devices named on the command line, say so, carry packets until we are killed."""
    delay_s, *names = float(sys.argv[1]) / 1000, *sys.argv[2:]
    ends = [tun(name) for name in names]
    with suppress(OSError):
        os.nice(NICE)
    print("open", flush=True)
    carry(ends[0], ends[1], delay_s)


def tun(name: str) -> int:
    """Return the file descriptor of a new tun device; it stays usable when the device moves to another namespace."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


def carry(one: int, other: int, delay_s: float) -> None:
    """Write what comes out of one device into the other, `delay_s` later."""
    far_end = {one: other, other: one}
    under_way: deque[tuple[float, int, bytes]] = deque()  # the delay is the same both ways, so the order is kept
    while True:
        patience_s = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        # select takes microseconds where epoll and poll round up to milliseconds.
        for near_end in select.select(far_end, (), (), patience_s)[0]:
            with suppress(BlockingIOError):
                while True:
                    packet = os.read(near_end, LONGEST_PACKET)
                    under_way.append((time.monotonic() + delay_s, far_end[near_end], packet))
        now = time.monotonic()
        while under_way and under_way[0][0] <= now:
            _, end, packet = under_way.popleft()
            with suppress(OSError):  # a full queue drops packets, as any line would
                os.write(end, packet)


if __name__ == "__main__":
    main()
