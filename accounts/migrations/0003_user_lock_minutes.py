from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="lock_minutes",
            field=models.PositiveSmallIntegerField(default=15),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("lock_minutes__in", [0, 5, 15, 60])), name="user_lock_minutes_known"
            ),
        ),
    ]
