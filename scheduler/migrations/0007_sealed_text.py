import accounts.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_user_data_key"),
        ("scheduler", "0006_notice_waiting"),
    ]

    operations = [
        migrations.RemoveField(model_name="feed", name="calendar_name"),
        migrations.RemoveField(model_name="feed", name="label"),
        migrations.RemoveField(model_name="preferences", name="cover_title"),
        migrations.RemoveField(model_name="preferences", name="partner_label"),
        migrations.AddField(
            model_name="feed",
            name="calendar_name",
            field=accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk"),
        ),
        migrations.AddField(
            model_name="feed",
            name="label",
            field=accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk"),
        ),
        migrations.AddField(
            model_name="preferences",
            name="cover_title",
            field=accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="user_id"),
        ),
        migrations.AddField(
            model_name="preferences",
            name="partner_label",
            field=accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="user_id"),
        ),
    ]
