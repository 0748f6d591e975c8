from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduler", "0005_notice_lanes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["channel", "due_at"], name="notice_waiting"
            ),
        ),
    ]
