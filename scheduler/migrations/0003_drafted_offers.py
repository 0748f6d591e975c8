"""Offers that nobody has put forward: drafts have no author."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
        ("scheduler", "0002_overlap_guard"),
    ]

    operations = [
        migrations.AddField(model_name="offer", name="origin", field=models.UUIDField(blank=True, null=True)),
        migrations.AlterField(
            model_name="offer",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="accounts.partner",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(author__isnull=False) | Q(moves__isnull=True), name="offer_draft_moves_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(origin__isnull=True), name="offer_origin_of_drafts_only"
            ),
        ),
    ]
