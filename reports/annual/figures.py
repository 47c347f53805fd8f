"""Figures of the annual report, read from the frozen version that counts, the same as on the screen."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import BoolAnd, BoolOr
from django.db.models import BooleanField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from approvals.casework.selectors.titles_on_day import HeldTitle, areas_changed_since, snapshot_day, titles_held_on
from approvals.common.enums import TitleKind
from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import TableVersion
from districts.common.certainty import is_inferred
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.rounding import half_up
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import EditionRules, Item
from obligations.selectors import owed_on_years
from obligations.self_check import KEY
from reports.annual.parts import ChapterFigures, ItemFigures
from reports.annual.wording import value_words

NO_TITLE, BUILDING, BELOW = "当日无称号", "建设期不作结论", "未达一星级"
OUT = "不参评"
CHUNK = 50  # versions read at once: each holds a whole table


@dataclass(frozen=True)
class AnnualFigures:
    """Everything a district's annual report shows."""

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

    @property
    def is_demo(self) -> bool:
        """Whether the district is fiction."""
        return self.district.is_demo

    @property
    def stage_words(self) -> str:
        """Title held on the snapshot day, marked as on every page."""
        return self.held.text if self.held else NO_TITLE

    @property
    def type_words(self) -> str:
        """Type of the district, marked where it is concluded."""
        word = self.district.get_type_display()
        return f"{word}（推定）" if word and self.district.type_certainty == Certainty.INFERRED else word

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is concluded, or of another scope than the district's own."""
        return self.area_km2 is not None and is_inferred(self.district.fact_certainty, "面积")

    @property
    def verdict(self) -> str:
        """What is said of the star: none of a district that was being built on the snapshot day. Every place says it by this."""
        return BUILDING if self.building else self.level or BELOW

    @property
    def dimensions(self) -> tuple[ChapterFigures, ...]:
        """Chapters of the five dimensions."""
        return tuple(chapter for chapter in self.chapters if chapter.dimension)


class SnapshotState(NamedTuple):
    """State of the districts on the snapshot day: titles held, and areas changed since."""

    on: dt.date
    held: Mapping[int, HeldTitle]
    changed: Mapping[int, Decimal | None]

    def area_of(self, district: int, now: Decimal | None) -> Decimal | None:
        """Area of a district on that day."""
        return self.changed.get(district, now)


def snapshot_state(year: int, only: Collection[int] | None = None) -> SnapshotState:
    """State of the districts on the snapshot day of a year; two queries."""
    day = snapshot_day(year)
    return SnapshotState(day, titles_held_on(day, only), areas_changed_since(day))


class Frozen(NamedTuple):
    """What a report reads of a received table: the version that counts, and the results of the tables beside it."""

    content: Mapping[str, Any]
    digest: str
    planned: Mapping[str, Any]
    previous: Mapping[str, Any]


def _received(year: int) -> QuerySet[SelfCheck]:
    """Received self-checks of a reporting year, districts by pinyin, each with the parts of ``Frozen``: one query."""
    counting = TableVersion.objects.filter(table=OuterRef("table"), counts=True)
    rows = SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED).select_related("district", "table__edition")
    return (
        rows.defer("table__result", "district__boundary")
        .annotate(
            content=Subquery(counting.values("content")[:1]),
            digest=Subquery(counting.values("digest")[:1]),
            planned=_result_beside("table__planned"),
            previous=_result_beside("table__previous"),
        )
        .order_by("district__name_pinyin", "district_id")
    )


def _result_beside(table: str) -> Subquery:
    """Result of the latest version of the table that a field names, one that counts first."""
    versions = TableVersion.objects.filter(table=OuterRef(table)).order_by("-counts", "-number")
    return Subquery(versions.values("content__result")[:1])


def annual_rows(year: int) -> Iterator[AnnualFigures]:
    """Figures of all received self-checks of a year, read as they are asked for. Raises ``Refused`` as ``district_figures``."""
    stood = snapshot_state(year)
    for check in _received(year).iterator(chunk_size=CHUNK):
        read = vars(check)
        if read["content"] is None:
            raise _not_received(check)
        yield _figures(check, Frozen(read["content"], read["digest"], read["planned"] or {}, read["previous"] or {}), stood)


