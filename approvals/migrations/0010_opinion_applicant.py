"""Opinions that were left with the applicant by name are given to the applicant itself."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Point to the applicant where its name stands; any other name is of a body outside."""
    rows = apps.get_model("approvals", "ReviewOpinion").objects.using(schema_editor.connection.alias)
    for row in rows.filter(organisation=None, body=F("case__applicant__name")).select_related("case"):
        row.organisation_id = row.case.applicant_id
        row.save(update_fields=["organisation"])


class Migration(migrations.Migration):
    """Data only; the way back leaves the names as they are."""

    dependencies = [("approvals", "0009_opinion_organisation")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
