"""Which cases of a district count as filed for each side, beginning when that side can see them (``selectors.cases_visible_to``)."""

from django.db.models import Exists, OuterRef

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from districts.file.registry import Side

SINCE = {Side.CITY: "sent_at", Side.SECRETARIAT: "accepted_at", Side.BUREAU: "submitted_at"}


def filed(side: Side) -> Exists:
    """``Exists`` of a pilot application of the district that ``side`` can see; one withdrawn before that does not count."""
    cases = Case.objects.filter(district=OuterRef("pk"), kind=CaseKind.APPLICATION)
    return Exists(cases.filter(**{f"{SINCE[side]}__isnull": False}))
