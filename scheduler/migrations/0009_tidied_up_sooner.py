"""Large tables are tidied up once a hundredth or a twentieth of them is dead: by default it is a fifth.

Nothing that an older Pear reads or writes changes. SQLite tidies up by itself as it writes.
"""

from typing import Any

from django.db import migrations

# What sweeps claim and delete all day, and then what people write.
TIDIED_AT = {
    "scheduler_notice": 0.01,
    "scheduler_slot": 0.05,
    "scheduler_offer": 0.05,
    "scheduler_yes": 0.05,
    "scheduler_calendarentry": 0.05,
    "scheduler_feed": 0.05,
}


def tidy_up_sooner(_apps: Any, schema_editor: Any) -> None:
    """Let autovacuum look after so large a part of each table."""
    if schema_editor.connection.vendor == "postgresql":
        for table, part in TIDIED_AT.items():
            schema_editor.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = {part})")


def as_by_default(_apps: Any, schema_editor: Any) -> None:
    """Let autovacuum do as it does with any table."""
    if schema_editor.connection.vendor == "postgresql":
        for table in TIDIED_AT:
            schema_editor.execute(f"ALTER TABLE {table} RESET (autovacuum_vacuum_scale_factor)")


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0008_rhythm")]
    operations = [migrations.RunPython(tidy_up_sooner, as_by_default)]
