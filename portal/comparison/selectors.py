"""Compare figures of received score tables, as frozen and never recalculated; a constant number of queries."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse

from assessments.common.enums import BuildState, Purpose
from assessments.tables.models import TableState, TableVersion
from assessments.tables.selectors.tables import score_tables_visible_to
from districts.common.enums import DistrictType
from districts.file.selectors.visibility import districts_visible_to, own_keys
from districts.indicator_systems.targets import NUMBER, measure_of, reached, show
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import parameters
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import EditionRules, Item
from portal.comparison.rules import PeerPlace, PeerSpread, best_of, place_of, reads_everybody, spread_of

INTERNAL, FEWEST = "comparison.internal", "comparison.fewest"
NEVER_BELOW = 3  # regardless of the setting: quartiles of one or two districts reveal their figures
TOTAL, CHAPTER, BUILDING, BUILT = "total", "chapter:", "building", "built"
CHAPTER_SCORES = "result__chapters"
PHASES = {BUILDING: "建设期", BUILT: "建成后"}
FULL = 100
T = TypeVar("T")


@dataclass(frozen=True)
class ComparisonReader:
    """Reader and settings: ``shown`` if all districts are shown by name; ``fewest`` unnamed figures are needed for a distribution."""

    viewer: Viewer
    shown: bool
    fewest: int


def sight_of(viewer: Viewer) -> ComparisonReader:
    """The reader with the settings in force; one query."""
    held = parameters.load()
    return ComparisonReader(viewer, not held[INTERNAL].value, max(int(held[FEWEST].value), NEVER_BELOW))


class TablePeriod(NamedTuple):
    """Comparable tables: of one purpose and, for self-checks, one year."""

    purpose: str
    year: int | None

    @property
    def key(self) -> str:
        """The period in the query string."""
        return f"{self.purpose}-{self.year}" if self.year else self.purpose

    @property
    def label(self) -> str:
        """The period as text."""
        purpose = Purpose(self.purpose)
        return f"{self.year}{purpose.label}" if purpose is Purpose.SELF_CHECK else f"{f'{self.year}年' if self.year else ''}{purpose.label}"


@dataclass(frozen=True)
class ComparableTables:
    """Number of tables of a period under one edition."""

    period: TablePeriod
    edition: int
    edition_code: str
    is_official: bool
    stage: str
    tables: int

    @property
    def edition_words(self) -> str:
        """Code of the edition, with 参考版 for one that is no official text."""
        return self.edition_code if self.is_official else f"{self.edition_code}（参考版）"


def offered(*, demo: bool) -> list[ComparableTables]:
    """Periods and editions with tables, of real or fictional districts: self-checks first, newest first; one query."""
    found = (
        _counting(demo=demo)
        .order_by()
        .values_list("table__purpose", "table__year", "table__edition", "table__edition__code", "table__edition__official", "table__stage")
    )
    rows = [
        ComparableTables(TablePeriod(purpose, year), edition, code, is_official, stage, tables)
        for purpose, year, edition, code, is_official, stage, tables in found.annotate(n=Count("pk"))
    ]
    return sorted(
        rows, key=lambda one: (one.period.purpose != Purpose.SELF_CHECK, -(one.period.year or 0), one.period.purpose, -one.tables)
    )


def _counting(*, demo: bool) -> QuerySet[TableVersion]:
    return TableVersion.objects.filter(counts=True, table__district__is_demo=demo, table__district__guideline_area=False)


@dataclass(frozen=True)
class ComparedFigure:
    """The compared figure; ``better`` is 1, -1 or 0, ``item`` its clause. If not ``numeric``, only texts are compared.

    ``held`` names the source of a figure that is not from a score table (碳排放清单, 运营台账, 地块清单).
    A ``standing`` figure belongs to no period: it shows the state of today.
    """

    key: str
    label: str
    unit: str = ""
    better: int = 1
    numeric: bool = True
    item: Item | None = None
    held: str = ""
    state: str = str(TableState.RECEIVED.label)  # what it is taken from
    places: int = 2  # decimals of its quartiles
    standing: bool = False

    @property
    def full(self) -> int | None:
        """Upper end of the scale; None if it follows from the figures."""
        return FULL if self.unit in {"分", "%"} else None

    def held_in(self, year: int | None) -> str:
        """Name of the source, with the year unless the figure is ``standing``."""
        return self.held if self.standing else f"{year}年度{self.held}"


SCORE = ComparedFigure(TOTAL, "总分", "分")


def figures_of(edition: Edition, stage: str) -> list[tuple[str, list[ComparedFigure]]]:
    """All figures by which tables of a stage can be compared, by heading: scores, then the clauses of each chapter."""
    rules = rules_for(edition)
    tables = [rules.tables[kind, stage] for kind in rules.types if (kind, stage) in rules.tables]
    chapters = {chapter.key: chapter for table in tables for chapter in table.chapters}
    scored = [ComparedFigure(f"{CHAPTER}{one.key}", f"{one.title}得分", "分") for one in chapters.values() if not one.bonus]
    clauses: dict[str, dict[str, ComparedFigure]] = {}
    for table in tables:
        for chapter in table.chapters:
            clauses.setdefault(chapter.title, {}).update({item.id: _clause(item) for item in chapter.items})
    return [("得分", [SCORE, *scored]), *((title, list(found.values())) for title, found in clauses.items())]


def _clause(item: Item) -> ComparedFigure:
    measure = measure_of(item)
    return ComparedFigure(
        item.id, f"{item.id} {item.title}", measure.unit, measure.better if measure.kind == NUMBER else 0, measure.kind == NUMBER, item
    )


@dataclass(frozen=True)
class PeerQuery:
    """Which tables to compare."""

    found: ComparableTables
    demo: bool
    type: str = ""
    phase: str = ""


@dataclass(frozen=True)
class Peer:
    """A received table: ``part`` is the requested part of its frozen content, ``named`` whether the district is shown by name.

    For a yearly figure that is not from a table, ``page`` is its URL and ``origin`` its source.
    """

    district: int
    code: str
    name: str
    order: str
    is_demo: bool
    type: str
    building: bool
    table: int
    version: int
    frozen_at: Any
    part: Any
    seen: bool
    named: bool
    mine: bool
    page: str = ""
    origin: str = ""

    @property
    def source(self) -> str:
        """Source of the figure."""
        return self.origin or f"评分表第{self.version}版"

    @property
    def phase(self) -> str:
        """建设期 or 建成后, as filed."""
        return PHASES[BUILDING if self.building else BUILT]

    @property
    def href(self) -> str:
        """Page of the figure's source, for people who may read it."""
        if self.origin:
            return self.page if self.seen else ""
        return reverse("assessments:table_version", args=[self.table, self.version]) if self.seen else ""


