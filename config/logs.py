"""Log lines carry ids only: no address of a person, no secret of an address, no words of an error, which may be data.

Two forms: plain, for a terminal, and one JSON object a line, for a machine that collects them. Neither takes a field
that is not named here: what a library hangs on its records (a whole request, for one) stays out by that.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

_SECRET_PATHS = re.compile(r"/(cal|m|s|l)/[^\s?\"']+")
_PEOPLE = re.compile(r"[^\s@<>'\"(,;:]+@[^\s@<>'\"),;:]+\.[^\s@<>'\"),;:]+")
_FIELDS = ("method", "route", "status", "milliseconds", "what", "id", "kind", "channel", "state", "attempts")
_REPEATING = {"celery.app.trace"}  # says the words of an error in its line; `pear.tasks` names the task beside it
PROBES = ("/healthz", "/readyz")

request_id: ContextVar[str] = ContextVar("request_id", default="")
Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class MaskTokens(logging.Filter):
    """Replaces the secret part of feed, mail-link, mail-stop and link-up addresses, and people's, by `***`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite `record` in place; always lets it pass."""
        if record.name in _REPEATING and record.exc_info:
            record.msg, record.args = "ended by an error", None
        message = record.getMessage()
        masked = _PEOPLE.sub("***", _SECRET_PATHS.sub(r"/\1/***", message))
        if masked != message:
            record.msg, record.args = masked, None
        return True


class SkipProbes(logging.Filter):
    """Drops Django's own line about each probe that was answered 503: `pear.readiness` says it once."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        return getattr(getattr(record, "request", None), "path", None) not in PROBES


class Plain(logging.Formatter):
    """One line a record for people, and the places that an error came by."""

    def formatException(self, ei: Raised) -> str:  # noqa: N802  (logging's name)
        """Return class and places of an error and of those behind it, without their words."""
        return "\n".join(_places(ei[1]))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        """Return the line, with the named fields at its end."""
        fields = "".join(f" {name}={value}" for name, value in _named(record).items())
        return super().formatMessage(record) + fields


class Json(logging.Formatter):
    """One JSON object a line: when, how bad, who says it, what, and the named fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= _named(record)
        if record.exc_info and record.exc_info[1]:
            line["error"] = list(_places(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def _named(record: logging.LogRecord) -> dict[str, str | int]:
    """Return the fields that may leave, and the request in which this was said."""
    given = {name: getattr(record, name, None) for name in _FIELDS}
    fields = {name: value for name, value in given.items() if isinstance(value, str | int)}
    return fields | ({"request": here} if (here := request_id.get()) else {})


def _places(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield type(error).__qualname__
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
