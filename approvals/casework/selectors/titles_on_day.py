"""Titles as they stood on a given day, read from the title decisions instead of the current fields of the district."""

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db.models import DateField, F, Func, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from approvals.changes.change_kinds.boundary import FIGURES
from approvals.changes.models import Change
from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.models.publicity import STANDING_UNKNOWN, Title, gap_on, held_on, loss_stayed_on
from approvals.titles.selectors import with_undone
from districts.common.enums import Certainty
from greendistrict.core import clock, memoisation
from greendistrict.policy import parameters
from greendistrict.policy.dates import nominal_date

AREA = "area_km2"
SNAPSHOT = "snapshot.day"
HELD_BY = (
    "district_id", "kind", "star", "granted_on", "end", "ended_on", "certainty", "date_certainty", "standing_certainty", "stayed_end",
    "stood_again_on", "set_aside", "star_certainty", "lapsed_on", "earlier_gaps",
)  # fmt: skip


def snapshot_day(year: int, today: dt.date) -> dt.date:
    """Reference day of reports on ``year`` for stage, title, area and construction phase (setting ``snapshot.day``).

    Today, if that day has not come yet.
    """
    return min(nominal_date(parameters.load().text(SNAPSHOT), year), today)


def snapshot_of(year: Combinable, today: dt.date) -> Combinable:
    """Reference day of a year as a query expression; ``year`` is an ``F`` of its field, or ``OuterRef`` inside a subquery."""
    day = nominal_date(parameters.load().text(SNAPSHOT), 1)
    made = Func(year + Value(day.year - 1), Value(day.month), Value(day.day), function="make_date", output_field=DateField())
    return Least(made, Value(today), output_field=DateField())


def held_then(district: str, day: Combinable | dt.date) -> QuerySet[Title]:
    """Subquery of the title held on ``day`` by the district in the field ``district``; use its first row only."""
    titles = Title.objects.filter(held_on(day), district_id=OuterRef(district))
    return titles.order_by(F("granted_on").desc(nulls_last=True), "-pk")


def is_being_built(district: str, day: Combinable | dt.date) -> QuerySet[Title]:
    """``Exists`` of a pilot title on ``day``: the district is under construction (建设期) and has no star yet."""
    return held_then(district, day).filter(kind=TitleKind.PILOT)


class HeldTitle(NamedTuple):
    """A title held on a day, and the day since which titles have been held without interruption (None: unknown)."""

    kind: str
    star: int | None
    granted_on: dt.date | None
    since: dt.date | None
    certainty: str = Certainty.SOURCED
    date_certainty: str = Certainty.SOURCED
    standing_certainty: str = Certainty.SOURCED
    stayed: str = ""  # the loss whose decision is stayed on that day
    star_certainty: str = Certainty.SOURCED

    @property
    def word(self) -> str:
        """试点 or 示范."""
        return str(TitleKind(self.kind).label)

    @property
    def text(self) -> str:
        """``word`` with marks: 推定 if inferred, 现状未查明 if no source confirms that it still stood, and a decision that is stayed."""
        unknown = self.standing_certainty == Certainty.UNKNOWN
        marks = [
            *(["推定"] if self.is_inferred else []),
            *([STANDING_UNKNOWN] if unknown else []),
            *([f"{self.stayed}决定停止执行"] if self.stayed else []),
        ]
        return f"{self.word}（{'，'.join(marks)}）" if marks else self.word

    @property
    def is_inferred(self) -> bool:
        """Whether the title was inferred from a source instead of being stated there."""
        return self.certainty == Certainty.INFERRED

    @property
    def date_is_inferred(self) -> bool:
        """Whether the grant date is inferred."""
        return self.date_certainty == Certainty.INFERRED


def titles_held_on(day: dt.date, only: Collection[int] | None = None) -> Mapping[int, HeldTitle]:
    """Titles held on ``day`` by district id; one query, cached for a page or report."""
    return memoisation.once(_held_on, day, memoisation.as_key(only))


def _held_on(day: dt.date, only: tuple[int, ...] | None) -> dict[int, HeldTitle]:
    held: dict[int, HeldTitle] = {}
    before: dict[int, Any] = {}
    for title in memoisation.once(_titles, only):
        if (title.granted_on and title.granted_on > day) or gap_on(title, day):
            continue
        if not title.end or (title.ended_on is not None and title.ended_on > day):
            earlier = before.get(title.district_id)
            follows = earlier is not None and earlier.end == TitleEnd.SUPERSEDED and earlier.ended_on == title.granted_on
            since = earlier.granted_on if earlier is not None and follows and earlier.granted_on else title.granted_on
            held[title.district_id] = HeldTitle(
                title.kind, title.star, title.granted_on, since, title.certainty, title.date_certainty, title.standing_certainty,
                loss_stayed_on(title, day), title.star_certainty,
            )  # fmt: skip
        before[title.district_id] = title
    return held


def _titles(only: tuple[int, ...] | None) -> list[Any]:
    """Titles in the order in which they were granted to each district, whatever became of them."""
    titles = Title.objects.all() if only is None else Title.objects.filter(district__in=only)
    in_turn = titles.order_by("district_id", F("granted_on").asc(nulls_first=True), "pk")
    return list(with_undone(in_turn).values_list(*HELD_BY, named=True))


def areas_changed_since(day: dt.date) -> Mapping[int, Decimal | None]:
    """Area at the end of ``day`` of each district whose area changed later; one query, cached for a page or report.

    A title fixes the area, so only an approved change alters it, and the change stores the earlier value.
    """
    return memoisation.once(_changed_since, day)


def _changed_since(day: dt.date) -> dict[int, Decimal | None]:
    after = clock.end_of(day)
    return {district: _before(lines) for applied_at, district, lines in memoisation.once(_areas_changed) if applied_at >= after}


def _areas_changed() -> list[tuple[dt.datetime, int, list[dict[str, str]]]]:
    """Moment, district and frozen lines of every change of an area, latest first."""
    changes = Change.objects.filter(kind="boundary", applied_at__isnull=False, values__has_key=AREA).order_by("-applied_at", "-pk")
    rows = changes.values_list("applied_at", "case__district_id", "lines")
    return [(applied_at, district, lines) for applied_at, district, lines in rows if applied_at is not None]


def _before(lines: list[dict[str, str]]) -> Decimal | None:
    """Area before the change, from its frozen lines."""
    words = next((line["before"] for line in lines if line["what"] == FIGURES[AREA]), "")
    try:
        return Decimal(words)
    except InvalidOperation:
        return None
