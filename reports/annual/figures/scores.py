"""Scores of a district's self-check, read from the frozen version that counts, as on the pages."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import CharField, Func, JSONField, OuterRef, QuerySet, Subquery, Value

from approvals.casework.selectors.known_on_day import as_named_on
from approvals.casework.selectors.titles_on_day import HeldTitle, areas_changed_since, snapshot_day, titles_held_on
from approvals.common.enums import TitleKind
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.tables.models import TableVersion
from districts.common.certainty import is_inferred
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.core.errors import Refused
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import EditionRules, StarLine
from reports.annual.figures.gap import ScoreGap, gap_of
from reports.annual.figures.items import OUT, UNBUILT, items_of, worst_first
from reports.annual.parts import ChapterFigures, ItemFigures
from reports.closings.registry import frozen_as, frozen_rows, frozen_values, received_in_time

NO_TITLE, BUILDING, BELOW = "当日无称号", "建设期不作结论", "未达一星级"
SCORES, FILES = "annual.scores", "annual.files"  # keys of what is frozen when the year is closed
CHUNK = 50  # versions read at once: each holds a whole table
ENOUGH = 3  # self-checks that a conclusion about several districts needs at least
WORST = 5  # clauses furthest below their target that the city's report names of a district


class StandingFigures:
    """Figures of a district that have its title and its area on the snapshot day."""

    district: District
    held: HeldTitle | None
    area_km2: Decimal | None

    @property
    def is_demo(self) -> bool:
        """Whether it is a demo district."""
        return self.district.is_demo

    @property
    def stage_words(self) -> str:
        """Title held on the snapshot day, with the same mark as on pages."""
        return self.held.text if self.held else NO_TITLE

    @property
    def type_words(self) -> str:
        """Type of the district, marked if inferred; empty if unknown."""
        word = self.district.get_type_display()
        return f"{word}（推定）" if word and self.district.type_certainty == Certainty.INFERRED else word

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is inferred, or refers to another extent than the district's own."""
        return self.area_km2 is not None and is_inferred(self.district.fact_certainty, "面积")


@dataclass(frozen=True)
class AnnualFigures(StandingFigures):
    """Scores and clauses shown in a district's annual report."""

    district: District
    year: int
    number: str
    edition_code: str
    edition_title: str
    reference: bool
    building: bool
    filed_at: dt.datetime | None
    received_at: dt.datetime | None
    total: Decimal | None
    bonus: Decimal | None
    level: str
    planned_total: Decimal | None
    planned_level: str
    previous_total: Decimal | None
    previous_year: int
    target: StarLine | None
    chapters: tuple[ChapterFigures, ...]
    items: tuple[ItemFigures, ...]
    failed_controls: tuple[ItemFigures, ...]
    controls: int
    excluded: tuple[ItemFigures, ...]
    sections: tuple[tuple[str, str], ...]
    evidence: int
    digest: str
    on: dt.date
    held: HeldTitle | None
    area_km2: Decimal | None
    idle_controls: int = 0  # control items that are not begun, on which there is no conclusion
    gap: ScoreGap | None = None  # to the planning score; None without one, and in editions closed before it was kept

    @property
    def verdict(self) -> str:
        """Star in words; ``BUILDING`` for a district under construction on the snapshot day. Used wherever the star is stated."""
        return BUILDING if self.building else self.level or BELOW

    @property
    def short(self) -> tuple[ItemFigures, ...]:
        """Clauses below target or planning score, begun or not, worst first: control items, then by missing points."""
        return tuple(sorted((item for item in self.items if item.gap is not None), key=worst_first))

    @property
    def dimensions(self) -> tuple[ChapterFigures, ...]:
        """Chapters of the five dimensions."""
        return tuple(chapter for chapter in self.chapters if chapter.dimension)

    @property
    def outline(self) -> "AnnualFigures":
        """Shortened figures for the city's report: the worst clauses, the number of 不参评, and unfulfilled control items."""
        return replace(self, items=self.short[:WORST], sections=())


class SnapshotState(NamedTuple):
    """State of districts on the snapshot day: titles held, and areas changed since."""

    on: dt.date
    held: Mapping[int, HeldTitle]
    changed: Mapping[int, Decimal | None]

    def area_of(self, district: int, now: Decimal | None) -> Decimal | None:
        """Area of a district on the snapshot day."""
        return self.changed.get(district, now)


def snapshot_state(year: int, today: dt.date, only: Collection[int] | None = None) -> SnapshotState:
    """State of the districts on the snapshot day of a year; two queries."""
    day = snapshot_day(year, today)
    return SnapshotState(day, titles_held_on(day, only), areas_changed_since(day))


class Counted(NamedTuple):
    """A received self-check with its figures and the number of the version that counts."""

    check: SelfCheck
    scores: AnnualFigures
    version: int


