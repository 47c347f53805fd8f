"""State, contested reply and first instance of reconsiderations and suits that were recorded before they had instances."""

from django.db import migrations
from django.db.models import F

RESTORING = ("annulled", "void", "changed_back")


def fill(apps, _editor):
    """The state follows from the outcome, the reply is the one that was kept or that stands."""
    remedies = apps.get_model("outreach", "DisclosureRemedy").objects
    remedies.filter(closed_at__isnull=False).update(status="closed")
    remedies.exclude(was_number="").update(against_number=F("was_number"), against_on=F("was_on"))
    for row in remedies.filter(was_number="").select_related("request"):
        row.against_number, row.against_on = row.request.reply_number, row.request.replied_on
        row.save(update_fields=["against_number", "against_on"])
    for row in remedies.filter(kind="appeal"):
        suit = remedies.filter(request=row.request_id, kind="suit", filed_on__lte=row.filed_on).order_by("-filed_on", "-pk").first()
        if suit is None:  # an appeal is about a suit; what is recorded without one stays as a suit
            row.kind = "suit"
        else:
            row.after, row.filer = suit, "city" if suit.outcome in RESTORING else "holder"
        row.save(update_fields=["kind", "after", "filer"])


def take_back(apps, _editor):
    """What is not in force has no outcome there; a reply that was set aside has number and day of its own again."""
    remedies = apps.get_model("outreach", "DisclosureRemedy").objects
    remedies.filter(closed_at__isnull=True).update(outcome="", outcome_number="", outcome_on=None)
    remedies.exclude(was_reply="").update(was_number=F("against_number"), was_on=F("against_on"))


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("outreach", "0009_disclosure_instances")]
    operations = [migrations.RunPython(fill, take_back)]
