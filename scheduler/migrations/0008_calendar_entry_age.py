from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduler", "0007_sealed_text"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="calendarentry",
            name="calendar_entry_age",
        ),
        migrations.AddIndex(
            model_name="calendarentry",
            index=models.Index(fields=["status", "ends_at"], name="calendar_entry_age"),
        ),
    ]
