"""What the paragraphs of the themes need besides the figures of the parts: the years before, and the stories of the year."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.common.enums import TitleKind
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.workflow.history import status_on
from outreach.stories.models import Story, StoryState
from reports.annual.figures import ENOUGH, totals_of
from reports.city.figures.assessments import Period, period_of
from reports.city.figures.carbon import CityCarbon
from reports.city.figures.standing import TitleStand
from reports.city.sources import CityFigure, quartiles
from reports.closings.registry import stock_day

YEARS = 5  # of the curves, the report's among them


class CarbonPair(NamedTuple):
    """Emissions of the districts whose verified total is known for both years."""

    districts: int
    before: Decimal
    now: Decimal


class StoryTold(NamedTuple):
    """A story released in the year."""

    number: str
    title: str
    district: str
    dimensions: tuple[str, ...]
    summary: str
    on: dt.date


class YearStood(NamedTuple):
    """Titles at the end of a year and the median of its self-checks, None from fewer than ``ENOUGH``."""

    year: int
    pilots: int
    demonstrations: int
    median: Decimal | None


@dataclass(frozen=True)
class CityThemes:
    """``before``: figures of the year before by key, ``districts`` the number of districts that they are about.

    In editions closed before this was kept nothing is known: ``stories`` are None.
    """

    before: Mapping[str, Decimal] = field(default_factory=dict)
    districts: int = 0
    carbon: CarbonPair | None = None
    stories: tuple[StoryTold, ...] | None = None
    years: tuple[YearStood, ...] = ()


def theme_figures(
    stood: TitleStand, judged_on: dt.date, before: Iterable[CityFigure], carbon: tuple[CityCarbon, CityCarbon], totals: list[Decimal]
) -> CityThemes:
    """Figures of a year; ``before`` are figures of the year before, ``carbon`` those of both years, ``totals`` the scores of the year."""
    return CityThemes(
        {figure.key: Decimal(figure.value) for figure in before if figure.value is not None},
        len(stood.before),
        _pair(*carbon),
        tuple(_stories(period_of(stood), judged_on, demo=stood.is_demo)),
        tuple(_years(stood, totals)),
    )


def _pair(earlier: CityCarbon, now: CityCarbon) -> CarbonPair | None:
    """Sums over the districts known in both years; None without any."""
    last = {line.district: line.total for line in earlier.lines if line.received and line.total is not None}
    both = [(last[line.district], line.total) for line in now.lines if line.received and line.total is not None and line.district in last]
    return CarbonPair(len(both), sum((one for one, _ in both), Decimal(0)), sum((one for _, one in both), Decimal(0))) if both else None


def _stories(period: Period, judged_on: dt.date, *, demo: bool) -> Iterator[StoryTold]:
    """Stories released in the year and not withdrawn by ``judged_on``, oldest first, as they were released; one query."""
    rows = Story.objects.filter(released_at__range=period.moments, frozen__isnull=False, district__is_demo=demo)
    for row in rows.annotate(stood=status_on(Story, judged_on)).filter(stood=StoryState.RELEASED).order_by("released_at", "pk"):
        told, moment = row.frozen or {}, row.released_at or period.moments[0]
        on = moment.astimezone(clock.SHANGHAI).date()
        yield StoryTold(row.number, told["title"], told["district"], tuple(told["dimensions"]), told["summary"], on)


def _years(stood: TitleStand, totals: list[Decimal]) -> Iterator[YearStood]:
    """Years up to the report's, from the first one with a title; two queries a year."""
    own = set(District.objects.filter(is_demo=stood.is_demo, guideline_area=False).order_by().values_list("pk", flat=True))
    begun = False
    for year in range(stood.year - YEARS + 1, stood.year + 1):
        kinds = [held.kind for key, held in titles_held_on(stock_day(year, stood.on)).items() if key in own]
        found = totals if year == stood.year else list(totals_of(year, demo=stood.is_demo).values())
        median = quartiles(found)[1] if len(found) >= ENOUGH else None
        begun = begun or bool(kinds)
        if begun:
            yield YearStood(year, kinds.count(TitleKind.PILOT), kinds.count(TitleKind.DEMONSTRATION), median)
