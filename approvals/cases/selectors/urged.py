"""Which cases were reminded in bulk (批量催办), for the limit shared by all kinds of reminders."""

import datetime as dt
from collections.abc import Collection

from approvals.cases.models.runs import BulkRun
from approvals.common.enums import BulkKind
from greendistrict.core import clock
from greendistrict.workflow import urged

OF_CASE = "case"


def urged_in_bulk(matters: Collection[str], since: dt.date) -> dict[str, dt.date]:
    """The last day on or after ``since`` on which each of these cases was reminded in bulk."""
    runs = BulkRun.objects.filter(kind=BulkKind.REMIND, at__date__gte=since).order_by("at", "pk")
    found = {
        urged.matter(OF_CASE, item["pk"]): at.astimezone(clock.SHANGHAI).date()
        for at, items in runs.values_list("at", "items")
        for item in items
        if not item["out"]
    }
    return {key: day for key, day in found.items() if key in matters}
