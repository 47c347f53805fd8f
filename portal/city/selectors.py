"""City part of the work desk: figures, authorities, filed self-checks; submitted data only.

Real and fictional districts are never added together: fictional accounts see figures of fictional districts, all others real figures.
"""

import datetime as dt
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, FilteredRelation, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse

from assessments.reviews.enums import ENDED_STATES, MemberState
from assessments.reviews.selectors.reviews import review_list
from assessments.self_checks.models import SIGNED_STATES, SelfCheck, SelfCheckState
from assessments.self_checks.selectors.self_checks import HANDED_TO_CITY
from districts.common.enums import TITLED, Stage
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, line
from greendistrict.core.rounding import fixed
from obligations.authority_duties import authorities
from obligations.duties import Obligation, ObligationState
from obligations.filing_words import Filing
from obligations.forms import NOBODY_LEADS, OWED
from obligations.open_counts import Owed
from obligations.titled_districts import joined_of, names_of
from obligations.yearly_duties import SELF_CHECK

MONTHS = range(1, 7)


@dataclass
class AuthorityFigures:
    """One 实施主体: its titled districts, their area, self-checks received and due, overdue duties."""

    name: str
    pk: int
    late_href: str = ""
    owed_href: str = ""
    districts_href: str = ""
    pilots: int = 0
    demonstrations: int = 0
    km2: Decimal | None = None
    km2_missing: int = 0
    received: int = 0
    filed: int = 0
    owed: int = 0
    ended: int = 0
    overdue: int = 0
    working: int = 0

    def add(self, part: "_Part") -> None:
        """Add the districts of a stage."""
        self.pilots += part.districts if part.stage == Stage.PILOT else 0
        self.demonstrations += part.districts if part.stage == Stage.DEMONSTRATION else 0
        self.km2 = self.km2 if part.km2 is None else part.km2 + (self.km2 or 0)
        self.km2_missing += part.km2_missing
        self.received += part.received
        self.filed += part.filed
        self.owed += part.owed
        self.working += part.working

    def add_ended(self, duty: Obligation) -> None:
        """Add a self-check that was owed under a title that has ended since."""
        self.owed += 1
        self.filed += duty.met_on is not None
        self.received += duty.met_on is not None and duty.is_received
        self.ended += duty.met_on is None


class MonthFigure(NamedTuple):
    """Number of self-checks filed by the end of a month (None for a future month), and a link to their list."""

    number: int | None
    href: str


@dataclass
class Overview:
    """Content of the city's desk above and below its three columns."""

    year: int
    is_demo: bool
    metrics: list[dict[str, Any]]
    authorities: list[AuthorityFigures]
    totals: AuthorityFigures
    chart: ChartDrawing
    chart_rows: list[tuple[str, list[MonthFigure]]]
    area_words: str
    legend: list[tuple[str, str]]
    city_overdue: int
    city_late_href: str


class _Filed(NamedTuple):
    """Self-checks on a year filed in a month; ``early`` counts those filed by the same day a year ago."""

    year: int
    month: dt.datetime
    number: int
    early: int


def overview(viewer: Viewer, owed: Owed) -> Overview:
    """Figures for the city's staff; ``owed`` holds the duties the person may see. Four queries.

    Fictional districts are shown to fictional accounts only.
    """
    today, demo = owed.today, viewer.user.is_demo
    year = today.year - 1
    led = _Led(viewer, owed, year, demo=demo)
    filed = _filed(year, today, demo=demo)
    # Numbers of experts for each open review: (accepted, submitted, invited without an answer).
    going: Any = review_list(viewer).exclude(status__in=ENDED_STATES).filter(table__district__is_demo=demo)
    awaited = Count("members", filter=Q(members__state=MemberState.INVITED))
    panels = list(going.annotate(awaited=awaited).values_list("accepted", "handed_in", "awaited"))
    parts = led.by_stage()
    areas = {"titled": _area_words(parts)}
    areas |= {stage.value: _area_words([part for part in parts if part.stage == stage]) for stage in TITLED}
    links = late_link(demo=demo), owed_link(year, demo=demo), districts_link(demo=demo)
    totals = AuthorityFigures("合计", 0, *links, overdue=owed.overdue_of(demo=demo))
    for part in parts:  # each district once
        totals.add(part)
    for duty in owed.of_ended(SELF_CHECK, year, demo=demo):
        totals.add_ended(duty)
    note = _overdue_note(totals.overdue, owed.overdue(), demo=demo)
    series = (_by_month(filed, year, today), _by_month(filed, year - 1, today))
    return Overview(
        year=year,
        is_demo=demo,
        metrics=_metrics(totals, areas, year, months=filed, panels=panels, note=note, demo=demo),
        authorities=led.by_authority(),
        totals=totals,
        chart=_chart(series, year),
        chart_rows=[
            (
                f"{month}月",
                [MonthFigure(row[at], filed_link(of, month, demo=demo)) for of, row in zip((year, year - 1), series, strict=True)],
            )
            for at, month in enumerate(MONTHS)
        ],
        area_words=areas["titled"],
        legend=[("line-0", f"{year}年度"), ("line-1", f"{year - 1}年度")],
        city_overdue=owed.late_of_city(demo=demo),
        city_late_href=late_link(NOBODY_LEADS, demo=demo),
    )


