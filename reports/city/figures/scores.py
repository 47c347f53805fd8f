"""Scores of the received self-checks of a year and of the year before. Tables are read one by one and their clauses summed up."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from assessments.self_checks.models import SelfCheck, SelfCheckState
from greendistrict.core.addresses import reverse
from greendistrict.core.rounding import half_up
from reports.annual.figures import ENOUGH, OUT, AnnualFigures, annual_rows, totals_of
from reports.city.figures.gap import CityGap, GapSums
from reports.city.sources import CityFigure, Reckoning, SourceRow, quartiles
from reports.common.own_words import first_sentence

MOVES, CLAUSES, GAINS = 3, 5, 3
CONTROL = "control"
PROBLEMS = "存在问题"  # in the title of the section of a self-check report


class FailedControl(NamedTuple):
    """A control item that is not fulfilled."""

    district: str
    clause: str
    title: str
    value: str
    reason: str


class ClauseMean(NamedTuple):
    """Mean share of a clause's points over the districts, this year and the year before (None: not comparable)."""

    clause: str
    title: str
    districts: int
    share: Decimal
    before: Decimal | None

    @property
    def gain(self) -> Decimal | None:
        """Increase in percentage points."""
        return None if self.before is None else self.share - self.before


class DimensionSpread(NamedTuple):
    """Quartiles of one of the five 方面 over the districts, and last year's median."""

    name: str
    districts: int
    lower: Decimal
    median: Decimal
    upper: Decimal
    before: Decimal | None
    districts_before: int = 0


class OwnWords(NamedTuple):
    """The first sentence of what a district says of its problems in its self-check report (自评报告)."""

    district: str
    text: str


class Move(NamedTuple):
    """Change of a district's total since the year before, and the clauses that caused it."""

    district: str
    before: Decimal
    now: Decimal
    clauses: tuple[str, ...]

    @property
    def change(self) -> Decimal:
        """Change in points."""
        return self.now - self.before


Points = dict[str, Decimal]


@dataclass
class _Sums:
    """Running sums of the clauses of one year while its tables are read."""

    title: dict[tuple[str, str], str] = field(default_factory=dict)
    count: dict[tuple[str, str], int] = field(default_factory=dict)
    share: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    points: dict[int, tuple[str, Points]] = field(default_factory=dict)
    gap: GapSums = field(default_factory=GapSums)
    said: list[OwnWords] = field(default_factory=list)

    def add(self, row: AnnualFigures) -> None:
        """Add the clauses of one district; 不参评 clauses do not count."""
        scored = [item for item in row.items if item.kind != CONTROL and item.points and item.most and item.state != OUT]
        own: Points = {}
        for item in scored:
            key, points, most = (row.edition_code, item.id), Decimal(item.points), Decimal(item.most)
            own[item.id] = points
            if most:
                self.title[key] = item.title
                self.count[key] = self.count.get(key, 0) + 1
                self.share[key] = self.share.get(key, Decimal(0)) + points * 100 / most
        self.points[row.district.pk] = (row.edition_code, own)
        self.gap.add(row)
        texts = [first_sentence(text) for title, text in row.sections if PROBLEMS in title]
        self.said += [OwnWords(row.district.name, text) for text in texts if text]

    def mean(self, key: tuple[str, str]) -> Decimal | None:
        """Mean share of a clause's points; None if too few districts have it."""
        count = self.count.get(key, 0)
        return half_up(self.share[key] / count) if count >= ENOUGH else None


@dataclass(frozen=True)
class CityScores:
    """Content of part 4 about scores; ``rows`` are without clauses, ordered by pinyin."""

    rows: tuple[AnnualFigures, ...]
    before: Mapping[int, Decimal]
    dimensions: tuple[DimensionSpread, ...]
    failed: tuple[FailedControl, ...]
    moves: tuple[Move, ...]
    gains: tuple[ClauseMean, ...]
    gaps: tuple[ClauseMean, ...]
    figures: tuple[CityFigure, ...]
    gap: CityGap | None = None  # None in editions closed before it was kept
    said: tuple[OwnWords, ...] = ()

    @property
    def totals(self) -> list[Decimal]:
        """All totals that are known."""
        return [row.total for row in self.rows if row.total is not None]

    @property
    def ranking(self) -> list[AnnualFigures]:
        """Rows by total, highest first."""
        scored = [row for row in self.rows if row.total is not None]
        return sorted(scored, key=lambda row: (-(row.total or 0), row.district.name_pinyin))


