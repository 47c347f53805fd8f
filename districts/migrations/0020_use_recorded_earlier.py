"""Key projects that are in use already go on counting: proof is asked for from now on."""

from typing import Any

from django.db import migrations


def fill(apps: Any, _schema_editor: Any) -> None:
    """Mark what was recorded before proofs were asked for."""
    apps.get_model("districts", "KeyProject").objects.filter(state="in_use", use_basis="").update(use_basis="earlier")


class Migration(migrations.Migration):
    """Fills what is known; nothing is undone."""

    dependencies = [
        ("districts", "0019_steps_have_proof"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
