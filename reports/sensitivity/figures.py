"""Rescore received tables from frozen content and compare the results. Writes nothing."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When

from approvals.casework.selectors.titles_on_day import is_being_built, snapshot_of
from assessments.common.enums import BuildState, Purpose
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.selectors.scoring import left_out_by_portal
from greendistrict.core.memoisation import held_reads
from greendistrict.core.rounding import fixed
from indicators.comparison.mapping import MappedClauses, map_clauses
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import score
from indicators.scoring.prepare import EditionRules, Item, prepare
from indicators.scoring.refusals import ScoringRefused, ValueProblem
from indicators.scoring.values import check_value
from reports.annual.figures import BUILDING

CHUNK = 20
GAIN, LOSE, SAME, NO_VERDICT, REFUSED = "gain", "lose", "same", "none", "refused"
Progress = Callable[[int], None]


def received_versions(today: dt.date, edition: Edition | None = None) -> QuerySet[TableVersion]:
    """Versions that count, of tables of one edition or of all, by district, newest first.

    ``no_star``: no star is stated for the table. For self-checks as of the snapshot day, as in the report; for others as filled in.
    """
    with held_reads():
        then = Exists(is_being_built("table__district_id", snapshot_of(OuterRef("table__year"), today)))
    versions = TableVersion.objects.filter(counts=True).select_related("table__district", "table__edition")
    versions = versions.annotate(no_star=Case(When(table__purpose=Purpose.SELF_CHECK, then=then), default=F("table__building")))
    if edition is not None:
        versions = versions.filter(table__edition=edition)
    return versions.order_by("table__district__name_pinyin", "table__district_id", "-table__year", "-pk")


@dataclass(frozen=True)
class TargetEdition:
    """An edition under which tables are scored; and whether clauses keep their numbers because only limits changed."""

    document: Mapping[str, Any]
    same: Edition | None = None

    @cached_property
    def rules(self) -> EditionRules:
        """Rules of the edition, prepared once."""
        return prepare(self.document)

    @cached_property
    def _mapped(self) -> dict[tuple[int, str], MappedClauses]:
        return {}

    def mapping(self, old: Edition, kind: str) -> MappedClauses:
        """Clauses of an old edition matched to this one, computed once per edition and type."""
        if (old.pk, kind) not in self._mapped:
            self._mapped[old.pk, kind] = map_clauses(old.document, self.document, kind=kind)
        return self._mapped[old.pk, kind]


def rows_under(
    under: TargetEdition, versions: QuerySet[TableVersion], *, report_progress: Progress = lambda _: None
) -> Iterator[dict[str, Any]]:
    """Score every version under another edition; ``report_progress`` is called with the number done."""
    for done, version in enumerate(versions.iterator(chunk_size=CHUNK), start=1):
        yield row_of(under, version)
        if done % CHUNK == 0:
            report_progress(done)


def row_of(under: TargetEdition, version: TableVersion) -> dict[str, Any]:
    """A received table before and after, as it is stored.

    Totals are text, ``kind`` is a word of this module, ``said`` the change of star in words.
    ``lost`` counts values without a counterpart in the other edition.
    """
    table, before = version.table, version.content["result"] or {}
    given, lost = _inputs(under, version)
    no_star: bool = vars(version)["no_star"]
    common: dict[str, Any] = {
        "district": table.district.name, "code": table.district.code, "demo": table.district.is_demo, "table": table.pk,
        "title": f"{table.year or ''}{'年度' if table.year else ''}{table.get_purpose_display()}".replace("年度年度", "年度"),
        "edition": table.edition.code, "before": before.get("total") or "", "lost": lost,
        "level_before": "" if no_star else _label(rules_for(table.edition), before.get("level")),
    }  # fmt: skip
    try:
        result = score(under.rules, table.type, table.stage, *given)
    except ScoringRefused as refused:
        return {**common, "after": "", "level_after": "", "change": "", "kind": REFUSED, "said": refused.reason}
    change = result.total - Decimal(before["total"]) if before.get("total") else None
    ranks = [_rank(rules_for(table.edition), before.get("level")), _rank(under.rules, result.level)]
    kind, said = (NO_VERDICT, BUILDING) if no_star else _verdict(ranks, _label(under.rules, result.level))
    return {
        **common,
        "after": str(result.total),
        "level_after": "" if no_star else _label(under.rules, result.level),
        "change": "" if change is None else fixed(change, signed=bool(change)),
        "kind": kind,
        "said": said,
    }


def _verdict(ranks: list[int], label: str) -> tuple[str, str]:
    if ranks[0] == ranks[1]:
        return SAME, "星级不变"
    if ranks[1] > ranks[0]:
        return GAIN, f"升至{label}"
    return LOSE, f"降为{label}" if ranks[1] else "失去星级"


def _rank(rules: EditionRules, level: str | None) -> int:
    return next((at for at, one in enumerate(rules.levels, start=1) if one.key == level), 0)


def _label(rules: EditionRules, level: str | None) -> str:
    return next((one.label for one in rules.levels if one.key == level), "未达星级")


Inputs = tuple[dict[str, Any], dict[str, str], dict[str, str]]


def _inputs(under: TargetEdition, version: TableVersion) -> tuple[Inputs, int]:
    """Frozen values, exclusions and declarations as input of the other edition, and the number of values without a counterpart."""
    table, content = version.table, version.content
    exclusions, absent = dict(content["exclusions"]), dict(content["absent"])
    values = {row["item_id"]: row["value"] for row in content["rows"] if _counts(content["building"], row, exclusions, absent)}
    if under.same is not None and table.edition_id == under.same.pk:
        return (values, exclusions, absent), 0
    return _carried(under, table, (values, exclusions, absent))


def _counts(building: bool, row: Mapping[str, Any], exclusions: Mapping[str, str], absent: Mapping[str, str]) -> bool:  # noqa: FBT001 -- as frozen
    unbuilt = building and row["build_state"] == BuildState.NOT_STARTED
    return row["value"] is not None and not unbuilt and row["item_id"] not in exclusions and row["item_id"] not in absent


def _carried(under: TargetEdition, table: ScoreTable, given: Inputs) -> tuple[Inputs, int]:
    values, exclusions, absent = given
    found: Inputs = ({}, {}, {})
    items = under.rules.tables[table.type, table.stage].items if (table.type, table.stage) in under.rules.tables else {}
    taken = 0
    for pair in under.mapping(table.edition, table.type).pairs:
        item, old = items.get(pair.new.id), pair.old.id
        if item is None:
            continue
        if old in exclusions and pair.carries_exclusion:
            found[1][item.id] = exclusions[old]
        elif old in absent and pair.carries and item.when_absent:
            found[2][item.id] = absent[old]
        elif old in values and pair.carries and (value := _admitted(item, values[old])) is not None:
            found[0][item.id] = value
            taken += 1
    for item in items.values():
        if left_out_by_portal(item, table):
            found[1][item.id] = "不在政策所列重点区域内"
    return found, len(values) - taken


def _admitted(item: Item, value: Any) -> Any:
    try:
        return check_value(item, value)
    except ValueProblem:
        return None


def tally(rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Number of tables by effect on their star, with words."""
    words = {GAIN: "升星", LOSE: "降星或失去星级", SAME: "星级不变", NO_VERDICT: "建设期不作结论", REFUSED: "不能评分"}
    return [(word, sum(row["kind"] == kind for row in rows)) for kind, word in words.items()]


@dataclass(frozen=True)
class SensitivityOutcome:
    """Result of a computation: the edition, changed limits, rows."""

    edition: Edition
    changes: list[dict[str, str]]
    rows: list[dict[str, Any]]

    @property
    def is_demo(self) -> bool:
        """Whether any row is of a demo district."""
        return any(row["demo"] for row in self.rows)
