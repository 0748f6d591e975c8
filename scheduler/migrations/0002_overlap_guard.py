"""Put the database's own guard against overlapping plans in place."""

from django.db import migrations

from scheduler.models import overlap


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0001_initial")]

    operations = [
        migrations.RunPython(lambda apps, editor: overlap.install(editor.connection), migrations.RunPython.noop),
    ]
