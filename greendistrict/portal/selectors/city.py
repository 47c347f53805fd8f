"""The city's part of the work desk: figures, authorities, filing of self-checks. Submitted things only.

Where the portal holds fiction the figures are those of the fictional districts, for cases and self-checks exist only there;
real and invented districts are never added together.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.models import SelfCheck
from assessments.selectors.reviews import review_list
from districts.enums import Stage
from districts.models import District
from districts.selectors import districts_visible_to
from districts.selectors.lists import Tally, summary_of
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.charts import Series, line
from greendistrict.obligations.duties import Obligation, State

RULE = "SELF-CHECK"
MONTHS = range(1, 7)
TITLED = (Stage.PILOT, Stage.DEMONSTRATION)


@dataclass
class AuthorityRow:
    """One 实施主体: its titled districts, their area, self-checks received and owed, overdue duties."""

    name: str
    pk: int
    pilots: int = 0
    demonstrations: int = 0
    km2: Decimal = Decimal(0)
    km2_missing: int = 0
    received: int = 0
    owed: int = 0
    overdue: int = 0


@dataclass
class Overview:
    """Everything the city's desk shows above and below its three columns."""

    year: int
    is_demo: bool
    metrics: list[dict[str, Any]]
    authorities: list[AuthorityRow]
    totals: AuthorityRow
    chart: SafeString
    chart_rows: list[tuple[str, int | None, int | None]]
    area_words: str
    legend: list[tuple[str, str]]


@dataclass(frozen=True)
class _Filing:
    """One filed self-check of this or last year's round."""

    year: int
    district: int
    filed: dt.date
    received: bool


def overview(user: User, owed: list[Obligation], today: dt.date) -> Overview:
    """Figures for a city seat; ``owed`` are the obligations in sight. Four queries, whatever the number of districts."""
    year = today.year - 1
    summary = summary_of(districts_visible_to(user))
    demo = summary.demo.total > 0
    tally = summary.demo if demo else summary.real
    filings = _filings(year, demo=demo)
    reviews = [row for row in review_list(user).exclude(status="concluded") if row.table.district.is_demo == demo]
    due = [row for row in owed if row.is_demo == demo]
    rows = _authorities(user, due, filings, today, year, demo=demo)
    totals = _totals(tally, due, filings, today, year)
    areas = _areas(demo=demo)
    series = [_by_month(filings, year, today), _by_month(filings, year - 1, today)]
    return Overview(
        year=year,
        is_demo=demo,
        metrics=_metrics(_Band(tally, totals, areas, filings, reviews), today, year, demo=demo),
        authorities=rows,
        totals=totals,
        chart=_chart(series, year),
        chart_rows=[(f"{month}月", *pair) for month, pair in zip(MONTHS, zip(*series, strict=True), strict=True)],
        area_words=areas["titled"],
        legend=[("line-0", f"{year}年度"), ("line-1", f"{year - 1}年度")],
    )


def _filings(year: int, *, demo: bool) -> list[_Filing]:
    rows = SelfCheck.objects.filter(
        year__in=(year, year - 1), filed_at__isnull=False, status__in=("filed", "received"), district__is_demo=demo
    )
    return [
        _Filing(row_year, district, filed.astimezone(clock.SHANGHAI).date(), status == "received")
        for row_year, district, filed, status in rows.values_list("year", "district_id", "filed_at", "status")
        if filed is not None
    ]


def _authorities(user: User, due: list[Obligation], filings: list[_Filing], today: dt.date, year: int, *, demo: bool) -> list[AuthorityRow]:
    """Rows in the order of GB/T 2260; a district led by two authorities stands in both."""
    pairs = (
        districts_visible_to(user)
        .filter(Q(stage__in=TITLED), is_demo=demo, guideline_area=False, authorities__isnull=False)
        .order_by("authorities__admin_code", "authorities__name_pinyin", "authorities__pk")
        .values_list("authorities__pk", "authorities__name", "pk", "stage", "area_km2")
    )
    rows: dict[int, AuthorityRow] = {}
    led: dict[int, set[int]] = defaultdict(set)
    for pk, name, district, stage, km2 in pairs:
        row = rows.setdefault(pk, AuthorityRow(name, pk))
        row.pilots += stage == Stage.PILOT
        row.demonstrations += stage == Stage.DEMONSTRATION
        row.km2 += km2 or Decimal(0)
        row.km2_missing += km2 is None
        led[district].add(pk)
    _count_filings(rows, led, due, filings, year)
    for duty in due:
        if duty.state(today) is State.OVERDUE:
            for pk in led.get(duty.district_id, ()):
                rows[pk].overdue += 1
    return list(rows.values())


