"""Open work of a person who leaves the organisation: paper sheets being typed, and memberships of panels."""

from django.db.models import F, QuerySet
from django.urls import reverse

from assessments.reviews.enums import ENDED_STATES, ON_PANEL, PaperState
from assessments.reviews.models import PanelMember, PaperScores
from greendistrict.accounts.enums import Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders


def _typing(person: User) -> QuerySet[PaperScores]:
    return PaperScores.objects.filter(typed_by=person, status=PaperState.TYPING)


def sheets_typed(person: User) -> int:
    """Number of paper sheets the person is typing, which no colleague may continue."""
    return _typing(person).count()


def hand_on_sheets(person: User, to: User) -> int:
    """Let another person continue typing; returns the number of sheets."""
    return _typing(person).update(typed_by=to, version=F("version") + 1)


def _seats(person: User) -> QuerySet[PanelMember]:
    open_states = ON_PANEL
    return PanelMember.objects.filter(expert__user=person, state__in=open_states).exclude(review__status__in=ENDED_STATES)


def open_seats(person: User) -> int:
    """Number of open reviews of which the person is a member."""
    return _seats(person).count()


def tell_of_seats(person: User, to: User) -> int:
    """Notify the secretariat, because a drawn seat cannot pass to a colleague and must be drawn again; returns the number of seats."""
    del to
    told = 0
    for seat in _seats(person).select_related("review__table__district"):
        carrier().notify(
            key=f"review:{seat.review_id}:left:{seat.pk}",
            receivers=[*holders(Role.SECRETARIAT)],
            title=f"评审专家离任：{seat.review}",
            body=f"{seat}不再任专家岗位，席位须另行安排。",
            path=reverse("assessments:review", args=[seat.review_id]),
            demo=person.is_demo,
        )
        told += 1
    return told
