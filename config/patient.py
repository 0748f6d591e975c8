"""Who sends slowly holds up nobody: a request takes one of the few places only once all of it is here.

granian reads heads by itself, and closes a connection that brings none for 30 seconds; a body it reads in the thread
that answers, for as long as that takes. So there are many more threads than places. See docs/adr.
"""

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from django.conf import settings

from config.waiting import hang_up_on_the_late

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import StartResponse, WSGIApplication

MOST_BODIES = 240  # that are waited for at the same time; config/supervisord.conf has some more threads than that
LOOK_SECONDS = 1.0  # between two looks for those who are late
NO_ROOM = "pear.no_room"  # in the environment of a request whose body was not waited for
Head = tuple[str, list[tuple[str, str]]]


class Patient:
    """Reads bodies first, then has one of `settings.WEB_PLACES` threads answer: each keeps its connection."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._places = ThreadPoolExecutor(settings.WEB_PLACES, thread_name_prefix="place")
        self._room = threading.BoundedSemaphore(MOST_BODIES)
        self._looking, self._looked_at = threading.Lock(), 0.0

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> list[bytes]:
        """Answer with a body that is whole: whoever reads it slowly holds neither thread nor connection either."""
        if (length := _length_of(environ)) and not self._read(environ, length):
            start_response("400 Bad Request", [])  # whoever began with a body has left before its end
            return []
        head, body = self._places.submit(self._answer, environ).result()
        start_response(*head)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[Head, bytes]:
        """Answer in the thread of a place; what the web server gave goes back to its own thread."""
        heads: list[Head] = []
        written: list[bytes] = []

        def begin(status: str, headers: list[tuple[str, str]], _: object = None, /) -> "Callable[[bytes], object]":
            heads.append((status, headers))
            return written.append  # PEP 3333 lets an application write before it answers

        answer = self._application(environ, begin)
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        return heads[-1], b"".join(written) + body

    def _read(self, environ: dict[str, Any], length: int) -> bool:
        """Put the whole body into the environment, or a word that there was no room; return False for half a body."""
        if not self._make_room():
            environ[NO_ROOM] = True
            return True
        try:
            body = environ["wsgi.input"].read(length)
        finally:
            self._room.release()
        environ["wsgi.input"] = io.BytesIO(body)
        return len(body) == length

    def _make_room(self) -> bool:
        """Return whether one more body can be waited for, if need be instead of those who let us wait for long."""
        if self._room.acquire(blocking=False):
            return True
        with self._looking:
            if time.monotonic() - self._looked_at >= LOOK_SECONDS:
                hang_up_on_the_late()
                self._looked_at = time.monotonic()
        return self._room.acquire(timeout=LOOK_SECONDS)


def _length_of(environ: dict[str, Any]) -> int:
    """Return how long a body is that a form may have; 0 for none, and for one that BodySizeMiddleware turns away."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdecimal()) or len(length) > len(str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)):
        return 0
    return int(length) if int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE else 0
