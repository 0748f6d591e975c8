"""Lists that make room, and notes to oneself."""

import accounts.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduler", "0003_drafted_offers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="room_lead",
            field=models.CharField(blank=True, max_length=14),
        ),
        migrations.CreateModel(
            name="Jotting",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk")),
                ("written_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jottings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "written_at"], name="jotting_newest"),
                    models.Index(fields=["written_at"], name="jotting_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk")),
                ("place", models.PositiveSmallIntegerField()),
                ("ticked", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_lines",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "place"], name="room_line_place")],
            },
        ),
    ]