def peers_of(sight: ComparisonReader, asked: PeerQuery, part: str) -> list[Peer]:
    """Newest received table of each district, with ``content__{part}``; three queries.

    For districts the person may not see, only the figure enters the distribution, unless the city publishes the ranking.
    """
    viewer = sight.viewer
    seen = score_tables_visible_to(viewer).filter(pk=OuterRef("table_id"))
    known = districts_visible_to(viewer).filter(pk=OuterRef("table__district_id"))
    period = {"table__purpose": asked.found.period.purpose, "table__year": asked.found.period.year, "table__edition": asked.found.edition}
    found = _counting(demo=asked.demo).filter(**period)
    if asked.type:
        found = found.filter(table__type=asked.type)
    found = found.annotate(seen=Exists(seen), known=Exists(known)).order_by("table__district_id", "-pk").distinct("table__district_id")
    district = ("id", "code", "name", "name_pinyin", "is_demo")
    rows = found.values(
        "table_id", "number", "frozen_at", "seen", "known", "table__type", "content__building", f"content__{part}",
        *(f"table__district__{name}" for name in district),
    )  # fmt: skip
    mine = frozenset[int]() if reads_everybody(viewer.held) else own_keys(viewer)
    peers = [_peer(row, part, shown=sight.shown, mine=mine) for row in rows]
    kept = [peer for peer in peers if not asked.phase or peer.building == (asked.phase == BUILDING)]
    return sorted(kept, key=lambda one: (one.order, one.district))


def _peer(row: Mapping[str, Any], part: str, *, shown: bool, mine: frozenset[int]) -> Peer:
    pk = row["table__district__id"]
    return Peer(
        pk, row["table__district__code"], row["table__district__name"], row["table__district__name_pinyin"],
        row["table__district__is_demo"], row["table__type"], bool(row["content__building"]), row["table_id"], row["number"],
        row["frozen_at"], row[f"content__{part}"], row["seen"], row["seen"] or (shown and row["known"]), pk in mine,
    )  # fmt: skip


@dataclass(frozen=True)
class FrozenFigure:
    """A filed figure: number (if it has one), text, and why it cannot be compared."""

    number: Decimal | None
    words: str
    note: str = ""


def _score_of(peer: Peer, figure: ComparedFigure) -> FrozenFigure:
    if figure.key == TOTAL:
        said = peer.part
    else:
        said = next((one["score"] for one in peer.part or () if f"{CHAPTER}{one['key']}" == figure.key), None)
    return FrozenFigure(Decimal(said), said) if said is not None else FrozenFigure(None, "", "没有得分")


def _value_of(peer: Peer, figure: ComparedFigure) -> FrozenFigure:
    row = next((one for one in peer.part or () if one["item_id"] == figure.key), None)
    if row is None or figure.item is None:
        return FrozenFigure(None, "", "不适用")
    if row["exclusion_reason"]:
        reason = "不参评"
    elif row["absent_reason"]:
        reason = "不存在"
    else:
        reason = BuildState.NOT_STARTED.label if peer.building and row["build_state"] == BuildState.NOT_STARTED else ""
    kept = "" if reason else reached(figure.item, row["value"])
    if not kept:
        return FrozenFigure(None, "", reason or "未填")
    return FrozenFigure(Decimal(kept), kept) if figure.numeric else FrozenFigure(None, show(measure_of(figure.item), kept))


