"""Redis is emptied, dies and comes back, is full, and takes connections without ever answering."""

import time

from tests.faults.conftest import NewCase
from tests.faults.servers import RedisServer

GENEROUS = 5.0  # seconds; the budget of a press is 1.3 s on a quiet machine


def test_redis_is_emptied(case: NewCase, redis_of_site: RedisServer) -> None:
    it = case("Redis FLUSHALL")
    signed_in = it.plan()
    it.remind()
    redis_of_site.ask("FLUSHALL")
    it.press_free(it.plan())
    redis_of_site.ask("FLUSHALL")
    assert it.site.get("/settings/", signed_in) == 200
    it.settle()


def test_redis_dies_and_comes_back_empty(case: NewCase, redis_of_site: RedisServer) -> None:
    """Nothing leaves meanwhile, and a press is answered."""
    it = case("Redis killed, started empty")
    redis_of_site.kill()
    try:
        it.remind()
        it.free()
    finally:
        redis_of_site.start()
    it.settle()


def test_redis_never_answers(case: NewCase, redis_of_site: RedisServer) -> None:
    """A press is answered all the same, within its budget."""
    it = case("Redis accepts, never answers")
    with redis_of_site.silent():
        it.remind()
        begun = time.monotonic()
        it.press_free(it.plan())
        assert time.monotonic() - begun < GENEROUS
    it.settle()


def test_redis_is_full(case: NewCase, redis_of_site: RedisServer) -> None:
    it = case("Redis out of memory")
    redis_of_site.ask("CONFIG", "SET", "maxmemory", "1")
    try:
        it.remind()
        it.press_free(it.plan())
    finally:
        redis_of_site.ask("CONFIG", "SET", "maxmemory", "0")
    it.settle()
