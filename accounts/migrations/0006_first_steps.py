"""Who makes an account from now on is shown the first steps, until their couple's first offer; nobody else is."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two marks: one that a user sets, and one that the couple's first offer sets."""

    dependencies: ClassVar = [("accounts", "0005_reading")]

    operations: ClassVar = [
        migrations.AddField("user", "shows_first_steps", models.BooleanField(db_default=False, default=True)),
        migrations.AddField("partner", "offers_began", models.BooleanField(db_default=False, default=False)),
    ]
