import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("scheduler", "0003_calendar_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="PushDevice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.PositiveSmallIntegerField()),
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("p256dh", models.CharField(max_length=87)),
                ("auth", models.CharField(max_length=22)),
                ("label", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField()),
                ("last_delivered_at", models.DateTimeField(blank=True, null=True)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("test_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("test_due_at__isnull", False)),
                        fields=["test_due_at"],
                        name="push_device_test",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "place"), name="push_device_place"),
                    models.CheckConstraint(condition=models.Q(("place__range", (1, 5))), name="push_device_places"),
                ],
            },
        ),
        migrations.AddField(
            model_name="preferences",
            name="mail_reminders",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="preferences",
            name="push_changes",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="preferences",
            name="push_offers",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="preferences",
            name="push_reminders",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="channel",
            field=models.CharField(choices=[("email", "Email"), ("push", "Push")], default="email", max_length=5),
        ),
        migrations.AddField(
            model_name="notice",
            name="reached",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
