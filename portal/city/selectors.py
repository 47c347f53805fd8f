"""City part of the work desk: figures, authorities, filed self-checks; submitted data only.

Real and fictional districts are never added together: fictional accounts see figures of fictional districts, all others real figures.
"""

import datetime as dt
import functools
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import CharField, Count, DecimalField, FilteredRelation, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, ExtractMonth, ExtractYear

from assessments.reviews.enums import ENDED_STATES, MemberState
from assessments.reviews.models import Review
from assessments.self_checks.models import SIGNED_STATES, SelfCheck, SelfCheckState
from assessments.self_checks.selectors.self_checks import HANDED_TO_CITY
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.addresses import reverse
from greendistrict.core.bullet_chart import Bullet
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, line
from greendistrict.core.django_internals import CompiledFor
from greendistrict.core.pictures import BarPicture
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

    @property
    def unfiled(self) -> int:
        """Self-checks that are owed under a title in force and were not handed in."""
        return self.owed - self.filed - self.ended

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
    day: dt.date

    @property
    def by_stage(self) -> BarPicture:
        """Titled districts of each authority that has one."""
        rows = [Bullet(row.name, row.demonstrations, titled) for row in self.authorities if (titled := row.pilots + row.demonstrations)]
        whole = "试点和示范合计"
        return BarPicture("各区和管委会的试点和示范", rows, "实施主体", "示范", whole, "个", "城区登记", self.day)


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


class _Filed(NamedTuple):
    """Self-checks on a year filed in a month (year, month); ``early`` counts those filed by the same day a year ago."""

    year: int
    month: tuple[int, int]
    number: int
    early: int


class _Panels(NamedTuple):
    """Open reviews, and their experts: accepted, submitted, invited without an answer."""

    number: int = 0
    accepted: int = 0
    handed_in: int = 0
    awaited: int = 0


class _Counts(NamedTuple):
    """What the database counts: districts by stage, each once, and by authority, where one led by two is counted for both."""

    by_stage: list[_Part]
    by_authority: list[tuple[int, str, _Part]]
    filed: list[_Filed]
    panels: _Panels


STAGES, LED, FILED, PANELS = "stages", "led", "filed", "panels"
MARKS = (30_001, 30_002)  # years that no self-check is about and that fit the column
NOTHING, NO_AREA, NO_NAME = Value(0, IntegerField()), Value(None, DecimalField()), Value("", CharField())


def _counts(owed: Owed, year: int, *, demo: bool) -> _Counts:
    """One query."""
    until = dt.datetime.combine(_same_day(owed.today), dt.time.max, tzinfo=clock.SHANGHAI)
    due, end = owed.day_of(SELF_CHECK, year) or dt.date.min, dt.date(year, 12, 31)
    rows = _compiled(demo=demo).read(owed.waived(SELF_CHECK, year) or None, year, year - 1, due, end, until)
    parts = [(row[0], row[1], row[2], _Part._make(row[3:])) for row in rows if row[0] in {STAGES, LED}]
    return _Counts(
        by_stage=[part for what, _, _, part in parts if what == STAGES],
        by_authority=[(key, name, part) for what, key, name, part in parts if what == LED],
        filed=[_Filed(row[1], (row[6], row[7]), row[4], row[8]) for row in rows if row[0] == FILED],
        panels=next((_Panels(row[4], *row[6:9]) for row in rows if row[0] == PANELS), _Panels()),
    )


@functools.cache
def _compiled(*, demo: bool) -> CompiledFor:
    return CompiledFor(functools.partial(_united, demo=demo), *MARKS, dt.date.min, dt.date.max, dt.datetime.min.replace(tzinfo=dt.UTC))


