"""Obligations whose due date is stored with a matter that has no extension step of its own: a decision here moves the stored day.

Matter page, boards of late items and list of obligations therefore show the same day. ``Exemption.was`` keeps the former day, so that past
days can be shown as they were.
"""

import datetime as dt
from collections.abc import Callable, Mapping

from approvals.consultations.services import move_answer
from assessments.reviews.enums import SeatDuty
from assessments.reviews.models import PanelMember
from assessments.reviews.rules import seat_key
from assessments.reviews.services.scoring import move_scores
from assessments.sharing.services import move_share
from districts.plots.services.opinions import move_opinion

STORED_DAYS: Mapping[str, Callable[[int, dt.date], dt.date]] = {
    "consult_reply": move_answer,
    "plot_opinion": move_opinion,
    "assigned_rows": move_share,
    SeatDuty.SCORES: move_scores,
}


def is_stored(key: str) -> bool:
    """Whether the due date of this obligation is stored with its matter and movable."""
    return key.partition(":")[0] in STORED_DAYS


def keys_moved_with(key: str) -> list[str]:
    """Keys of all obligations that share this stored day (a panel scores by one day)."""
    if not key.startswith(f"{SeatDuty.SCORES}:"):
        return [key]
    seats = PanelMember.objects.filter(review__members=_record(key)).order_by("pk")
    return [seat_key(SeatDuty.SCORES, pk) for pk in seats.values_list("pk", flat=True)]


def _record(key: str) -> int:
    return int(key.split(":")[1].rpartition("-")[2])


def move_stored_day(key: str, day: dt.date) -> dt.date:
    """Move the stored day to a later one, unless it is that late already; returns the former day."""
    return STORED_DAYS[key.partition(":")[0]](_record(key), day)