class Frozen(NamedTuple):
    """Data of a received table: the version that counts, and results of related tables."""

    content: Mapping[str, Any]
    digest: str
    planned: Mapping[str, Any]
    previous: Mapping[str, Any]


def _received(year: int) -> QuerySet[SelfCheck]:
    """Self-checks of a year received in time, by pinyin of the district, each with the data of ``Frozen``: one query."""
    counting = _counting()
    return _checks(year).annotate(
        content=Subquery(counting.values("content")[:1]),
        digest=Subquery(counting.values("digest")[:1]),
        planned=_result_beside("table__planned"),
        previous=_result_beside("table__previous"),
    )


IN_BRIEF = (
    *("number", "year", "filed_at", "received_at", "table__edition__digest", "table__edition__complete"),
    *("district__name", "district__name_pinyin", "district__is_demo", "district__target_star", "district__area_km2"),
)


class _Brief(Func):
    """Content of a version with no other clauses than the control items that do not hold: read in a tenth of the time."""

    template = (
        "CASE jsonb_typeof(%(expressions)s -> 'result') WHEN 'object' THEN (%(expressions)s - '{rows,report}'::text[]) #- '{result,items}'"
        " || jsonb_build_object('rows', jsonb_path_query_array(%(expressions)s, '$.rows[*] ? (@.item_id == $failed[*])',"
        " jsonb_build_object('failed', jsonb_path_query_array(%(expressions)s, '$.result.items[*] ? (@.holds == false).id'))))"
        " ELSE %(expressions)s END"
    )
    output_field = JSONField()


def _received_in_brief(year: int) -> QuerySet[SelfCheck]:
    """As ``_received``, with ``_Brief`` and without other tables."""
    nothing = Value(None, JSONField())
    brief = Subquery(_counting().annotate(brief=_Brief("content")).values("brief")[:1])
    checks = _checks(year).annotate(content=brief, digest=Value("", CharField()), planned=nothing, previous=nothing)
    return checks.only(*IN_BRIEF)


def _checks(year: int) -> QuerySet[SelfCheck]:
    """Self-checks of a year received in time, by pinyin of the district, each with the number of the version that counts."""
    return (
        SelfCheck.objects.filter(received_in_time(year), year=year, status=SelfCheckState.RECEIVED)
        .select_related("district", "table__edition")
        .defer("table__result", "district__boundary")
        .annotate(counted=Subquery(_counting().values("number")[:1]))
        .order_by("district__name_pinyin", "district_id")
    )


def _counting() -> QuerySet[TableVersion]:
    return TableVersion.objects.filter(table=OuterRef("table"), counts=True)


def _result_beside(table: str) -> Subquery:
    """Result of the latest version of the table that a field refers to, preferring one that counts."""
    versions = TableVersion.objects.filter(table=OuterRef(table)).order_by("-counts", "-number")
    return Subquery(versions.values("content__result")[:1])


def annual_rows(year: int, today: dt.date, *, brief: bool = False) -> Iterator[AnnualFigures]:
    """Figures of all self-checks of a year received in time, generated one by one; for a closed year as frozen.

    ``brief``: of the clauses only control items that do not hold, and nothing of other tables, unless the year is closed.
    Raises ``Refused`` as ``district_figures``.
    """
    kept = frozen_rows(AnnualFigures, year, SCORES)
    if kept is not None:
        yield from kept
        return
    stood = snapshot_state(year, today)
    for check in (_received_in_brief(year) if brief else _received(year)).iterator(chunk_size=CHUNK):
        yield _computed(check, stood)


def totals_of(year: int, *, demo: bool) -> dict[int, Decimal]:
    """Totals of ``annual_rows`` by district, real or fictional ones; one query and that for the closing."""
    kept: list[tuple[Any, Any]] | None = frozen_values(year, SCORES, "total", district__is_demo=demo)
    if kept is None:
        checks = _checks(year).filter(district__is_demo=demo).order_by()
        kept = list(checks.annotate(total=Subquery(_counting().values("content__result__total")[:1])).values_list("district_id", "total"))
    return {int(district): Decimal(total) for district, total in kept if total is not None}


def counted_scores(
    year: int, today: dt.date, districts: Collection[int], known: Mapping[int, AnnualFigures] | None = None
) -> dict[int, Counted]:
    """By district: self-checks received in time with their current figures; one query besides the snapshot state.

    ``known`` are figures of all received self-checks by district, if already read: then no table is read again. Raises ``Refused`` as
    ``district_figures``.
    """
    stood = snapshot_state(year, today, districts)
    checks = (_received(year) if known is None else _checks(year)).filter(district__in=districts).select_related("handed_up_by")
    found = ((check, vars(check)["counted"]) for check in checks.iterator(chunk_size=CHUNK))
    if known is None:
        return {check.district_id: Counted(check, _computed(check, stood), version) for check, version in found}
    # A self-check received after the snapshot is in no figure and on no page of the report.
    return {check.district_id: Counted(check, known[check.district_id], version) for check, version in found if check.district_id in known}


