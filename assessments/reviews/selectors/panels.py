"""Data about panels for lower features: panels of an expert, tables read by members, whether the list is frozen.

Registered by ``assessments/wiring.py`` with the expert pool, the score tables and the recusals.
"""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.experts.lifecycle import reads_pool
from assessments.experts.models.experts import ExpertProfile
from assessments.experts.registry import Panels
from assessments.reviews.enums import ENDED_STATES, ON_PANEL, MemberState, ReviewState
from assessments.reviews.models import Draw, PanelMember, Review
from assessments.tables.models import WITH_VERSION, ScoreTable, TableState
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock


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
