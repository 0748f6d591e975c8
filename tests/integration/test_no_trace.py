"""There is no "no" in Pear: not in the schema, not in what code can do, not in any address, page, mail or feed."""

import html
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import get_resolver

import accounts
import scheduler
import scheduler.domain
import scheduler.models
import scheduler.operations
from accounts.models import Partner
from scheduler.domain.slot import Action, State
from scheduler.models import Notice
from tests.cast import signed_in
from tests.gates.words import NEVER, NEVER_OUTSIDE
from tests.routes import names
from tests.world import World

pytestmark = pytest.mark.walk

REFUSAL = re.compile(
    r"declin|reject|refus|den(y|ied)|\bno_thanks|turned?_down|dismiss|cancelled_by|freed_by(?!_both)|ended_by|"
    r"canceled_by|reason|excuse|why|(?<!h)read_at|seen_at|viewed|opened_at|last_seen|ignored|streak|score|counter|tally",
    re.IGNORECASE,
)
# What a rule says about a form, or what the database says about itself, is about no person.
OF_THE_RULES = {"Reason", "reason"}
CITY = "Broken Hill"  # among the time zones
TAGS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of a package."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield __import__(found.name, fromlist=["_"])


def words_of(text: str) -> str:
    """Return what is read of a page, on one line."""
    return " ".join(html.unescape(TAGS.sub(" ", text)).split())


def whole(words: re.Pattern[str]) -> re.Pattern[str]:
    """Return the pattern, for whole words only."""
    return re.compile(rf"(?<![\w-])({words.pattern})(?![\w-])", re.IGNORECASE)


def test_no_table_and_no_column_holds_a_no(db: None) -> None:  # noqa: ARG001
    with connection.cursor() as cursor:
        ours = [
            model._meta.db_table
            for app in ("accounts", "scheduler")
            for model in apps.get_app_config(app).get_models()
        ]
        described = {table: connection.introspection.get_table_description(cursor, table) for table in ours}
        constraints = {name for table in ours for name in connection.introspection.get_constraints(cursor, table)}
    columns = {column.name for table in described.values() for column in table}
    assert [name for name in {*ours, *columns, *constraints} if REFUSAL.search(name)] == []


def test_no_stored_choice_is_a_no() -> None:
    values = {
        str(value)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        for value, _ in field.flatchoices
    }
    assert [value for value in {*values, *Action, *State, *Notice.Kind.values} if REFUSAL.search(value)] == []
    assert {*State} == {"open", "confirmed", "ended"}


@pytest.mark.parametrize("package", [scheduler.operations, scheduler.domain, scheduler.models, scheduler, accounts])
def test_nothing_that_can_be_done_is_a_no(package: ModuleType) -> None:
    for module in modules(package):
        for name, thing in inspect.getmembers(module):
            if getattr(thing, "__module__", None) != module.__name__ or name in OF_THE_RULES:
                continue
            parameters = inspect.signature(thing).parameters if inspect.isfunction(thing) else {}
            said = [word for word in (name, *parameters) if REFUSAL.search(word) and word not in OF_THE_RULES]
            assert said == [], module.__name__


def test_no_address_is_a_no() -> None:
    assert [name for name in names() if REFUSAL.search(name)] == []
    assert [path for path in map(str, get_resolver().reverse_dict) if REFUSAL.search(path)] == []


@pytest.mark.parametrize("reader", ["ana", "ben"])
def test_no_page_says_what_pear_never_says(reader: str, world: World, ana: Partner, ben: Partner) -> None:
    client = signed_in({"ana": ana, "ben": ben}[reader].user)
    for path in world.addresses():
        answer = client.get(path)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        assert whole(NEVER).findall(words_of(page).replace(CITY, "")) == [], path
        for title in re.findall(r"<title>(.*?)</title>", page, re.DOTALL):
            assert whole(NEVER_OUTSIDE).findall(title) == [], path


def test_no_mail_and_no_feed_tells_what_this_is(world: World, client: Client) -> None:
    assert world.mails
    mails = [
        words_of(f"{mail['Subject']} {mail['From']} {part.get_content()}")
        for mail in world.mails
        for part in mail.walk()
        if part.get_content_maintype() == "text"
    ]
    feed = client.get(f"/cal/{world.feed_token}.ics")
    assert b"BEGIN:VEVENT" in feed.content
    for text in [*mails, feed.content.decode(), *world.addresses()]:
        assert whole(NEVER).findall(text) == []
        assert NEVER_OUTSIDE.findall(text) == []
        assert not re.search(r"\b(Ana|Ben|Cleo)\b", text)
