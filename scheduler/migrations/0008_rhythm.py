"""Rhythms, which draft times week by week."""

import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_couple_keys"),
        ("scheduler", "0007_kinds_and_needs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rhythm",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("away", models.BooleanField(default=False)),
                ("weeks", models.PositiveSmallIntegerField()),
                ("first_on", models.DateField()),
                ("at", models.TimeField()),
                ("zone", models.CharField(max_length=64)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("trial", models.BooleanField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
                ("next_on", models.DateField(blank=True, null=True)),
                ("draft_at", models.DateTimeField(blank=True, null=True)),
                (
                    "couple",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rhythms", to="accounts.couple"
                    ),
                ),
                (
                    "proposer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rhythm",
                        to="accounts.partner",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["draft_at"], name="rhythm_to_draft", condition=Q(draft_at__isnull=False)),
                    models.Index(fields=["ends_at"], name="rhythm_ends", condition=Q(ends_at__isnull=False)),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["couple"], condition=Q(proposer__isnull=True), name="rhythm_once_a_couple"
                    ),
                    models.CheckConstraint(condition=Q(weeks__in=[1, 2]), name="rhythm_weekly_or_fortnightly"),
                    models.CheckConstraint(
                        condition=Q(proposer__isnull=True) | Q(ends_at__isnull=False, draft_at__isnull=True),
                        name="rhythm_proposal_fades_and_drafts_nothing",
                    ),
                ],
            },
        ),
    ]
