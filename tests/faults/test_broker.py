"""Redis is emptied, dies and comes back, is full or read-only, never answers, and carries what nobody knows yet."""

import time

import celery

from tests.faults.conftest import NewCase
from tests.faults.servers import RedisServer
from tests.services import free_port

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


def test_redis_is_read_only(case: NewCase, redis_of_site: RedisServer) -> None:
    """As a replica is when it has been taken for the one to write to."""
    it = case("Redis read-only")
    redis_of_site.ask("REPLICAOF", "127.0.0.1", str(free_port()))
    try:
        it.remind()
        it.press_free(it.plan())
    finally:
        redis_of_site.ask("REPLICAOF", "NO", "ONE")
    it.settle()


def test_messages_of_a_newer_pear(case: NewCase, redis_of_site: RedisServer) -> None:
    """While the old workers still run: a task that they don't have, and one of theirs with more in it."""
    it = case("messages of a newer version")
    with celery.Celery(broker=redis_of_site.url) as newer:
        newer.send_task("scheduler.not_here_yet")
        newer.send_task("scheduler.deliver", kwargs={"lane": "quick"})
    it.remind()
    it.press_free(it.plan())
    it.settle()
