"""A data key for each couple, and each partner's own key to notes on offers."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from accounts.envelope import new_data_key


def make_keys(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give every couple that has none a key of its own, so that nothing has to be made up at the first note."""
    couples = apps.get_model("accounts", "Couple").objects
    for couple_id in couples.filter(data_key=b"").values_list("pk", flat=True).iterator():
        couples.filter(pk=couple_id).update(data_key=new_data_key(owner=couple_id))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_couple_zone")]

    operations = [
        migrations.AddField(model_name="couple", name="data_key", field=models.BinaryField(default=bytes)),
        migrations.AddField(model_name="partner", name="notes_on", field=models.BooleanField(default=False)),
        migrations.RunPython(make_keys, migrations.RunPython.noop),
    ]
