"""Hours of experts on concluded panels, the basis for paying fees."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from assessments.experts.lifecycle import reads_pool
from assessments.experts.models.experts import ExpertProfile
from assessments.reviews.enums import MemberState, ReviewState
from assessments.reviews.models import PanelMember
from greendistrict.accounts.viewer import Viewer


class FeeLine(NamedTuple):
    """Panels and hours of one expert in a period; ``unnoted`` panels have no hours recorded yet."""

    expert: ExpertProfile
    panels: int
    hours: Decimal
    unnoted: int
    memberships: tuple[PanelMember, ...]
    employer: str = ""  # in the workbook


def fee_lines(viewer: Viewer, first: dt.date, last: dt.date) -> list[FeeLine]:
    """Panels concluded in the period by expert, in pinyin order; only for users who read the pool. Two queries."""
    if not reads_pool(viewer.held):
        return []
    ended = PanelMember.objects.filter(
        state=MemberState.ACCEPTED,
        review__status=ReviewState.CONCLUDED,
        review__concluded_at__date__gte=first,
        review__concluded_at__date__lte=last,
    ).select_related("review", "expert__user")
    by_expert: dict[int, list[PanelMember]] = {}
    for member in ended.order_by("expert__name_pinyin", "expert_id", "review__concluded_at", "pk"):
        by_expert.setdefault(member.expert_id, []).append(member)
    return [_fee_line(rows) for rows in by_expert.values()]


def _fee_line(rows: list[PanelMember]) -> FeeLine:
    hours = sum((row.hours for row in rows if row.hours is not None), Decimal(0))
    return FeeLine(rows[0].expert, len(rows), hours, sum(row.hours is None for row in rows), tuple(rows))
