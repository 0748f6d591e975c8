from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_neutral_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="data_key",
            field=models.BinaryField(default=bytes),
        ),
    ]