class ReadScores(NamedTuple):
    """Figures over all received self-checks, and those shown on each district's pages, read in one pass."""

    city: CityScores
    outlines: Mapping[int, AnnualFigures]


def read_scores(year: int, today: dt.date, *, demo: bool) -> ReadScores:
    """Scores of all received self-checks of demo or real districts. A constant number of queries; each table is read once."""
    outlines: dict[int, AnnualFigures] = {}
    now, then = _Sums(), _Sums()
    rows = _stripped(year, today, now, outlines, demo=demo)
    earlier = _stripped(year - 1, today, then, {}, demo=demo)
    return ReadScores(_city_scores(rows, earlier, now, then, _pages(year)), outlines)


class ShownScores(NamedTuple):
    """Figures of the page, and the rows behind them without clauses other than unfulfilled control items."""

    rows: tuple[AnnualFigures, ...]
    figures: tuple[CityFigure, ...]


def shown_scores(year: int, today: dt.date, *, demo: bool) -> ShownScores:
    """What ``read_scores`` finds that the page shows: of each table only its results are read, of the year before only the totals."""
    rows = tuple(row for row in annual_rows(year, today, brief=True) if row.is_demo == demo)
    return ShownScores(rows, _figures(rows, _failed(rows), totals_of(year - 1, demo=demo), _pages(year)))


def _pages(year: int) -> dict[int, str]:
    """Page of the frozen version that counts, by district, with value and evidence of each clause."""
    counting = SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED, table__versions__counts=True).order_by()
    versions = counting.values_list("district_id", "table_id", "table__versions__number")
    return {district: reverse("assessments:table_version", args=[table, number]) for district, table, number in versions}


def _failed(rows: Iterable[AnnualFigures]) -> list[tuple[AnnualFigures, FailedControl]]:
    return [
        (row, FailedControl(row.district.name, item.id, item.title, item.value, item.reason))
        for row in rows
        for item in row.failed_controls
    ]


def _city_scores(
    rows: tuple[AnnualFigures, ...], earlier: tuple[AnnualFigures, ...], now: _Sums, then: _Sums, tables: Mapping[int, str]
) -> CityScores:
    before = {row.district.pk: row.total for row in earlier if row.total is not None}
    means = [
        ClauseMean(key[1], now.title[key], now.count[key], share, then.mean(key))
        for key in now.count
        if (share := now.mean(key)) is not None
    ]
    failed = _failed(rows)
    earlier_scores = _by_dimension(earlier)
    dimensions = tuple(
        DimensionSpread(name, len(scores), *quartiles(scores), quartiles(last)[1] if last else None, len(last))
        for name, scores in _by_dimension(rows).items()
        for last in (earlier_scores.get(name, []),)
    )
    return CityScores(
        rows=rows,
        before=before,
        dimensions=dimensions,
        failed=tuple(one for _, one in failed),
        moves=_moves(rows, before, now, then),
        gains=tuple(sorted((one for one in means if one.gain and one.gain > 0), key=lambda one: (-(one.gain or 0), one.clause))[:GAINS]),
        gaps=tuple(sorted((one for one in means if one.share < 100), key=lambda one: (one.share, one.clause))[:GAINS]),  # noqa: PLR2004 -- per cent
        figures=_figures(rows, failed, before, tables),
        gap=now.gap.made(),
        said=tuple(now.said),
    )


def _stripped(year: int, today: dt.date, sums: _Sums, outlines: dict[int, AnnualFigures], *, demo: bool) -> tuple[AnnualFigures, ...]:
    """Rows of a year without clauses. Clauses are added to ``sums``; those shown on a district's pages go to ``outlines``."""
    rows = []
    for row in annual_rows(year, today):
        if row.is_demo == demo:
            sums.add(row)
            outlines[row.district.pk] = row.outline
            rows.append(dataclasses.replace(row, items=(), excluded=(), sections=(), gap=None))
    return tuple(rows)


