from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_breaker"),
    ]

    operations = [
        migrations.RenameField(
            model_name="breaker",
            old_name="opened_at",
            new_name="open_since",
        ),
        migrations.RenameField(
            model_name="user",
            old_name="refused_email",
            new_name="paused_email",
        ),
    ]
