from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduler", "0004_push_devices"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_due",
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["channel", "kind", "due_at"],
                name="notice_lane",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["expires_at"],
                name="notice_too_late",
            ),
        ),
    ]
