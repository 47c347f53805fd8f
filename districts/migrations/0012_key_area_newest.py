"""Going back before the versions of key areas keeps the newest of each: the name is unique there."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def newest_only(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete every version but the newest of each name."""
    areas = apps.get_model("districts", "KeyArea").objects.using(schema_editor.connection.alias)
    newest = areas.order_by("name", "-number").distinct("name").values_list("pk", flat=True)
    areas.exclude(pk__in=list(newest)).delete()


class Migration(migrations.Migration):
    """Data only: what went forward stays as it is."""

    dependencies: ClassVar = [("districts", "0011_key_area_versions")]

    operations: ClassVar = [migrations.RunPython(migrations.RunPython.noop, newest_only)]
