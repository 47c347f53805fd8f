"""The city's part of the work desk: figures, authorities, filing of self-checks. Submitted things only.

Real and invented districts are never added together: a fictional account reads fiction, any other the real figures.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.models import SelfCheck
from assessments.models.review import ENDED_STATES
from assessments.selectors.reviews import review_list
from districts.enums import Stage
from districts.selectors import districts_visible_to
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
    """Figures for a city seat; ``owed`` are the obligations in sight. Three queries, whatever the number of districts.

    Fiction is shown to fictional accounts, for only they work with it.
    """
    year, demo = today.year - 1, user.is_demo
    led = _led(user, demo=demo)
    filings = _filings(year, demo=demo)
    reviews = list(_reviews(user, demo=demo))
    due = _owed([row for row in owed if row.is_demo == demo], today, year)
    received = {filing.district for filing in filings if filing.year == year and filing.received} & due.checks
    areas = _areas(led)
    rows = _authorities(led, due, received)
    totals = _totals(led, due, received)
    series = [_by_month(filings, year, today), _by_month(filings, year - 1, today)]
    return Overview(
        year=year,
        is_demo=demo,
        metrics=_metrics(_Band(totals, areas, filings, reviews), today, year, demo=demo),
        authorities=rows,
        totals=totals,
        chart=_chart(series, year),
        chart_rows=[(f"{month}月", *pair) for month, pair in zip(MONTHS, zip(*series, strict=True), strict=True)],
        area_words=areas["titled"],
        legend=[("line-0", f"{year}年度"), ("line-1", f"{year - 1}年度")],
    )


class _Led(NamedTuple):
    """A titled district with one of its authorities; without any the authority is None."""

    authority: int | None
    name: str
    district: int
    stage: str
    km2: Decimal | None


def _led(user: User, *, demo: bool) -> list[_Led]:
    """Titled districts by authority in the order of GB/T 2260."""
    rows = districts_visible_to(user).filter(stage__in=TITLED, is_demo=demo, guideline_area=False)
    order = ("authorities__admin_code", "authorities__name_pinyin", "authorities__pk", "pk")
    values = rows.order_by(*order).values_list("authorities__pk", "authorities__name", "pk", "stage", "area_km2")
    return list(map(_Led._make, values))


def _reviews(user: User, *, demo: bool) -> Iterable[tuple[int, int]]:
    """(accepted, handed in) of the reviews under way."""
    going: Any = review_list(user).exclude(status__in=ENDED_STATES).filter(table__district__is_demo=demo)
    found: Iterable[tuple[int, int]] = going.values_list("accepted", "handed_in")
    return found


def _filings(year: int, *, demo: bool) -> list[_Filing]:
    rows = SelfCheck.objects.filter(
        year__in=(year, year - 1), filed_at__isnull=False, status__in=("filed", "received"), district__is_demo=demo
    )
    return [
        _Filing(row_year, district, filed.astimezone(clock.SHANGHAI).date(), status == "received")
        for row_year, district, filed, status in rows.values_list("year", "district_id", "filed_at", "status")
        if filed is not None
    ]


class _Owed(NamedTuple):
    """Districts that owe the self-check of the year and are not let off, and how many duties of each are overdue."""

    checks: set[int]
    late: Counter[int]


def _owed(due: list[Obligation], today: dt.date, year: int) -> _Owed:
    end = f":{year}"
    checks = {row.district_id for row in due if row.rule == RULE and not row.waived and row.key.endswith(end)}
    return _Owed(checks, Counter(row.district_id for row in due if row.is_overdue(today)))


def _authorities(led: list[_Led], due: _Owed, received: set[int]) -> list[AuthorityRow]:
    """One row per authority; a district led by two stands in both."""
    rows: dict[int, AuthorityRow] = {}
    for authority, name, district, stage, km2 in led:
        if authority is None:
            continue
        if authority not in rows:
            rows[authority] = AuthorityRow(name, authority)
        row = rows[authority]
        row.pilots += stage == Stage.PILOT
        row.demonstrations += stage == Stage.DEMONSTRATION
        row.km2 += km2 or 0
        row.km2_missing += km2 is None
        row.owed += district in due.checks
        row.received += district in received
        row.overdue += due.late.get(district, 0)
    return list(rows.values())


def _totals(led: list[_Led], due: _Owed, received: set[int]) -> AuthorityRow:
    """Totals of districts, each counted once."""
    stages = {entry.district: entry.stage for entry in led}
    pilots = sum(stage == Stage.PILOT for stage in stages.values())
    overdue = due.late.total()
    return AuthorityRow("合计", 0, pilots, len(stages) - pilots, received=len(received), owed=len(due.checks), overdue=overdue)


@dataclass(frozen=True)
class _Band:
    """What the band of figures is made of."""

    totals: AuthorityRow
    areas: dict[str, str]
    filings: list[_Filing]
    reviews: list[tuple[int, int]]


def _metrics(band: _Band, today: dt.date, year: int, *, demo: bool) -> list[dict[str, Any]]:
    titled, due = f"{reverse('districts:district_list')}?kind={'demo' if demo else 'real'}", reverse("obligations:obligation_list")
    checks, reviews = reverse("assessments:selfcheck_list"), reverse("assessments:review_list")
    totals, last = band.totals, _same_day(today)
    before = sum(filing.year == year - 1 and filing.filed <= last for filing in band.filings)
    filed = sum(filing.year == year for filing in band.filings)
    seats, handed = (sum(counts) for counts in zip(*band.reviews, strict=True)) if band.reviews else (0, 0)
    panel = f"专家{handed} / {seats}人已提交" if band.reviews else "没有进行中的评审"
    self_checks = f"已报送{filed}个，上年同日{before}个"
    return [
        _figure("试点", totals.pilots, "个", band.areas["pilot"], f"{titled}&stage=pilot"),
        _figure("示范", totals.demonstrations, "个", band.areas["demonstration"], f"{titled}&stage=demonstration"),
        _figure("试点与示范合计", totals.pilots + totals.demonstrations, "个", band.areas["titled"], f"{titled}&stage=titled"),
        _figure(f"{year}年度自查 已接收", totals.received, f"/ {totals.owed}个", self_checks, f"{checks}?year={year}"),
        _figure("评审进行中", len(band.reviews), "件", panel, reviews),
        {**_figure("逾期", totals.overdue, "项", "按到期事项", f"{due}?state={State.OVERDUE.value}"), "warn": totals.overdue > 0},
    ]


def _figure(label: str, value: object, unit: str, note: str, href: str) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "href": href}


def _areas(led: list[_Led]) -> dict[str, str]:
    """Area in words by stage and together, with how many are not known; each district once."""
    sizes = {entry.district: (entry.stage, entry.km2) for entry in led}
    found: dict[str, list[Decimal | None]] = {"pilot": [], "demonstration": [], "titled": []}
    for stage, km2 in sizes.values():
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