def _computed(check: SelfCheck, stood: SnapshotState) -> AnnualFigures:
    """Figures of a self-check as read by ``_received``; releases the tables read with it."""
    content, digest, planned, previous = (vars(check).pop(name) for name in ("content", "digest", "planned", "previous"))
    if content is None:
        raise _not_received(check)
    return _figures(check, Frozen(content, digest, planned or {}, previous or {}), stood)


def district_figures(check: SelfCheck, today: dt.date) -> AnnualFigures:
    """Figures of one received self-check, frozen if it counts in a closed year.

    Raises ``Refused`` when no version of it counts.
    """
    if kept := frozen_as(AnnualFigures, check.year, SCORES, str(check.district_id)):
        return kept
    version, table = hold_received(check), check.table
    frozen = Frozen(version.content, version.digest, _version_result(table.planned_id), _version_result(table.previous_id))
    return _figures(check, frozen, snapshot_state(check.year, today, [check.district_id]))


def hold_received(check: SelfCheck) -> TableVersion:
    """The version of a self-check that counts. Raises ``Refused`` without one."""
    version = check.table.versions.filter(counts=True).first()
    if version is None:
        raise _not_received(check)
    return version


def _not_received(check: SelfCheck) -> Refused:
    return Refused(f"{check.district}{check.year}年度自查尚未接收，不能出报告")


def _figures(check: SelfCheck, frozen: Frozen, stood: SnapshotState) -> AnnualFigures:
    held = stood.held.get(check.district_id)
    as_named_on(stood.on, [check.district])
    content, rules = frozen.content, rules_for(check.table.edition)
    result = content["result"] or {}
    items = items_of(rules, content, frozen.planned, frozen.previous)
    labels = {level.key: level.label for level in rules.levels}
    star = check.district.get_target_star_display() or ""
    return AnnualFigures(
        district=check.district,
        year=check.year,
        number=check.number or "",
        edition_code=content["edition"]["code"],
        edition_title=content["edition"]["title"],
        reference=not content["edition"]["official"],
        building=held is not None and held.kind == TitleKind.PILOT,
        filed_at=check.filed_at,
        received_at=check.received_at,
        total=_number(result.get("total")),
        bonus=_number(result.get("bonus")),
        level=labels.get(result.get("level") or "", ""),
        planned_total=_number(frozen.planned.get("total")),
        planned_level=labels.get(frozen.planned.get("level") or "", ""),
        previous_total=_number(frozen.previous.get("total")),
        previous_year=check.year - 1,
        target=next((line for line in rules.levels if star and line.label == star), None),
        chapters=_chapters(rules, content, frozen),
        items=items,
        failed_controls=tuple(item for item in items if item.kind == "control" and item.state == "不满足"),
        controls=sum(item.kind == "control" and item.state != OUT for item in items),
        excluded=tuple(item for item in items if item.state == OUT),
        sections=tuple((title, text) for title, text in content.get("report", ())),
        evidence=sum(item.evidence for item in items),
        digest=frozen.digest,
        on=stood.on,
        held=held,
        area_km2=stood.area_of(check.district_id, check.district.area_km2),
        idle_controls=sum(item.kind == "control" and item.state == UNBUILT for item in items),
        gap=gap_of(rules, content, items, frozen.planned),
    )


def _version_result(table_id: int | None) -> Mapping[str, Any]:
    if table_id is None:
        return {}
    versions = TableVersion.objects.filter(table_id=table_id).order_by("-counts", "-number")
    content = versions.values_list("content", flat=True).first()
    return (content or {}).get("result") or {}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _chapters(rules: EditionRules, content: Mapping[str, Any], frozen: Frozen) -> tuple[ChapterFigures, ...]:
    results = content["result"] or {}, frozen.planned, frozen.previous
    scored, planned, previous = ({chapter["key"]: chapter for chapter in result.get("chapters", ())} for result in results)
    return tuple(
        ChapterFigures(
            key=chapter.key,
            number=chapter.number,
            title=chapter.title,
            bonus=chapter.bonus,
            dimension=chapter.dimension or "",
            weight=None if chapter.bonus else Decimal(chapter.weight.numerator * 100) / chapter.weight.denominator,
            obtained=Decimal(scored[chapter.key]["obtained"]),
            possible=Decimal(scored[chapter.key]["possible"]),
            score=Decimal(scored[chapter.key]["score"]),
            planned=_number(planned.get(chapter.key, {}).get("obtained" if chapter.bonus else "score")),
            previous=_number(previous.get(chapter.key, {}).get("obtained" if chapter.bonus else "score")),
        )
        for chapter in rules.table(content["type"], content["stage"]).chapters
        if chapter.key in scored
    )
