"""Private marks, what two have in common since a weekly tick, and notes on offers.

The kind of an offer is a thing in common from now on. Nobody has marked any yet, so every offer, and every entry in a
calendar, is time together for now.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

import accounts.fields

TOPICS = [("kind", "Kind"), ("need", "Need")]


def forget_kinds(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Name every entry by the neutral default; calendars learn of it by the moment of the change."""
    entries = apps.get_model("scheduler", "CalendarEntry").objects.exclude(kind="together")
    entries.update(kind="together", changed_at=timezone.now())


def new_id() -> "models.UUIDField[uuid.UUID, uuid.UUID]":
    """Return the id that rows of both tables have."""
    return models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_couple_keys"),
        ("scheduler", "0006_windows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(forget_kinds, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", new_id()),
                ("topic", models.CharField(choices=TOPICS, max_length=4)),
                ("what", accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk")),
                ("marked_at", models.DateTimeField()),
                (
                    "counts_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="marks",
                        to="accounts.partner",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["user", "topic"], name="mark_of_user")]},
        ),
        migrations.CreateModel(
            name="InCommon",
            fields=[
                ("id", new_id()),
                ("topic", models.CharField(choices=TOPICS, max_length=4)),
                ("what", accounts.fields.EncryptedTextField(blank=True, default="", owner="couple", row="pk")),
                (
                    "couple",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="in_common",
                        to="accounts.couple",
                    ),
                ),
                (
                    "one",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="common_as_one",
                        to="scheduler.mark",
                    ),
                ),
                (
                    "other",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="common_as_other",
                        to="scheduler.mark",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["couple", "topic"], name="in_common_of_couple")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one", models.F("other")), _negated=True),
                        name="in_common_takes_two_marks",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MarkTick",
            fields=[
                ("at", models.DateTimeField(primary_key=True, serialize=False)),
                ("reached", models.UUIDField(default=uuid.UUID(int=0))),
                ("done", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="OfferNote",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="note",
                        serialize=False,
                        to="scheduler.offer",
                    ),
                ),
                (
                    "text",
                    accounts.fields.EncryptedTextField(blank=True, default="", owner="offer.couple", row="offer_id"),
                ),
                ("written_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["written_at"], name="offer_note_age")]},
        ),
        migrations.RemoveField(model_name="offer", name="kind"),
        migrations.AddField(
            model_name="offer",
            name="kind",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="offers",
                to="scheduler.incommon",
            ),
        ),
    ]