def district_figures(check: SelfCheck) -> AnnualFigures:
    """Figures of one received self-check. Raises ``Refused`` when no version of it counts."""
    version = check.table.versions.filter(counts=True).first()
    if version is None:
        raise _not_received(check)
    table = check.table
    frozen = Frozen(version.content, version.digest, _version_result(table.planned_id), _version_result(table.previous_id))
    return _figures(check, frozen, snapshot_state(check.year, [check.district_id]))


def _not_received(check: SelfCheck) -> Refused:
    return Refused(f"{check.district}{check.year}年度自查尚未接收，不能出报告")


def _figures(check: SelfCheck, frozen: Frozen, stood: SnapshotState) -> AnnualFigures:
    held = stood.held.get(check.district_id)
    content, rules = frozen.content, rules_for(check.table.edition)
    result = content["result"] or {}
    items = _items(rules, content)
    labels = {level.key: level.label for level in rules.levels}
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
        chapters=_chapters(rules, content, result, frozen.planned),
        items=items,
        failed_controls=tuple(item for item in items if item.kind == "control" and item.state == "不满足"),
        controls=sum(item.kind == "control" and item.state != OUT for item in items),
        excluded=tuple(item for item in items if item.state == OUT),
        sections=_sections(content),
        evidence=sum(item.evidence for item in items),
        digest=frozen.digest,
        on=stood.on,
        held=held,
        area_km2=stood.area_of(check.district_id, check.district.area_km2),
    )


def _version_result(table_id: int | None) -> Mapping[str, Any]:
    if table_id is None:
        return {}
    versions = TableVersion.objects.filter(table_id=table_id).order_by("-counts", "-number")
    content = versions.values_list("content", flat=True).first()
    return (content or {}).get("result") or {}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _chapters(
    rules: EditionRules, content: Mapping[str, Any], result: Mapping[str, Any], planned: Mapping[str, Any]
) -> tuple[ChapterFigures, ...]:
    before = {chapter["key"]: chapter for chapter in planned.get("chapters", ())}
    scored = {chapter["key"]: chapter for chapter in result.get("chapters", ())}
    return tuple(
        ChapterFigures(
            number=chapter.number,
            title=chapter.title,
            bonus=chapter.bonus,
            dimension=chapter.dimension or "",
            weight=None if chapter.bonus else Decimal(chapter.weight.numerator * 100) / chapter.weight.denominator,
            obtained=Decimal(scored[chapter.key]["obtained"]),
            possible=Decimal(scored[chapter.key]["possible"]),
            score=Decimal(scored[chapter.key]["score"]),
            planned=_number(before.get(chapter.key, {}).get("obtained" if chapter.bonus else "score")),
        )
        for chapter in rules.table(content["type"], content["stage"]).chapters
        if chapter.key in scored
    )


def _items(rules: EditionRules, content: Mapping[str, Any]) -> tuple[ItemFigures, ...]:
    scored = {item["id"]: item for item in (content["result"] or {}).get("items", ())}
    layout = rules.table(content["type"], content["stage"]).items
    return tuple(_item(layout[row["item_id"]], row, scored.get(row["item_id"], {}), content) for row in content["rows"])


def _item(item: Item, row: Mapping[str, Any], scored: Mapping[str, Any], content: Mapping[str, Any]) -> ItemFigures:
    reason = content["exclusions"].get(item.id) or content["absent"].get(item.id) or row["explanation"]
    state = _state(item, row, scored, content)
    counts = state != OUT  # what is out of the reckoning has neither a value nor points: 0 would read as a verdict
    return ItemFigures(
        id=item.id,
        chapter=item.chapter,
        title=item.title,
        kind=item.kind,
        value=value_words(item, row["value"]) if counts else "",
        points=(scored.get("points") or "") if counts else "",
        most="" if item.is_control else str(item.points.normalize() + 0),
        state=state,
        evidence=len(row["evidence"]),
        reason=reason,
    )


