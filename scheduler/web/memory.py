"""Bytes kept in the memory of one process, with a bound; they may vanish at any moment without harm."""

from collections import OrderedDict
from threading import Lock


class ByteMemory:
    """Keeps what was used last, up to `most` bytes in all; safe to use from several threads.

    Keys name their bytes for ever (a strong ETag), so nothing ever needs to be invalidated.
    """

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """Return the bytes under `key`, if they are still here."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: str, value: bytes) -> None:
        """Keep `value`, and let go of what was not used for longest."""
        if len(value) > self._most:
            return
        with self._lock:
            self._size += len(value) - len(self._kept.pop(key, b""))
            self._kept[key] = value
            while self._size > self._most:
                self._size -= len(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0
