"""Drop the indexes of foreign keys that another index begins with; every write pays for each.

Not those of a slot: SQLite would make its table anew, without the guard against overlapping plans.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0008_calendar_entry_age")]

    operations = [
        migrations.RemoveIndex(
            model_name="feed",
            name="feed_user",
        ),
        migrations.AlterField(
            model_name="calendarentry",
            name="partner",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="calendar_entries",
                to="accounts.partner",
            ),
        ),
        migrations.AlterField(
            model_name="calendarmail",
            name="entry",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mails",
                to="scheduler.calendarentry",
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="couple",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="accounts.couple",
            ),
        ),
        migrations.AlterField(
            model_name="tuckedaway",
            name="slot",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tucked_away",
                to="scheduler.slot",
            ),
        ),
        migrations.AlterField(
            model_name="yes",
            name="slot",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="yeses", to="scheduler.slot"
            ),
        ),
    ]