def _state(item: Item, row: Mapping[str, Any], scored: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    if item.id in content["exclusions"] or scored.get("excluded"):
        return OUT
    if item.id in content["absent"]:
        return "不存在"
    if row["build_state"] == "not_started" and content["building"]:
        return "未启动"
    if item.is_control:
        return "满足" if scored.get("holds") else "不满足"
    return "已填" if row["value"] is not None else "未填"


def _sections(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((title, text) for title, text in content.get("report", ()))


@dataclass(frozen=True)
class CityFigures:
    """The city's annual report: one row per received self-check without its clauses, means of the dimensions, and who has not filed."""

    year: int
    districts: tuple[AnnualFigures, ...]
    owed: int
    missing: tuple[str, ...]
    made_on: dt.date
    on: dt.date
    owed_areas: tuple[Decimal | None, ...]

    @property
    def is_demo(self) -> bool:
        """Whether any fiction is in it."""
        return any(row.is_demo for row in self.districts)

    @property
    def reference(self) -> bool:
        """Whether any score is of an unofficial edition."""
        return any(row.reference for row in self.districts)

    @property
    def area(self) -> Decimal:
        """Area of the received districts that give one, km²."""
        return _sum(row.area_km2 for row in self.districts)

    @property
    def without_area(self) -> int:
        """How many of them give none."""
        return sum(row.area_km2 is None for row in self.districts)

    @property
    def owed_area(self) -> Decimal:
        """Area of the districts that owe the self-check, those that give one, km²."""
        return _sum(self.owed_areas)

    @property
    def owed_without_area(self) -> int:
        """How many of them give none."""
        return sum(area is None for area in self.owed_areas)

    def means(self) -> list[tuple[str, Decimal]]:
        """Mean scores of the dimensions."""
        return means_of(self.districts)


def _sum(areas: Iterable[Decimal | None]) -> Decimal:
    return sum((area for area in areas if area), Decimal(0))


def means_of(rows: Iterable[AnnualFigures]) -> list[tuple[str, Decimal]]:
    """(dimension, mean score) over the received tables, two decimals."""
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        for chapter in row.dimensions:
            found.setdefault(chapter.dimension, []).append(chapter.score)
    return [(name, half_up(sum(scores, Decimal(0)) / len(scores))) for name, scores in found.items()]


class CityMarks(NamedTuple):
    """Marks known before the districts are read: whether any is fiction, whether any edition is unofficial."""

    year: int
    is_demo: bool
    reference: bool


def city_marks(year: int) -> CityMarks:
    """Whether any fiction and any score of an unofficial edition is among the received self-checks; one query."""
    counted = TableVersion.objects.filter(counts=True, table__self_check__year=year, table__self_check__status=SelfCheckState.RECEIVED)
    official = Cast(KT("content__edition__official"), BooleanField())
    found = counted.aggregate(demo=BoolOr("table__self_check__district__is_demo"), official=BoolAnd(official))
    return CityMarks(year, bool(found["demo"]), found["official"] is False)


def city_rows(year: int, each: Callable[[AnnualFigures], None] = lambda _: None) -> tuple[AnnualFigures, ...]:
    """All received self-checks of a year without their clauses, which may be a hundred thousand; ``each`` gets every district whole."""
    rows = []
    for row in annual_rows(year):
        each(row)
        rows.append(dataclasses.replace(row, items=(), excluded=(), sections=()))
    return tuple(rows)


def city_figures(year: int, each: Callable[[AnnualFigures], None] = lambda _: None) -> CityFigures:
    """Figures over all received self-checks of ``year``, read as ``city_rows`` does. Raises ``Refused`` when there is none."""
    rows = city_rows(year, each)
    if not rows:
        msg = f"{year}年度尚无已接收的自查，不能出全市报告"
        raise Refused(msg)
    stood = snapshot_state(year)
    received = {row.district.pk for row in rows}
    owing = {row.district_id: row.district for row in owed_on_years([year], kinds=[KEY], on=stood.on) if not row.waived}
    missing = {key: name for key, name in owing.items() if key not in received}
    now = dict(District.objects.filter(pk__in={*received, *missing}).values_list("pk", "area_km2"))
    areas = tuple(stood.area_of(key, area) for key, area in now.items())
    return CityFigures(year, rows, len(areas), tuple(missing.values()), clock.today(), stood.on, areas)