def _count_filings(
    rows: dict[int, AuthorityRow], led: dict[int, set[int]], due: list[Obligation], filings: list[_Filing], year: int
) -> None:
    owing = _owing(due, year)
    received = {filing.district for filing in filings if filing.year == year and filing.received}
    for district, bodies in led.items():
        for pk in bodies:
            rows[pk].owed += district in owing
            rows[pk].received += district in owing and district in received


def _owing(due: Iterable[Obligation], year: int) -> set[int]:
    """Districts that owe the self-check on a year and are not let off."""
    return {row.district_id for row in due if row.rule == RULE and row.key.endswith(f":{year}") and not row.waived}


def _totals(tally: Tally, due: list[Obligation], filings: list[_Filing], today: dt.date, year: int) -> AuthorityRow:
    """Totals of districts, each counted once."""
    owing = _owing(due, year)
    received = sum(filing.year == year and filing.received and filing.district in owing for filing in filings)
    overdue = sum(row.state(today) is State.OVERDUE for row in due)
    return AuthorityRow("合计", 0, tally.pilot, tally.demonstration, received=received, owed=len(owing), overdue=overdue)


@dataclass(frozen=True)
class _Band:
    """What the band of figures is made of."""

    tally: Tally
    totals: AuthorityRow
    areas: dict[str, str]
    filings: list[_Filing]
    reviews: list[Any]


def _metrics(band: _Band, today: dt.date, year: int, *, demo: bool) -> list[dict[str, Any]]:
    districts, due = reverse("districts:district_list"), reverse("obligations:obligation_list")
    checks, reviews = reverse("assessments:selfcheck_list"), reverse("assessments:review_list")
    kind = "demo" if demo else "real"
    totals, last = band.totals, _same_day(today)
    before = sum(filing.year == year - 1 and filing.filed <= last for filing in band.filings)
    filed = sum(filing.year == year for filing in band.filings)
    handed, seats = (sum(vars(row)[name] for row in band.reviews) for name in ("handed_in", "accepted"))
    panel = f"专家{handed} / {seats}人已提交" if band.reviews else "没有进行中的评审"
    self_checks = f"已报送{filed}个，上年同日{before}个"
    return [
        _figure("试点", totals.pilots, "个", band.areas["pilot"], f"{districts}?stage=pilot&kind={kind}"),
        _figure("示范", totals.demonstrations, "个", band.areas["demonstration"], f"{districts}?stage=demonstration&kind={kind}"),
        _figure("试点与示范合计", band.tally.titled, "个", band.areas["titled"], f"{districts}?stage=titled&kind={kind}"),
        _figure(f"{year}年度自查 已接收", totals.received, f"/ {totals.owed}个", self_checks, f"{checks}?year={year}"),
        _figure("评审进行中", len(band.reviews), "件", panel, reviews),
        {**_figure("逾期", totals.overdue, "项", "按到期事项", f"{due}?state={State.OVERDUE.value}"), "warn": totals.overdue > 0},
    ]


def _figure(label: str, value: object, unit: str, note: str, href: str) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "href": href}


def _areas(*, demo: bool) -> dict[str, str]:
    """Area in words by stage and together, with how many are not known. One query."""
    rows = District.objects.filter(stage__in=TITLED, is_demo=demo, guideline_area=False).values_list("stage", "area_km2")
    found: dict[str, list[Decimal | None]] = {"pilot": [], "demonstration": [], "titled": []}
    for stage, km2 in rows:
        found[stage].append(km2)
        found["titled"].append(km2)
    return {name: _area_words(values) for name, values in found.items()}


def _area_words(values: list[Decimal | None]) -> str:
    known = [value for value in values if value is not None]
    missing = len(values) - len(known)
    gap = f"缺{missing}个" if missing else ""
    return "，".join(part for part in (f"{sum(known, Decimal(0)):,.2f} km²" if known else "", gap) if part) or "—"


def _same_day(today: dt.date) -> dt.date:
    """The same day a year ago; 29 February becomes the 28th."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return today.replace(year=today.year - 1, day=28)


def _by_month(filings: list[_Filing], year: int, today: dt.date) -> list[int | None]:
    """Self-checks on ``year`` filed by the end of each month of the following year; months to come are unknown."""
    days = [filing.filed for filing in filings if filing.year == year]
    return [
        None if (year + 1, month) > (today.year, today.month) else sum((day.year, day.month) <= (year + 1, month) for day in days)
        for month in MONTHS
    ]


def _chart(series: list[list[int | None]], year: int) -> SafeString:
    return line(
        [f"{month}月" for month in MONTHS],
        [Series(f"{year}年度", series[0]), Series(f"{year - 1}年度", series[1])],
        unit="个",
        title="自查累计报送数",
    )
