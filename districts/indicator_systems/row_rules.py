"""Rules for a row of an indicator system: measure, allowed values, missing parts. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.urls import reverse

from districts.common.enums import Dimension, SystemStatus
from districts.indicator_systems.models import FIRST_YEAR, LAST_YEAR, IndicatorRow, IndicatorSystem, Term, covered
from districts.indicator_systems.targets import RANGE, Measure, measure_of, meets, own_measure, read, show
from greendistrict.core.errors import Refusal
from greendistrict.core.number_parsing import plain
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ValueProblem

CARBON = "carbon"
CARBON_TITLE = "碳排放强度"
CARBON_UNIT = "kgCO₂e/(m²·a)"
CARBON_STAGES = 2
TARGETS = ("near", "mid", "long")
MEASURED = ("baseline", *TARGETS)
VALUES = (*MEASURED, "baseline_year", "department", "source")
LACKING = (*TARGETS, "department", "source", "baseline")  # what a row may lack, in the order in which it is told
SHOWN_KEYS = 6
FIELD: Any = IndicatorRow._meta.get_field
LONGEST = {name: FIELD(name).max_length for name in ("department", "source", "exclusion_reason")}
LABELS = {name: FIELD(name).verbose_name for name in VALUES}


def measure_for(row: IndicatorRow, items: Mapping[str, Item]) -> Measure:
    """Measure of a row: from its clause, or from its own rule."""
    return measure_of(items[row.item_id]) if row.item_id else own_measure(row.rule, row.unit)


def may_leave(row: IndicatorRow, items: Mapping[str, Item]) -> bool:
    """Whether the edition permits excluding the clause with a reason."""
    return bool(row.item_id) and items[row.item_id].may_exclude


def checked_values(row: IndicatorRow, values: Mapping[str, Any], items: Mapping[str, Item]) -> tuple[dict[str, Any], list[Refusal]]:
    """Typed values in stored form, and all their errors by field.

    ``taking_part`` is a bool, ``baseline_year`` an int or None, the others are texts as typed.
    """
    measure, found, problems = measure_for(row, items), dict[str, Any](), list[Refusal]()
    for name in MEASURED:
        if name in values:
            try:
                found[name] = read(measure, str(values[name]))
            except ValueProblem as problem:
                problems.append(Refusal(str(problem), field=name))
    for name, most in LONGEST.items():
        if name in values:
            found[name] = str(values[name]).strip()
            if len(found[name]) > most:
                problems.append(Refusal(f"最多{most}字", field=name))
    year = values.get("baseline_year")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        problems.append(Refusal(f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间", field="baseline_year"))
    found |= {name: values[name] for name in ("baseline_year", "taking_part") if name in values}
    problems += _exclusion_problems(row, found, items)
    if not problems and set(TARGETS) & set(found):
        problems += out_of_order(row, measure, {name: found.get(name, getattr(row, name)) for name in MEASURED})
    return found, problems


def out_of_order(row: IndicatorRow, measure: Measure, kept: Mapping[str, str]) -> list[Refusal]:
    """Targets that are worse than an earlier stage's, and a carbon intensity whose last stage misses the plan's target.

    ``kept``: baseline and targets in stored form. Ranges and rows that take no part have no order.
    """
    staged = [(name, kept[name]) for name in TARGETS if kept[name]]
    found = []
    for (before, earlier), (name, target) in pairwise(staged):
        if measure.kind != RANGE and not meets(measure, target, earlier):
            words = f"{LABELS[name]}{show(measure, target)}不如{LABELS[before]}{show(measure, earlier)}，各阶段目标应逐步提高"
            found.append(Refusal(words, field=name))
    limit = row.system.plan.carbon_intensity_target if row.key == CARBON and staged else None
    if not found and limit is not None and Decimal(staged[-1][1]) > limit:
        words = f"{LABELS[staged[-1][0]]}{staged[-1][1]}高于专业规划的碳排放强度控制目标{plain(limit)}"
        found.append(Refusal(words, field=staged[-1][0], cite="七（一）3"))
    return found


def _exclusion_problems(row: IndicatorRow, found: Mapping[str, Any], items: Mapping[str, Item]) -> list[Refusal]:
    taking_part = found.get("taking_part", row.taking_part)
    reason = found.get("exclusion_reason", row.exclusion_reason)
    if not taking_part and not may_leave(row, items):
        text = f"条文{row.item_id}不允许不参评" if row.item_id else "标准以外的指标没有不参评，不需要的可以删除"
        return [Refusal(text, field="taking_part")]
    if not taking_part and not reason:
        return [Refusal("不参评要写明理由", field="exclusion_reason")]
    if taking_part and reason:
        return [Refusal("参评的条文不填不参评理由", field="exclusion_reason")]
    return []


def carbon_stages(system: IndicatorSystem, rows: Iterable[IndicatorRow]) -> list[tuple[int, str]]:
    """Year and carbon intensity of each stage whose year is set."""
    row = next((row for row in rows if row.key == CARBON), None)
    return target_points(system, row) if row else []


def target_points(system: IndicatorSystem, row: IndicatorRow) -> list[tuple[int, str]]:
    """(year, target) of the targets that are set, by year."""
    pairs = [(getattr(system, f"{term}_year"), getattr(row, term)) for term in TARGETS]
    return [(year, target) for year, target in pairs if year and target]


def baseline_of(row: IndicatorRow) -> tuple[int, str] | None:
    """Year and value of the baseline if both are known."""
    return (row.baseline_year, row.baseline) if row.baseline_year and row.baseline else None


def missing(system: IndicatorSystem, rows: Sequence[IndicatorRow]) -> list[Refusal]:
    """All reasons against handing the version up, grouped for reading, each with the field or the rows where it is mended."""
    page = f"{reverse('districts:indicator_system', args=[system.district.code])}?v={system.number}"
    found = [
        Refusal(f"请填写{Term(term).label}目标年", field=f"{term}_year", href=f"{page}#years-{term}_year")
        for term in TARGETS
        if not getattr(system, f"{term}_year")
    ]
    for name in LACKING:
        if lacking := [row.key for row in rows if lacks(row, name)]:
            words = "的基准年和基准值只填了一项" if name == "baseline" else f"未填{LABELS[name]}"
            found.append(Refusal(f"{len(lacking)}条指标{words}：{_keys(lacking)}", href=f"{page}&lacking={name}#indicators"))
    found += _policy_gaps(system, rows)
    if system.status == SystemStatus.DRAFT and not system.by_change:
        found += _disorder(system, [row for row in rows if row.taking_part and row.key != CARBON])
    return [why if why.href else replace(why, href=f"{page}#indicators") for why in found]


def _disorder(system: IndicatorSystem, rows: Sequence[IndicatorRow]) -> list[Refusal]:
    """Rows stored out of order before the form refused it; a version handed up already is not asked again."""
    items = rules_for(system.edition).items
    wrong = [row.key for row in rows if out_of_order(row, measure_for(row, items), {name: getattr(row, name) for name in MEASURED})]
    return [Refusal(f"{len(wrong)}条指标的分阶段目标后一阶段不如前一阶段：{_keys(wrong)}")] if wrong else []


def lacks(row: IndicatorRow, name: str) -> bool:
    """Whether a row that takes part lacks one of ``LACKING``; ``baseline``: one half of it. The carbon intensity has rules of its own."""
    if not row.taking_part or row.key == CARBON:
        return False
    return bool(row.baseline) != bool(row.baseline_year) if name == "baseline" else not getattr(row, name)


def _policy_gaps(system: IndicatorSystem, rows: Sequence[IndicatorRow]) -> list[Refusal]:
    policy_gaps = []
    lacking = [name for name in Dimension.values if name not in covered(rows)]
    if lacking:
        text = f"指标体系未覆盖{'、'.join(lacking)}"
        policy_gaps.append(Refusal(text, rule="七（一）1", cite="七（一）1", required="五个方面均有参评并设目标的指标（平台理解）"))
    if len(carbon_stages(system, rows)) < CARBON_STAGES:
        policy_gaps.append(Refusal("碳排放强度的分阶段目标不足两个", rule="七（一）3", required="至少两个阶段（平台理解）"))
    return policy_gaps


def _keys(keys: Sequence[str]) -> str:
    shown = "、".join(keys[:SHOWN_KEYS])
    return f"{shown}等" if len(keys) > SHOWN_KEYS else shown
