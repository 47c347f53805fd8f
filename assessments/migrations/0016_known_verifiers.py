"""Verifiers named in reports are found among the organisations, by name or alias."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def find(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Point each named verifier to the organisation of that name, where there is one."""
    alias = schema_editor.connection.alias
    bodies = apps.get_model("accounts", "Organisation").objects.using(alias)
    reports = apps.get_model("assessments", "YearlyReport").objects.using(alias).filter(verifier_body=None).exclude(verifier="")
    for name in reports.order_by("verifier").values_list("verifier", flat=True).distinct():
        body = bodies.filter(Q(name=name) | Q(aliases__contains=[name])).order_by("pk").first()
        if body is not None:
            reports.filter(verifier=name).update(verifier_body=body)


class Migration(migrations.Migration):
    """Data only; the way back leaves the names as they are."""

    dependencies = [("assessments", "0015_report_verifier")]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
