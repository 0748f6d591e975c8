"""Whoever sends the body of a form slowly, or never, holds up nobody else."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest

from config.patient import MOST_BODIES
from tests.services import Pear, pear_running, wait_for

pytestmark = pytest.mark.story
SOME = 70
TOKEN = "c" * 32
FORM = f"csrfmiddlewaretoken={TOKEN}&email=nobody%40example.org"
AWAY, MAILED = "/away/", "/account/login/code/"
HEAD = (
    " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    f"Cookie: csrftoken={TOKEN}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    f"Content-Length: {len(FORM)}\r\n\r\n"
)


@pytest.fixture(scope="module")
def pear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pear]:
    """Run a web server alone."""
    with pear_running(tmp_path_factory.mktemp("slow"), WORKER_PROCESSES="0") as pear:
        yield pear


@pytest.fixture
def half(pear: Pear) -> Iterator[ExitStack]:
    """Connections that have sent half a form, closed at the end."""
    with ExitStack() as stack:
        yield stack
    wait_for(lambda: posted(pear) == 303, what="room")


def send_half(pear: Pear, stack: ExitStack, count: int, path: str = AWAY) -> list[socket.socket]:
    """Begin so many forms."""
    made = []
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", int(pear.url.rpartition(":")[2])), timeout=30)
        made.append(stack.enter_context(line))
        line.sendall(f"POST {path}{HEAD}{FORM[: len(FORM) // 2]}".encode())
    return made


def posted(pear: Pear) -> int:
    """Send a whole form; return the status."""
    line = HTTPConnection("127.0.0.1", int(pear.url.rpartition(":")[2]), timeout=30)
    try:
        headers = {"Cookie": f"csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
        line.request("POST", AWAY, FORM, headers)
        return line.getresponse().status
    finally:
        line.close()


def test_slow_bodies_hold_up_nobody(pear: Pear, half: ExitStack) -> None:
    slow = send_half(pear, half, SOME)
    assert pear.get("/account/login/")[0] == 200
    assert posted(pear) == 303
    slow[0].sendall(FORM[len(FORM) // 2 :].encode())
    assert slow[0].recv(12) == b"HTTP/1.1 303"


def test_so_many_bodies_are_waited_for_and_no_more(pear: Pear, half: ExitStack) -> None:
    slow = send_half(pear, half, MOST_BODIES)
    wait_for(lambda: posted(pear) == 503, what="the last of them to be waited for")
    assert pear.get("/account/login/")[0] == 200
    slow.pop().close()
    wait_for(lambda: posted(pear) == 303, what="room for one more")


def test_half_a_form_is_acted_on_by_nobody(pear: Pear, half: ExitStack) -> None:
    [slow] = send_half(pear, half, 1, MAILED)
    slow.shutdown(socket.SHUT_WR)
    assert slow.recv(12) in {b"HTTP/1.1 400", b""}
    assert pear.rows("SELECT 1 FROM accounts_letter") == []
