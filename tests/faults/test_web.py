"""The web server dies between commit and answer, and the table of its limits is gone."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults.conftest import NewCase
from tests.faults.servers import PostgreSQLServer, RedisServer
from tests.faults.site import PATIENCE, Site, kill_group
from tests.services import wait_for


def test_it_dies_between_commit_and_answer(case: NewCase, redis_of_site: RedisServer) -> None:
    """Who hears nothing presses again: the time is freed once, and both are told once."""
    it = case("web killed after commit, pressed again")
    plan = it.plan()
    assert it.site.web is not None
    with redis_of_site.silent(), ThreadPoolExecutor() as hands:
        press = hands.submit(it.site.free, plan)
        wait_for(lambda: gone(it.site, plan.slot), what="the commit", seconds=PATIENCE)
        kill_group(it.site.web)
        press.result(PATIENCE)
    it.site.start_web()
    it.press_free(plan)
    it.settle()


def gone(site: Site, slot: str) -> bool:
    """Return whether the slot is freed for whoever asks the database."""
    return not site.rows.ask("SELECT 1 FROM scheduler_slot WHERE id = %s", slot)


def test_the_limiter_is_away(case: NewCase, postgresql_server: PostgreSQLServer) -> None:
    """Nobody can try passwords without being counted; freeing goes on."""
    it = case("limiter's table away")
    plan = it.plan()
    postgresql_server.rows.ask("ALTER TABLE cache RENAME TO cache_away")
    try:
        assert it.site.press("/account/login/", login="nobody@example.org", password="a long guess") >= 500
        it.press_free(plan)
    finally:
        postgresql_server.rows.ask("ALTER TABLE cache_away RENAME TO cache")
    it.settle()
