"""What the database does to answer: which indexes it takes, which tables it reads whole, how many rows it meets."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

_READS = ("SELECT", "UPDATE", "DELETE")
_UNSEEN = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one statement was carried out; `met` counts rows that were read, also in vain (PostgreSQL only)."""

    statement: str
    indexes: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)  # tables read from end to end
    met: int = 0


def plans_of(act: Callable[[], object]) -> list[Plan]:
    """Carry out `act`, and explain each of its statements just before it runs."""
    plans: list[Plan] = []
    explain = _explained_by_postgresql if connection.vendor == "postgresql" else _explained_by_sqlite
    state = {"busy": False}

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  (Django's own)
        if sql.lstrip().startswith(_READS) and not state["busy"]:
            state["busy"] = True
            plans.append(explain(sql, params))
            state["busy"] = False
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        act()
    return plans


def _explained_by_postgresql(sql: str, params: Any) -> Plan:
    """Only reading statements are carried out to be counted: the others are explained by what is expected."""
    analyze = sql.lstrip().startswith("SELECT")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({'ANALYZE, ' if analyze else ''}FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    nodes = list(_nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))
    return Plan(
        statement=sql,
        indexes={node["Index Name"] for node in nodes if "Index Name" in node},
        whole={node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"},
        met=sum(_met(node) for node in nodes if "Relation Name" in node) if analyze else 0,
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _met(node: dict[str, Any]) -> int:
    return int((node["Actual Rows"] + sum(node.get(name, 0) for name in _UNSEEN)) * node["Actual Loops"])


def _explained_by_sqlite(sql: str, params: Any) -> Plan:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        steps = [row[3].split() for row in cursor.fetchall()]
    indexes = {words[words.index("INDEX") + 1] for words in steps if "INDEX" in words[:-1]}
    whole = {words[1] for words in steps if words[0] == "SCAN" and "INDEX" not in words}
    return Plan(statement=sql, indexes=indexes, whole=whole)
