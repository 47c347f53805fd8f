"""Which decision each reconsideration and suit is about, from its case."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, _editor):
    """Copy number and day of the decision."""
    remedies, cases = apps.get_model("approvals", "Remedy"), apps.get_model("approvals", "Case")
    own = cases.objects.filter(pk=OuterRef("case"))
    empty = remedies.objects.filter(against_on__isnull=True)
    empty.update(against_number=Subquery(own.values("decision_number")[:1]), against_on=Subquery(own.values("decided_on")[:1]))


class Migration(migrations.Migration):
    """Data only; nothing to take back."""

    dependencies = [("approvals", "0013_remedy_instances")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
