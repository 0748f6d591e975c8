from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_user_data_key"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="user_lock_minutes_known",
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("lock_minutes__lte", 60)), name="user_locks_within_an_hour"
            ),
        ),
    ]