class _Part(NamedTuple):
    """Counts of titled districts of one stage, of one authority or of all."""

    stage: str
    districts: int
    km2: Decimal | None
    km2_missing: int
    owed: int
    received: int
    filed: int
    working: int


class _Led:
    """Titled districts, fictional or real, grouped by stage and by authority."""

    def __init__(self, viewer: Viewer, owed: Owed, year: int, *, demo: bool) -> None:
        self._owed, self._demo = owed, demo
        found = districts_visible_to(viewer).filter(stage__in=TITLED, is_demo=demo, guideline_area=False)
        self._found = found.alias(since=Coalesce("titled_since", "titled_on"), joined=joined_of("applicant"))
        self._filed = Q(self_checks__year=year, self_checks__status__in=SIGNED_STATES, self_checks__filed_at__isnull=False)
        due = owed.day_of(SELF_CHECK, year)
        owing = Q(joined__lte=due) & (Q(since=None) | Q(since__year__lte=year)) if due else Q(pk__in=[])
        if waived := owed.waived(SELF_CHECK, year):
            owing &= ~Q(pk__in=waived)
        self._counts = {
            "districts": Count("pk"),
            "km2": Sum("area_km2"),
            "km2_missing": Count("pk", filter=Q(area_km2=None)),
            "owed": Count("pk", filter=owing),
            "received": Count("year_check", filter=owing & Q(year_check__status=SelfCheckState.RECEIVED)),
            "filed": Count("year_check", filter=owing),
            "working": Count("pk", filter=Q(applicant__isnull=False)),
        }
        self._year = year

    def by_stage(self) -> list[_Part]:
        """Districts by stage, each counted once."""
        return list(map(_Part._make, self._counted("stage")))

    def by_authority(self) -> list[AuthorityFigures]:
        """One row per authority with a titled district or an overdue duty, in the order of GB/T 2260.

        A district led by two authorities is counted for both.
        """
        rows: dict[int, AuthorityFigures] = {}
        for pk, name, *part in self._counted("authorities__pk", "authorities__name", "stage", authorities__isnull=False):
            rows.setdefault(pk, self._row(pk, name)).add(_Part._make(part))
        ended = [(body, duty) for duty in self._owed.of_ended(SELF_CHECK, self._year, demo=self._demo) for body in duty.authority_ids]
        named = names_of({body for body, _ in ended})
        for pk, duty in ended:
            rows.setdefault(pk, self._row(pk, named[pk])).add_ended(duty)
        late = self._owed.late_by_body(demo=self._demo)
        for body in authorities():
            if body.pk in late:
                rows.setdefault(body.pk, self._row(body.pk, body.name)).overdue += late[body.pk]
        order = {body.pk: at for at, body in enumerate(authorities())}
        return sorted(rows.values(), key=lambda row: order[row.pk])

    def _row(self, pk: int, name: str) -> AuthorityFigures:
        """An empty row of an authority with its links."""
        links = late_link(pk, demo=self._demo), owed_link(self._year, pk, demo=self._demo), districts_link(pk, demo=self._demo)
        return AuthorityFigures(name, pk, *links)

    def _counted(self, *by: str, **which: Any) -> Iterable[tuple[Any, ...]]:
        """Counted values of these fields, in order."""
        found = self._found.filter(**which).alias(year_check=FilteredRelation("self_checks", condition=self._filed))
        rows: Iterable[tuple[Any, ...]] = found.values(*by).annotate(**self._counts).order_by(*by).values_list(*by, *self._counts)
        return rows


def _filed(year: int, today: dt.date, *, demo: bool) -> list[_Filed]:
    """Numbers of self-checks of this and last year's round filed in each month."""
    checks = SelfCheck.objects.filter(
        year__in=(year, year - 1),
        filed_at__isnull=False,
        status__in=HANDED_TO_CITY,
        district__is_demo=demo,
    )
    until = dt.datetime.combine(_same_day(today), dt.time.max, tzinfo=clock.SHANGHAI)
    month = TruncMonth("filed_at", tzinfo=clock.SHANGHAI)
    rows = (
        checks.order_by()
        .annotate(month=month)
        .values("year", "month")
        .annotate(n=Count("pk"), early=Count("pk", filter=Q(filed_at__lte=until)))
    )
    return [_Filed._make(row) for row in rows.values_list("year", "month", "n", "early")]


