"""Registry of the plausibility rules in display order, and the functions that apply them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from assessments.plausibility import cross_row_rules, row_rules
from assessments.plausibility.row_rules import RowInput, TableInput, against_known, against_last_year, against_peers, target
from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits

RowRule = Callable[[RowInput, TableInput, PlausibilityLimits], Iterable[PlausibilityFinding]]
SheetRule = Callable[[TableInput, PlausibilityLimits], Iterable[PlausibilityFinding]]


class PlausibilityRule(NamedTuple):
    """A rule by name, with its title and the source of its limit."""

    key: str
    title: str
    source: str


RULES = {
    rule.key: rule
    for rule in (
        PlausibilityRule("complete", "填报", "平台规则"),
        PlausibilityRule("confirmed", "带入值的确认", "平台规则"),
        PlausibilityRule("reasoned", "改写带入值的理由", "平台规则"),
        PlausibilityRule("range", "取值范围", "条文取值要求"),
        PlausibilityRule("numerator", "分子与分母", "条文计算方法"),
        PlausibilityRule("fraction", "百分数与小数", "条文计量单位"),
        PlausibilityRule("unit_jump", "单位数量级", "上年已接收的自查，单位跳变的允差是平台参数"),
        PlausibilityRule("year_outlier", "与上年相比", "上年已接收的自查，变幅是平台参数"),
        PlausibilityRule("peer_outlier", "与同类城区相比", "同类城区已接收的自查，离散程度是平台参数"),
        PlausibilityRule("known", "与平台数据相比", "平台登记的数据，允差是平台参数"),
        PlausibilityRule("sums", "部分与合计", "条文取值口径，允差是平台参数"),
        PlausibilityRule("area", "与城区面积相比", "城区档案的规划范围面积，允差是平台参数"),
        PlausibilityRule("evidence_required", "须附佐证材料", "条文佐证要求"),
        PlausibilityRule("evidence", "佐证材料", "条文佐证要求"),
        PlausibilityRule("expired", "佐证材料有效期", "材料有效期"),
        PlausibilityRule("shared", "同一成果重复计分", "条文互斥规定"),
        PlausibilityRule("target", "年度目标或目标路径", "指标体系，没有设当年目标的按现状值与各年目标之间的直线推算"),
        PlausibilityRule("control", "控制项", "评价标准控制项"),
        PlausibilityRule("unsigned", "分工签认", "填报分工"),
    )
}
PER_ROW: dict[str, tuple[RowRule, ...]] = {
    "cheap": (row_rules.complete, row_rules.confirmed, row_rules.reasoned, row_rules.holds, row_rules.evidence, row_rules.valid),
    "full": (
        row_rules.numerator,
        row_rules.within,
        against_last_year,
        against_peers,
        against_known,
        target,
    ),
}
ACROSS: dict[str, tuple[SheetRule, ...]] = {"cheap": (cross_row_rules.scored,), "full": (cross_row_rules.sums,)}
# Rules applied while typing: the row itself, last year and the target. Worst first.
TYPED: tuple[RowRule, ...] = (
    row_rules.numerator,
    row_rules.within,
    row_rules.reasoned,
    against_last_year,
    target,
)
CHEAP = ("cheap",)
ALL = ("cheap", "full")


def check(sheet: TableInput, limits: PlausibilityLimits, kinds: Collection[str] = ALL) -> list[PlausibilityFinding]:
    """All findings: those of the whole table first, then row by row in table order, shared evidence last.

    ``kinds`` limits the rules: ``CHEAP`` are those that read only the row itself, used for the totals after every save.
    """
    found = [one for kind in kinds for rule in ACROSS[kind] for one in rule(sheet, limits)]
    whole = [one for one in found if not one.item_id]
    bound = [one for one in found if one.item_id]
    for entry in sheet.entries.values():
        whole += _of_row(entry, sheet, limits, kinds)
        whole += [one for one in bound if one.item_id == entry.item.id]
    return [_sourced(one) for one in (*whole, *cross_row_rules.shared(sheet, limits))]


def typed(entry: RowInput, sheet: TableInput, limits: PlausibilityLimits) -> list[PlausibilityFinding]:
    """Findings of one row that its page shows while typing, worst first; the same rules as before submission."""
    return [_sourced(replace(one, item_id=entry.item.id)) for rule in TYPED for one in rule(entry, sheet, limits)]


def _of_row(entry: RowInput, sheet: TableInput, limits: PlausibilityLimits, kinds: Collection[str]) -> Iterator[PlausibilityFinding]:
    for kind in kinds:
        for rule in PER_ROW[kind]:
            for one in rule(entry, sheet, limits):
                yield replace(one, item_id=entry.item.id)


def _sourced(one: PlausibilityFinding) -> PlausibilityFinding:
    return one if one.source else replace(one, source=RULES[one.rule].source)
