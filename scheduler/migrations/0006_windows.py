"""Windows, the lane that they are in, and a notice of the week."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_couple_zone"),
        ("scheduler", "0005_cards"),
    ]

    operations = [
        migrations.AddField(model_name="preferences", name="mail_week", field=models.BooleanField(default=True)),
        migrations.AddField(model_name="preferences", name="push_week", field=models.BooleanField(default=True)),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("offer", "Offer"),
                    ("confirmed", "Confirmed"),
                    ("freed", "Freed"),
                    ("reminder", "Reminder"),
                    ("note", "Note"),
                    ("calendar", "Calendar"),
                    ("week", "Week"),
                ],
                max_length=9,
            ),
        ),
        migrations.CreateModel(
            name="Lane",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draws_at", models.DateTimeField()),
                ("lined_up", models.BooleanField(default=False)),
                (
                    "partner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lane", to="accounts.partner"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["draws_at"], name="lane_draws")]},
        ),
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draw_at", models.DateTimeField()),
                ("place", models.PositiveSmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("shortest_minutes", models.PositiveSmallIntegerField()),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="accounts.partner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["partner", "draw_at", "place"], name="window_place"),
                    models.CheckConstraint(
                        condition=models.Q(place__range=(1, 6)),
                        name="window_places",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(ends_at__gt=models.F("starts_at")),
                        name="window_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(starts_at__gt=models.F("draw_at")),
                        name="window_follows_its_draw",
                    ),
                ]
            },
        ),
    ]
