"""Seat in which earlier waivers and extensions were decided: 审核 where the person held no post of 审定 that day and stood in for nobody."""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Q

DIRECTOR, CHECKER = "city_director", "city_checker"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def name_seats(apps, _editor):
    """Write the seat of each decision that does not follow from an outage."""
    posts, exemptions = apps.get_model("accounts", "Post"), apps.get_model("obligations", "Exemption")
    for row in exemptions.objects.filter(outage__isnull=True, decided_as=""):
        day = row.decided_at.astimezone(SHANGHAI).date()
        held = posts.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), user=row.decided_by_id, valid_from__lte=day)
        roles = set(held.values_list("role", flat=True))
        is_checkers = CHECKER in roles and DIRECTOR not in roles and not row.decided_by_principal
        exemptions.objects.filter(pk=row.pk).update(decided_as=CHECKER if is_checkers else DIRECTOR)


class Migration(migrations.Migration):
    dependencies = [("obligations", "0010_seat_of_decisions"), ("accounts", "0010_keeper_proposals_and_reviews")]

    operations = [migrations.RunPython(name_seats, migrations.RunPython.noop)]
