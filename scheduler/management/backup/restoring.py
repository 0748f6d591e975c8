"""Taking a backup in: into a database without people, of either engine, in one transaction."""

from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from accounts.data_keys import OWNERS
from accounts.envelope import is_known
from accounts.outbox import database_now
from scheduler.management.backup.contents import columns_of, from_json, kept_models, label_of
from scheduler.management.backup.manifest import NEWER, Manifest
from scheduler.management.backup.reading import DAMAGED, Table, open_backup
from scheduler.management.backup.writing import AT_ONCE
from scheduler.operations.restored import forget_the_past, settle

FULL = "There are people in this database already, and it is left as it is. Restore into an empty one."
AHEAD = (
    "This database is newer than the backup. Restore into one without any table: it is given the backup's own schema"
    " first, and is brought up to date then."
)
NO_KEY = (
    "The master key is missing that opens what is in this backup: put the file master_keys of that Pear into DATA_DIR,"
    " or what it holds into MASTER_KEYS. Nothing was taken in."
)


def restore_backup(path: Path, *, unlinked: bool, new_addresses: bool) -> Manifest:
    """Take everything in, settle it as `scheduler.operations.restored` says, and bring the schema up to date.

    All of it or nothing. CommandError, in plain sentences, for a file, a database or a key that does not fit.
    """
    with open_backup(path) as backup:
        _require_empty()
        registry = _schema_of(backup.manifest)
        try:
            with transaction.atomic():
                models_filled = [_fill(registry.get_model(table.label), table) for table in backup.tables()]
                _require_keys(registry)
                settle(registry=registry, now=database_now(), unlinked=unlinked, new_addresses=new_addresses)
                connection.check_constraints()
                _go_on_counting(models_filled)
        except (IntegrityError, LookupError) as error:
            raise CommandError(DAMAGED) from error
    call_command("migrate", verbosity=0, interactive=False)
    forget_the_past(now=database_now())
    return backup.manifest


def _require_empty() -> None:
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in (model._meta.db_table for model in kept_models()):  # noqa: SLF001  (documented)
            if table in there:
                cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # nosec B608  # noqa: S608
                if cursor.fetchone():
                    raise CommandError(FULL)


def _schema_of(manifest: Manifest) -> StateApps:
    """Bring a database that is behind to the schema of the backup; return the models as they were then."""
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, set(executor.loader.applied_migrations)
    targets = sorted(manifest.migrations.items())
    if any(target not in graph.nodes for target in targets):
        raise CommandError(NEWER)
    if applied & set(graph.nodes) - {node for target in targets for node in graph.forwards_plan(target)}:
        raise CommandError(AHEAD)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def _fill(model: type[models.Model], table: Table) -> type[models.Model]:
    """Put the rows into their table, as they stand: what is sealed knows its place by the row's own key."""
    by_name = {field.attname: field for field in columns_of(model)}
    fields = [by_name[name] for name in table.columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    into = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names})"  # noqa: SLF001  (documented)
    statement = f"{into} VALUES ({', '.join(['%s'] * len(fields))})"

    def prepared(row: list[Any]) -> list[Any]:
        told = zip(fields, row, strict=True)
        return [field.get_db_prep_save(from_json(field, value), connection) for field, value in told]

    with connection.cursor() as cursor:
        while rows := [prepared(row) for row in islice(table.rows, AT_ONCE)]:
            cursor.executemany(statement, rows)
    return model


def _require_keys(registry: StateApps) -> None:
    """CommandError unless the master keys of this Pear open every data key."""
    for owner in OWNERS:
        rows = registry.get_model(label_of(owner))._base_manager.values_list("data_key", flat=True)  # noqa: SLF001
        if not all(is_known(bytes(wrapped)) for wrapped in rows.iterator(chunk_size=AT_ONCE) if wrapped):
            raise CommandError(NO_KEY)


def _go_on_counting(filled: list[type[models.Model]]) -> None:
    """Let numbers that the database gives go on after the highest that was taken in."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)
