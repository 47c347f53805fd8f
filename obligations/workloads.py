"""Groups of obligations by whose work they are, for outlook and calendar; groups may overlap (pure)."""

from collections.abc import Callable, Mapping

from django.db.models import TextChoices

from greendistrict.policy.duty_table import CITY, duty_kind
from obligations.duties import Obligation

PANEL_KINDS = frozenset({"stage_hold", "post_hold", "meeting"})
OF_REVIEWS = frozenset({"invitation", "scores", "signatures", "draw_panel", "meeting"})


class Workload(TextChoices):
    """A group of obligations by whose work they are."""

    REPORTING = "reporting", "报送单位应报"
    RECEIVING = "receiving", "报市级、须接收"
    CITY = "city", "市级应办"
    REVIEWS = "reviews", "专家和评审秘书应办"
    PANELS = "panels", "须组织评审组"


def _is_reported(row: Obligation) -> bool:
    return duty_kind(row.kind).rungs == "debtor" and not row.is_watch


BELONGS: Mapping[Workload, Callable[[Obligation], bool]] = {
    Workload.REPORTING: _is_reported,
    Workload.RECEIVING: lambda row: _is_reported(row) and row.to == CITY,
    Workload.CITY: lambda row: duty_kind(row.kind).rungs == "city",
    Workload.REVIEWS: lambda row: row.kind in OF_REVIEWS,
    Workload.PANELS: lambda row: row.kind in PANEL_KINDS,
}