def _metrics(
    totals: AuthorityFigures,
    areas: dict[str, str],
    year: int,
    *,
    months: list[_Filed],
    panels: list[tuple[int, int, int]],
    note: str,
    demo: bool,
) -> list[dict[str, Any]]:
    """The row of figures at the top; ``panels`` are the numbers of experts of each open review."""
    world = "demo" if demo else "real"
    titled = districts_link(demo=demo)
    reviews = f"{reverse('assessments:review_list')}?status=going&world={world}"
    before = sum(row.early for row in months if row.year == year - 1)
    seats, handed, awaited = (sum(counts) for counts in zip(*panels, strict=True)) if panels else (0, 0, 0)
    unanswered = f"，{awaited}人未答复邀请" if awaited else ""
    panel = f"专家{handed} / {seats + awaited}人已提交{unanswered}" if panels else "没有进行中的评审"
    missing, ended = totals.owed - totals.filed - totals.ended, f"{Filing.ENDED.label}{totals.ended}个；" if totals.ended else ""
    self_checks = f"已报送{totals.filed}个，其中已接收{totals.received}个；未报送{missing}个；{ended}上年同日已报送{before}个"
    return [
        _figure("试点", totals.pilots, "个", areas["pilot"], f"{titled}&stage=pilot"),
        _figure("示范", totals.demonstrations, "个", areas["demonstration"], f"{titled}&stage=demonstration"),
        _figure("试点与示范合计", totals.pilots + totals.demonstrations, "个", areas["titled"], f"{titled}&stage=titled"),
        _figure(f"{year}年度自查 应报", totals.owed, "个", self_checks, owed_link(year, demo=demo)),
        _figure("评审进行中", len(panels), "件", panel, reviews),
        {**_figure("逾期", totals.overdue, "项", note, late_link(demo=demo)), "warn": totals.overdue > 0},
    ]


def _overdue_note(counted: int, in_menu: int, *, demo: bool) -> str:
    """Which data the overdue figure counts, and how many the menu, which has real and fictional ones, counts if that differs."""
    if in_menu == counted:
        return "按到期事项"
    own, other = ("演示", "真实") if demo else ("真实", "演示")
    return f"只计{own}数据；菜单“到期”{in_menu}项，含{other}数据{in_menu - counted}项"


def late_link(authority: int | None = None, *, demo: bool) -> str:
    """URL of the overdue duties of an authority, or of all."""
    return _obligations(state=ObligationState.OVERDUE.value, authority=authority, demo=demo)


def districts_link(authority: int | None = None, *, demo: bool) -> str:
    """URL of the districts of an authority, or of all; a stage can be appended to it."""
    named = {"kind": "demo" if demo else "real", **({"authority": authority} if authority else {})}
    return f"{reverse('districts:district_list')}?{urlencode(named)}"


def owed_link(year: int, authority: int | None = None, *, demo: bool) -> str:
    """URL of the self-checks on a year that are due, of an authority or of all."""
    return _obligations(kind=SELF_CHECK, year=year, state=OWED, authority=authority, demo=demo)


def filed_link(year: int, month: int, *, demo: bool) -> str:
    """URL of the self-checks on a year filed by the end of a month of the following year."""
    last = dt.date(year + 1, month + 1, 1) - dt.timedelta(days=1)
    named = {"year": year, "filed_by": last.isoformat(), "world": "demo" if demo else "real"}
    return f"{reverse('assessments:selfcheck_list')}?{urlencode(named)}"


def _obligations(*, demo: bool, **asked: str | int | None) -> str:
    named = {name: value for name, value in asked.items() if value not in {None, ""}}
    return f"{reverse('obligations:obligation_list')}?{urlencode({**named, 'world': 'demo' if demo else 'real'})}"


def _figure(label: str, value: object, unit: str, note: str, href: str) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "href": href}


def _area_words(parts: list[_Part]) -> str:
    """Area as text, with the number of districts whose area is unknown."""
    known, missing = [part.km2 for part in parts if part.km2 is not None], sum(part.km2_missing for part in parts)
    gap = f"缺{missing}个" if missing else ""
    return "，".join(part for part in (f"{fixed(sum(known, Decimal(0)), grouped=True)} km²" if known else "", gap) if part) or "—"


def _same_day(today: dt.date) -> dt.date:
    """The same day a year ago; 28 February for 29 February."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return today.replace(year=today.year - 1, day=28)


def _by_month(filed: list[_Filed], year: int, today: dt.date) -> tuple[int | None, ...]:
    """Self-checks on ``year`` filed by the end of each month of the following year; None for future months."""
    rows = [row for row in filed if row.year == year]
    return tuple(
        None
        if (year + 1, month) > (today.year, today.month)
        else sum(row.number for row in rows if (row.month.year, row.month.month) <= (year + 1, month))
        for month in MONTHS
    )


@functools.lru_cache(64)
def _chart(series: tuple[tuple[int | None, ...], ...], year: int) -> ChartDrawing:
    """Chart of the series, cached by its content."""
    return ChartDrawing(
        line,
        [f"{month}月" for month in MONTHS],
        [Series(f"{year}年度", series[0]), Series(f"{year - 1}年度", series[1])],
        unit="个",
        title="自查累计报送数",
    )
