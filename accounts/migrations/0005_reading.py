"""What a browser asked for at the last sign-in, so that mails speak it too; and one's own choice of a clock."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_couple_keys")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="browser_language",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="user",
            name="clock",
            field=models.CharField(
                blank=True,
                choices=[("12", "Twelve"), ("24", "Twenty Four")],
                db_default="",
                default="",
                max_length=2,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("clock__in", ["", "12", "24"])), name="user_clock_12_or_24"
            ),
        ),
    ]
