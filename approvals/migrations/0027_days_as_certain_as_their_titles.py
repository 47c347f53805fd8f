"""A title with a day never reads 未查明 for it, one without a day always does."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import Case, CharField, F, Value, When

AS_ITS_TITLE = Case(When(certainty="unknown", then=Value("inferred")), default=F("certainty"), output_field=CharField())


def mend(apps: StateApps, _schema: object) -> None:
    """Give each day the certainty of its title; what the title does not know is inferred."""
    titles = apps.get_model("approvals", "Title").objects
    titles.filter(granted_on__isnull=False, date_certainty="unknown").update(date_certainty=AS_ITS_TITLE)
    titles.filter(granted_on__isnull=True).exclude(date_certainty="unknown").update(date_certainty="unknown")


def stay(_apps: StateApps, _schema: object) -> None:
    """What is right stays right."""


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("approvals", "0026_simplified_procedure")]

    operations = [migrations.RunPython(mend, stay)]
