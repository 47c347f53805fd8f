"""The day of a title that a district copies never reads 未查明."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.models import Case, CharField, F, Value, When

AS_ITS_TITLE = Case(When(status_certainty="unknown", then=Value("inferred")), default=F("status_certainty"), output_field=CharField())


def mend(apps: StateApps, _schema: object) -> None:
    """Give each day the certainty of its title; what the title does not know is inferred."""
    districts = apps.get_model("districts", "District").objects
    districts.filter(titled_on__isnull=False, titled_on_certainty="unknown").update(titled_on_certainty=AS_ITS_TITLE)


def stay(_apps: StateApps, _schema: object) -> None:
    """What is right stays right."""


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("districts", "0022_actuals_checked_before")]

    operations = [migrations.RunPython(mend, stay)]