def part_of(figure: ComparedFigure) -> str:
    """Path of the frozen content that holds the figure."""
    if figure.item is not None:
        return "rows"
    return "result__total" if figure.key == TOTAL else CHAPTER_SCORES


@dataclass(frozen=True)
class PeerLine:
    """A district of the comparison."""

    peer: Peer
    reading: FrozenFigure
    place: PeerPlace | None = None
    best: bool = False


@dataclass(frozen=True)
class PeerGroup:
    """Districts of one type: named ones, the distribution over all, number of unnamed ones. ``few``: too few for a distribution."""

    label: str
    lines: list[PeerLine]
    spread: PeerSpread | None
    unnamed: int
    few: bool

    @property
    def bests(self) -> list[PeerLine]:
        """标杆: the best of the named districts."""
        return [line for line in self.lines if line.best]


@dataclass(frozen=True)
class DistrictComparison:
    """One figure across all types."""

    figure: ComparedFigure
    groups: list[PeerGroup]

    @cached_property
    def lines(self) -> list[PeerLine]:
        """Named districts of all types."""
        return [line for group in self.groups for line in group.lines]

    @property
    def any_demo(self) -> bool:
        """Whether fictional districts are among them."""
        return any(line.peer.is_demo for line in self.lines)


def compared(sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure) -> DistrictComparison:
    """The figure of each district, and the distribution by type."""
    read = _score_of if figure.item is None else _value_of
    return grouped(sight, figure, [(peer, read(peer, figure)) for peer in peers_of(sight, asked, part_of(figure))])


def grouped(sight: ComparisonReader, figure: ComparedFigure, found: Sequence[tuple[Peer, FrozenFigure]]) -> DistrictComparison:
    """Figures with their peers, by type."""
    return DistrictComparison(figure, [_group(sight, kind, rows, figure.better) for kind, rows in _by_type(found, lambda one: one[0].type)])


def _by_type(rows: Iterable[T], type_of: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    held = list(rows)
    grouped = [(kind, [one for one in held if type_of(one) == kind]) for kind in DistrictType.values]
    return [(kind, some) for kind, some in grouped if some]


def _spread(sight: ComparisonReader, rows: Sequence[tuple[Peer, Decimal | None]]) -> PeerSpread | None:
    """Distribution; if somebody is unnamed, quartiles only, and only if the setting's number of unnamed figures is reached."""
    numbers = [number for _, number in rows if number is not None]
    hidden = sum(number is not None and not peer.named for peer, number in rows)
    if all(peer.named for peer, _ in rows):
        return spread_of(numbers)
    return spread_of(numbers, ends=False) if hidden >= sight.fewest else None


def _group(sight: ComparisonReader, kind: str, rows: Sequence[tuple[Peer, FrozenFigure]], better: int) -> PeerGroup:
    numbers = sorted(reading.number for _, reading in rows if reading.number is not None)
    unnamed = sum(not peer.named for peer, _ in rows)
    spread = _spread(sight, [(peer, reading.number) for peer, reading in rows])
    best = None if unnamed else best_of(numbers, better)
    lines = [
        PeerLine(
            peer,
            reading,
            place_of(reading.number, spread, numbers, better) if spread and reading.number is not None else None,
            best is not None and reading.number == best,
        )
        for peer, reading in rows
        if peer.named
    ]
    ordered = sorted(lines, key=lambda line: (line.place is None, line.place.rank if line.place else 0))
    return PeerGroup(DistrictType(kind).label, ordered, spread, unnamed, bool(numbers) and spread is None)


@dataclass(frozen=True)
class DimensionGroup:
    """Dimension scores of one type: a row per named district, a distribution per dimension."""

    label: str
    dimensions: list[str]
    lines: list[tuple[Peer, list[Decimal | None]]]
    spreads: list[PeerSpread | None]
    unnamed: int


def by_dimension(sight: ComparisonReader, asked: PeerQuery, rules: EditionRules) -> list[DimensionGroup]:
    """Scores of chapters that stand for a dimension, by type."""
    groups = []
    for kind, peers in _by_type(peers_of(sight, asked, CHAPTER_SCORES), lambda one: one.type):
        table = rules.tables.get((kind, asked.found.stage))
        chapters = [one for one in table.chapters if one.dimension and not one.bonus] if table else []
        figures = [ComparedFigure(f"{CHAPTER}{chapter.key}", chapter.title) for chapter in chapters]
        scores = [(peer, [_score_of(peer, figure).number for figure in figures]) for peer in peers]
        spreads = [_spread(sight, [(peer, row[at]) for peer, row in scores]) for at in range(len(figures))]
        titles, named = [chapter.title for chapter in chapters], [row for row in scores if row[0].named]
        groups.append(DimensionGroup(DistrictType(kind).label, titles, named, spreads, len(scores) - len(named)))
    return groups
