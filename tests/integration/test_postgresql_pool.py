"""Pear's PostgreSQL back-end: connections that the server ended while nobody used them, and prepared statements."""

from collections.abc import Callable, Iterator
from typing import Any

import environ
import psycopg
import pytest
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.django_db  # without it no database may be asked; this one is another than the tests' own


@pytest.fixture
def own_url(fresh_postgresql: Callable[[str], str], request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    return fresh_postgresql(request.node.name[:60])


@pytest.fixture
def pooled(own_url: str) -> Iterator[Any]:
    """A connection of the back-end to that database, with a pool of its own."""
    config = environ.Env.db_url_config(own_url) | {
        "ENGINE": "config.postgresql",
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 1, "timeout": 30}, "prepare_threshold": 0},
    }
    wrapper: Any = ConnectionHandler({"default": {}, "pooled": config})["pooled"]
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def answer(cursor: Any, statement: str, *params: object) -> Any:
    """Return the first value that a statement gives, and let the cursor go."""
    with cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()[0]


def test_a_connection_that_the_server_ended_is_replaced_at_once(pooled: Any, own_url: str) -> None:
    before = answer(pooled.cursor(), "SELECT pg_backend_pid()")
    pooled.close()
    folder, _, name = own_url.removeprefix("postgres://pear@/").rpartition("/")
    with psycopg.connect(host=folder, user="pear", dbname=name, autocommit=True) as somebody:
        assert somebody.execute("SELECT pg_terminate_backend(%s, 30000)", [before]).fetchone() == (True,)
    assert answer(pooled.cursor(), "SELECT pg_backend_pid()") != before


def test_a_connection_that_lives_is_used_again(pooled: Any) -> None:
    before = answer(pooled.cursor(), "SELECT pg_backend_pid()")
    pooled.close()
    assert answer(pooled.cursor(), "SELECT pg_backend_pid()") == before


def test_a_statement_is_planned_once(pooled: Any) -> None:
    for number in range(3):
        assert answer(pooled.prepared_cursor(), "SELECT %s::int + 1", number) == number + 1
    assert answer(pooled.cursor(), "SELECT count(*) FROM pg_prepared_statements") == 1