def _figures(
    rows: Iterable[AnnualFigures],
    failed: Iterable[tuple[AnnualFigures, FailedControl]],
    before: Mapping[int, Decimal],
    tables: Mapping[int, str],
) -> tuple[CityFigure, ...]:
    scored = [row for row in rows if row.total is not None]
    totals = tuple(SourceRow(row.district.name, f"{row.number}，{row.verdict}", tables[row.district.pk], row.total or 0) for row in scored)
    controls = tuple(
        SourceRow(
            row.district.name, one.title, f"{tables[row.district.pk]}#row-{one.clause}", 1, one.clause, one.value, _evidence(row, one)
        )
        for row, one in failed
    )
    median = quartiles(before.values())[1] if len(before) >= ENOUGH else None
    received = tuple(SourceRow(row.district.name, row.number, tables[row.district.pk]) for row in rows)
    dimensions: dict[str, list[SourceRow]] = {}
    for row in scored:
        for one in row.dimensions:
            dimensions.setdefault(one.dimension, []).append(SourceRow(row.district.name, one.title, tables[row.district.pk], one.score))
    return (
        CityFigure("check_received", "已接收的年度自查", "个", received),
        CityFigure("score_median", "自查总分中位数", "分", totals, Reckoning.MEDIAN, before=median),
        CityFigure("controls_failed", "不满足的控制项", "项次", controls),
        *(CityFigure(f"dimension_{at}", f"{name}得分中位数", "分", tuple(found), Reckoning.MEDIAN)
          for at, (name, found) in enumerate(dimensions.items(), start=1)),
    )  # fmt: skip


def with_comparable_median(found: CityScores) -> tuple[CityFigure, ...]:
    """The figures, without a median of last year of too few: editions that were closed before this was asked for hold one."""
    few = len(found.before) < ENOUGH
    return tuple(dataclasses.replace(one, before=None) if few and one.reckoning is Reckoning.MEDIAN else one for one in found.figures)


def _evidence(row: AnnualFigures, failed: FailedControl) -> int:
    return next(item.evidence for item in row.failed_controls if item.id == failed.clause)


def _by_dimension(rows: Iterable[AnnualFigures]) -> dict[str, list[Decimal]]:
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        for chapter in row.dimensions:
            found.setdefault(chapter.dimension, []).append(chapter.score)
    return found


def _moves(rows: Iterable[AnnualFigures], before: Mapping[int, Decimal], now: _Sums, then: _Sums) -> tuple[Move, ...]:
    """Largest increases and decreases, up to three each."""
    moved = [
        Move(
            row.district.name,
            before[row.district.pk],
            row.total,
            _behind(row.district.pk, now, then, up=row.total > before[row.district.pk]),
        )
        for row in rows
        if row.total is not None and row.district.pk in before and row.total != before[row.district.pk]
    ]
    up = sorted((one for one in moved if one.change > 0), key=lambda one: (-one.change, one.district))[:MOVES]
    down = sorted((one for one in moved if one.change < 0), key=lambda one: (one.change, one.district))[:MOVES]
    return (*up, *down)


def _behind(district: int, now: _Sums, then: _Sums, *, up: bool) -> tuple[str, ...]:
    """Clauses that changed in the same direction, largest first; empty if the edition changed."""
    (edition, points), (earlier_edition, earlier) = now.points[district], then.points[district]
    if edition != earlier_edition:
        return ("评价标准版本不同，条文不可比",)
    changes = [(clause, points[clause] - earlier[clause]) for clause in points if clause in earlier]
    same = sorted(((clause, change) for clause, change in changes if (change > 0) == up and change), key=lambda one: (-abs(one[1]), one[0]))
    return tuple(f"{clause} {now.title.get((edition, clause), '')}（{change:+}）" for clause, change in same[:CLAUSES])
