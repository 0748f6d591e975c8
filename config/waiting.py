"""Connections that let this process wait, as the kernel knows them: the web server tells nobody which they are."""

import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LATE_SECONDS = 60  # twice what granian leaves an idle connection and a head, so nobody else is met here
# struct tcp_info of <linux/tcp.h>: eight bytes, then numbers; these are the milliseconds since anything was last sent
# and since anything last came.
_TCP_INFO = struct.Struct("8B13I")
_LAST_SENT, _LAST_CAME = 17, 19


def hang_up_on_the_late() -> int:
    """Close every connection that began a request and has had no answer for LATE_SECONDS; return how many.

    That is who sends a body slowly, or not at all: nothing of Pear's takes as long to answer. Whoever reads from such
    a connection meets its end. Only Linux tells; elsewhere nothing is closed.
    """
    if sys.platform != "linux":
        return 0
    closed = 0
    for connection in _accepted():
        with connection, suppress(OSError):
            known = _TCP_INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size))
            if known[_LAST_SENT] > LATE_SECONDS * 1000 and known[_LAST_CAME] <= known[_LAST_SENT]:
                connection.shutdown(socket.SHUT_RDWR)
                closed += 1
    return closed


def _accepted() -> Iterator[socket.socket]:
    """Yield the connections that came to a port on which this process listens, each by a descriptor of its own."""
    ours = [each for entry in Path("/proc/self/fd").iterdir() if (each := _socket(int(entry.name)))]
    ports = {_port(each) for each in ours if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)}
    for each in ours:
        if _port(each) in ports and not each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            yield each
        else:
            each.close()


def _socket(number: int) -> socket.socket | None:
    """Return another descriptor of an open TCP socket, or None where there is none any more."""
    with suppress(OSError):
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            found = socket.socket(fileno=os.dup(number))
            if found.family in {socket.AF_INET, socket.AF_INET6} and found.type == socket.SOCK_STREAM:
                return found
            found.close()
    return None


def _port(found: socket.socket) -> int:
    return int(found.getsockname()[1])
