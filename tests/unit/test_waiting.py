"""Who has kept us waiting is hung up on; who has been answered is not."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from config import waiting
from config.waiting import hang_up_on_the_late
from tests.services import wait_for

Line = tuple[socket.socket, socket.socket]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Line]]:
    """Two connections, each by both of its ends: the client's and ours."""
    monkeypatch.setattr(waiting, "LATE_SECONDS", 0.05)
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        made = list[Line]()
        for _ in range(2):
            client = stack.enter_context(socket.create_connection(listener.getsockname(), timeout=10))
            made.append((client, stack.enter_context(listener.accept()[0])))
        yield made


def test_only_who_has_begun_and_not_ended_is_hung_up_on(lines: list[Line]) -> None:
    (slow, _), (answered, ours) = lines
    for client in (slow, answered):
        client.sendall(b"POST")
    assert ours.recv(4) == b"POST"
    came = time.monotonic()
    wait_for(lambda: time.monotonic() > came + 0.02)  # the kernel counts milliseconds
    ours.sendall(b"200")
    assert answered.recv(3) == b"200"
    assert wait_for(hang_up_on_the_late) == 1
    assert slow.recv(1) == b""
    answered.settimeout(0)
    with pytest.raises(BlockingIOError):
        answered.recv(1)
