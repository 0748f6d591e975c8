"""Answers to cards, and the presses that share them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
        ("scheduler", "0004_own_list_and_notes_to_self"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CardAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "card",
                    models.CharField(
                        choices=[
                            ("meaning", "meaning"),
                            ("often", "often"),
                            ("planning", "planning"),
                            ("trying", "trying"),
                            ("room", "room"),
                            ("when", "when"),
                            ("need", "need"),
                            ("new", "new"),
                            ("more", "more"),
                            ("asked", "asked"),
                            ("asking", "asking"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk")),
                ("version", models.UUIDField(default=uuid.uuid4)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="card_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "card"), name="card_answer_once_a_user")],
            },
        ),
        migrations.CreateModel(
            name="CardShare",
            fields=[
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="share",
                        serialize=False,
                        to="scheduler.cardanswer",
                    ),
                ),
                ("version", models.UUIDField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="card_shares",
                        to="accounts.partner",
                    ),
                ),
            ],
        ),
    ]
