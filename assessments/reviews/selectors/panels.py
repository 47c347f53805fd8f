"""Data about panels: published draws with the portal's signature, fees of members, and for lower features what an expert sits on.

Registered by ``assessments/wiring.py`` with the expert pool, the score tables and the recusals.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.experts.lifecycle import reads_pool
from assessments.experts.models import ExpertProfile
from assessments.experts.registry import Panels
from assessments.reviews.enums import ENDED_STATES, ON_PANEL, MemberState, ReviewState
from assessments.reviews.models import Draw, PanelMember, Review
from assessments.tables.models import WITH_VERSION, ScoreTable, TableState
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, sealing

SIGNATURE, FORMAT = "signature", "greendistrict-draw/1"


def panel_draw_data(made: Draw) -> dict[str, Any]:
    """All data needed to repeat a completed draw (docs/draw.md)."""
    return {
        "pool": made.pool,
        "terms": made.terms,
        "commitment": made.secret_digest,
        "secret": made.secret,
        "list_digest": made.list_digest,
        "result": made.result,
        "tries": made.tries,
    }


def with_signature(data: Mapping[str, Any]) -> dict[str, Any]:
    """The published data of a draw, signed by the portal: whoever repeats the draw knows that nobody made up list and secret."""
    return {**data, SIGNATURE: sealing.signature_of(_signed(data))}


def doubts(data: Mapping[str, Any], named: Iterable[str] = ()) -> str:
    """Why data that repeat are not known to be the portal's; empty if its key, or one of ``named`` (PEM), signed them."""
    return sealing.doubts(data.get(SIGNATURE), _signed(data), named)


def _signed(data: Mapping[str, Any]) -> bytes:
    content = {name: value for name, value in data.items() if name != SIGNATURE}
    return json.dumps({"format": FORMAT, "data": content}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def counted(experts: QuerySet[ExpertProfile], today: dt.date) -> QuerySet[ExpertProfile]:
    """Annotate experts with ``open_panels`` (reviews in progress) and ``year_panels`` (joined this year)."""
    since = dt.datetime(today.year, 1, 1, tzinfo=clock.SHANGHAI)
    sitting = Q(memberships__state__in=ON_PANEL)
    return experts.annotate(
        open_panels=Count("memberships", filter=sitting & ~Q(memberships__review__status__in=ENDED_STATES), distinct=True),
        year_panels=Count(
            "memberships", filter=Q(memberships__state=MemberState.ACCEPTED, memberships__invited_at__gte=since), distinct=True
        ),
    )


def in_hand(expert: ExpertProfile) -> list[str]:
    """Names of open reviews to which an expert is invited or belongs."""
    rows = expert.memberships.filter(state__in=ON_PANEL).exclude(review__status__in=ENDED_STATES).select_related("review")
    return [str(row.review) for row in rows.order_by("pk")]


def panels_of(expert: ExpertProfile, viewer: Viewer) -> list[PanelMember]:
    """Memberships of an expert, newest first; the expert does not see those declined, lapsed or left because of a conflict."""
    rows = expert.memberships.select_related("review__table__district").order_by("-invited_at", "-pk")
    return list(rows if reads_pool(viewer.held) else rows.filter(state__in=ON_PANEL))


def accepted_to_judge(viewer: Viewer, held: HeldPosts) -> Q:
    """Condition for submitted tables that the user accepted to judge as an expert; an empty ``Q`` for others."""
    if not held.has(Role.EXPERT):
        return Q()
    assigned = PanelMember.objects.filter(review__table=OuterRef("pk"), expert__user=viewer.person, state=MemberState.ACCEPTED)
    return Q(Exists(assigned), status__in=WITH_VERSION)


def list_is_frozen(table: ScoreTable) -> bool:
    """Whether the list for the table is frozen: its newest review has drawn. When a table is reviewed again, its list starts unfrozen."""
    review = Review.objects.filter(table=table).order_by("-pk").first()
    if review is None:
        return False
    if review.status in ENDED_STATES:
        return review.status == ReviewState.CONCLUDED and table.status != TableState.RETURNED
    return Draw.objects.filter(review=review, drawn_at__isnull=False).exists()


PANELS = Panels(counted, in_hand, panels_of, list_is_frozen)


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
