"""What a person of a review leaves behind when leaving the body: sheets that are being typed, and an expert's seats."""

from django.db.models import F, QuerySet
from django.urls import reverse

from assessments.common.enums import MemberState
from assessments.reviews.enums import PaperState
from assessments.reviews.models.papers import PaperScores
from assessments.reviews.models.review import ENDED_STATES, PanelMember
from greendistrict.accounts.enums import Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders


def _typing(person: User) -> QuerySet[PaperScores]:
    return PaperScores.objects.filter(typed_by=person, status=PaperState.TYPING)


def sheets_typed(person: User) -> int:
    """How many members' sheets the person is typing: nobody else of the secretariat may go on."""
    return _typing(person).count()


def hand_on_sheets(person: User, to: User) -> int:
    """Have somebody else go on typing; returns how many sheets."""
    return _typing(person).update(typed_by=to, version=F("version") + 1)


def _seats(person: User) -> QuerySet[PanelMember]:
    open_states = (MemberState.INVITED, MemberState.ACCEPTED)
    return PanelMember.objects.filter(expert__user=person, state__in=open_states).exclude(review__status__in=ENDED_STATES)


def open_seats(person: User) -> int:
    """In how many open reviews the person sits."""
    return _seats(person).count()


def tell_of_seats(person: User, to: User) -> int:
    """A seat is drawn and goes to no colleague: the secretariat is told and fills it anew; returns how many."""
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