def _united(waived: Collection[int] | None, year: int, before: int, *days: dt.date, demo: bool) -> QuerySet[Any, Any]:
    """Rows of ``_Counts``; ``days`` are the last day of the year's self-check, that of the year, and today a year ago."""
    due, end, until = days
    filed = Q(self_checks__year=year, self_checks__status__in=SIGNED_STATES, self_checks__filed_at__isnull=False)
    found = District.objects.filter(stage__in=TITLED, is_demo=demo, guideline_area=False).order_by()
    found = found.alias(since=Coalesce("titled_since", "titled_on"), joined=joined_of("applicant"))
    found = found.alias(year_check=FilteredRelation("self_checks", condition=filed))
    owing = Q(joined__lte=due) & (Q(since=None) | Q(since__lte=end))
    if waived is not None:
        owing &= ~Q(pk__in=waived)
    counts = {
        "districts": Count("pk"),
        "km2": Sum("area_km2"),
        "km2_missing": Count("pk", filter=Q(area_km2=None)),
        "owed": Count("pk", filter=owing),
        "received": Count("year_check", filter=owing & Q(year_check__status=SelfCheckState.RECEIVED)),
        "filed": Count("year_check", filter=owing),
        "working": Count("pk", filter=Q(applicant__isnull=False)),
    }
    body = ("authorities__pk", "authorities__name")
    stages, led = (
        found.values("stage").annotate(**counts),
        found.filter(authorities__isnull=False).values(*body, "stage").annotate(**counts),
    )
    month = {name: Cast(of("filed_at", tzinfo=clock.SHANGHAI), IntegerField()) for name, of in (("y", ExtractYear), ("m", ExtractMonth))}
    checks = SelfCheck.objects.filter(year__in=(year, before), filed_at__isnull=False, status__in=HANDED_TO_CITY, district__is_demo=demo)
    monthly = (
        checks.order_by().annotate(**month).values("year", *month).annotate(n=Count("pk"), early=Count("pk", filter=Q(filed_at__lte=until)))
    )
    accepted = Q(members__state=MemberState.ACCEPTED)
    panels = (
        Review.objects.exclude(status__in=ENDED_STATES).filter(table__district__is_demo=demo).order_by().values("table__district__is_demo")
    )
    seats = panels.annotate(
        n=Count("pk", distinct=True),
        accepted=Count("members", filter=accepted),
        handed_in=Count("members", filter=accepted & Q(members__submitted_at__isnull=False)),
        awaited=Count("members", filter=Q(members__state=MemberState.INVITED)),
    )
    return stages.values_list(Value(STAGES, CharField()), NOTHING, NO_NAME, "stage", *counts).union(
        led.values_list(Value(LED, CharField()), *body, "stage", *counts),
        monthly.values_list(Value(FILED, CharField()), "year", NO_NAME, NO_NAME, "n", NO_AREA, *month, "early", NOTHING, NOTHING),
        seats.values_list(
            Value(PANELS, CharField()), NOTHING, NO_NAME, NO_NAME, "n", NO_AREA, "accepted", "handed_in", "awaited", NOTHING, NOTHING
        ),
        all=True,
    )


def overview(viewer: Viewer, owed: Owed) -> Overview:
    """Figures for the city's staff, who see every district and review; ``owed`` holds the duties the person may see.

    One query, and another if districts are late.
    Fictional districts are shown to fictional accounts only.
    """
    today, demo = owed.today, viewer.user.is_demo
    year = today.year - 1
    counts = _counts(owed, year, demo=demo)
    parts, filed = counts.by_stage, counts.filed
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
        metrics=_metrics(totals, areas, year, months=filed, panels=counts.panels, note=note, demo=demo),
        authorities=_by_authority(counts.by_authority, owed, year, demo=demo),
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
        day=today,
    )


def _by_authority(parts: list[tuple[int, str, _Part]], owed: Owed, year: int, *, demo: bool) -> list[AuthorityFigures]:
    """One row per authority with a titled district or an overdue duty, in the order of GB/T 2260."""
    rows: dict[int, AuthorityFigures] = {}

    def row(pk: int, name: str) -> AuthorityFigures:
        if pk not in rows:
            rows[pk] = AuthorityFigures(name, pk, late_link(pk, demo=demo), owed_link(year, pk, demo=demo), districts_link(pk, demo=demo))
        return rows[pk]

    for pk, name, part in parts:
        row(pk, name).add(part)
    ended = [(body, duty) for duty in owed.of_ended(SELF_CHECK, year, demo=demo) for body in duty.authority_ids]
    named = names_of({body for body, _ in ended})
    for pk, duty in ended:
        row(pk, named[pk]).add_ended(duty)
    late = owed.late_by_body(demo=demo)
    for body in authorities():
        if body.pk in late:
            row(body.pk, body.name).overdue += late[body.pk]
    order = {body.pk: at for at, body in enumerate(authorities())}
    return sorted(rows.values(), key=lambda row: order[row.pk])


def _metrics(
    totals: AuthorityFigures,
    areas: dict[str, str],
    year: int,
    *,
    months: list[_Filed],
    panels: _Panels,
    note: str,
    demo: bool,
) -> list[dict[str, Any]]:
    """The row of figures at the top."""
    world = "demo" if demo else "real"
    titled = districts_link(demo=demo)
    reviews = f"{reverse('assessments:review_list')}?status=going&world={world}"
    before = sum(row.early for row in months if row.year == year - 1)
    unanswered = f"，{panels.awaited}人未答复邀请" if panels.awaited else ""
    seats = f"专家{panels.handed_in} / {panels.accepted + panels.awaited}人已提交{unanswered}" if panels.number else "没有进行中的评审"
    ended = f"{Filing.ENDED.label}{totals.ended}个；" if totals.ended else ""
    self_checks = f"已报送{totals.filed}个，其中已接收{totals.received}个；未报送{totals.unfiled}个；{ended}上年同日已报送{before}个"
    return [
        _figure("试点", totals.pilots, "个", areas["pilot"], f"{titled}&stage=pilot"),
        _figure("示范", totals.demonstrations, "个", areas["demonstration"], f"{titled}&stage=demonstration"),
        _figure("试点与示范合计", totals.pilots + totals.demonstrations, "个", areas["titled"], f"{titled}&stage=titled"),
        _figure(f"{year}年度自查 应报", totals.owed, "个", self_checks, owed_link(year, demo=demo)),
        _figure("评审进行中", panels.number, "件", seats, reviews),
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
        None if (year + 1, month) > (today.year, today.month) else sum(row.number for row in rows if row.month <= (year + 1, month))
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
