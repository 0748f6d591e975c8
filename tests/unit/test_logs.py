"""What a log line may carry, in both of its forms: ids and names of things, and nothing of people."""

import json
import logging

import pytest
from django.db import IntegrityError
from django.http import HttpRequest
from django.urls import reverse

from config.logs import Json, MaskTokens, Plain, SkipProbes, request_id
from tests.routes import Reach, with_reach

FORMS = [Json(), Plain("{levelname} {message}", style="{")]
TOKEN = "QUJD~ci1zaWduZWQtdG9rZW4"  # what stands in an address that is its own key


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    """Make a record as a logger would, and let it through the filter of the terminal."""
    made = logging.getLogger("pear.x").makeRecord("pear.x", logging.INFO, "x", 1, message, args, None, extra=extra)
    assert MaskTokens().filter(made)
    return made


def failing(logger: str = "pear.x") -> logging.LogRecord:
    """Make a record of an error whose words hold a row, raised out of another one; it says those words, too."""
    made = logging.getLogger(logger).makeRecord(logger, logging.ERROR, "x", 1, "stopped: %s", ("a row",), None)
    try:
        try:
            int("ben@example.org")
        except ValueError as error:
            raise IntegrityError("Key (email)=(ana@example.org) already exists.") from error
    except IntegrityError as error:
        made.exc_info = (type(error), error, error.__traceback__)
    assert MaskTokens().filter(made)
    return made


@pytest.mark.parametrize("name", with_reach(Reach.SECRET))
def test_no_address_that_is_a_key_is_told(name: str) -> None:
    path = reverse(name, args=[TOKEN])
    for form in FORMS:
        assert TOKEN not in form.format(record("Not Found: %s", path))
        assert TOKEN not in form.format(record(f"GET http://127.0.0.1{path}?x HTTP/1.1"))


def test_nobodys_address_is_told() -> None:
    for form in FORMS:
        line = form.format(record("refused: {'ana.b+c@mail.example.org': (550, b'<ben@example.org> unknown')}"))
        assert "@" not in line
        assert "550" in line


def test_an_error_is_told_by_its_class_and_places_without_its_words() -> None:
    for form in FORMS:
        line = form.format(failing())
        assert "example.org" not in line
        assert "IntegrityError" in line
        assert "ValueError" in line
        assert "test_logs.py" in line


def test_the_worker_does_not_repeat_the_words_of_an_error() -> None:
    for form in FORMS:
        assert "a row" not in form.format(failing("celery.app.trace"))


def test_a_line_of_json_has_the_named_fields_and_no_others() -> None:
    token = request_id.set("a1b2c3d4")
    try:
        line = json.loads(
            Json().format(record("moved %d", 3, kind="freed", attempts=2, status=HttpRequest(), user="ana"))
        )
    finally:
        request_id.reset(token)
    assert line.pop("at").endswith("+00:00")
    fields = {"level": "INFO", "logger": "pear.x", "message": "moved 3"}
    assert line == fields | {"kind": "freed", "attempts": 2, "request": "a1b2c3d4"}


def test_a_plain_line_ends_with_the_named_fields() -> None:
    assert FORMS[1].format(record("moved", kind="freed", user="ana")) == "INFO moved kind=freed"


def test_only_the_lines_about_probes_are_dropped() -> None:
    request = HttpRequest()
    for path, passes in (("/readyz", False), ("/help/", True)):
        request.path = path
        assert SkipProbes().filter(record("Service Unavailable", request=request)) is passes
    assert SkipProbes().filter(record("x"))
