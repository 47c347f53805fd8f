"""Tables being filled in began with 实施中 in every clause; where nobody touched a clause, its construction state is open."""

from django.db import migrations
from django.db.models import Q

OPEN = ("open", "returned")


def untouched(apps, state):
    rows = apps.get_model("assessments", "ScoreRow").objects.filter(build_state=state, version=0, table__building=True, table__status__in=OPEN)
    said = Q(prefill__content__has_key="build_state") | Q(prefill__confirmed_at__isnull=False)
    return rows.exclude(Q(prefill__isnull=False) & said).exclude(shared__share__status="signed")


def leave_open(apps, schema_editor):
    untouched(apps, "going").update(build_state="")


def begin(apps, schema_editor):
    untouched(apps, "").update(build_state="going")


class Migration(migrations.Migration):
    """What was submitted stays as it was submitted."""

    dependencies = [
        ("assessments", "0023_proposals_tell_missing_data"),
    ]

    operations = [
        migrations.RunPython(leave_open, begin),
    ]
