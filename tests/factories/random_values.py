"""Random score tables: any value that may be stored, in every clause. Seeded, without a database."""

from decimal import Decimal
from random import Random
from typing import Any

from assessments.common.enums import BuildState
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, left_out_by_portal
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ValueProblem
from indicators.scoring.values import check_value

ODD_TEXTS = (
    "", "按计划推进", "=1+1", "@提及 +86", "-5 说明", "第一行\n第二行", "第一行\r\n第二行", "“引号”, 逗号", "0.8", "80%", "1.2万",
    "_x0041_", "true", " 不断行空格\u00a0中", "😀 表情", "长" * 500, "'前撇号", "#N/A", "2024-01-01", "x005F 字样",
)  # fmt: skip


def random_row(table: ScoreTable, item: Item, rng: Random, *, filled: float = 0.8) -> RowData:
    """A row as it may stand in the table."""
    value = random_value(item, rng) if rng.random() < filled and not left_out_by_portal(item, table) else None
    return RowData(
        table_id=table.pk,
        item_id=item.id,
        value=value,
        exclusion_reason=rng.choice(ODD_TEXTS).strip() if item.may_exclude and rng.random() < 0.2 else "",
        absent_reason=rng.choice(ODD_TEXTS).strip() if item.when_absent and rng.random() < 0.2 else "",
        explanation=rng.choice(ODD_TEXTS).strip() if rng.random() < 0.5 else "",
        target=random_value(item, rng) if rng.random() < 0.5 else None,
        build_state=rng.choice(BuildState.values) if table.building else "",
        version=rng.randrange(5),
        evidence=rng.randrange(3),
        pk=0,
    )


def random_rows(table: ScoreTable, rng: Random) -> dict[str, RowData]:
    """Rows of a whole table."""
    items = rules_for(table.edition).table(table.type, table.stage).items
    return {item.id: random_row(table, item, rng, filled=rng.choice((0.2, 0.8, 1.0))) for item in items.values()}


def random_value(item: Item, rng: Random) -> Any:
    """A stored value of a clause; sometimes only half of it."""
    while True:
        try:
            return check_value(item, _raw(item, rng))
        except ValueProblem:  # a ratio out of its limits
            continue


def _raw(item: Item, rng: Random) -> Any:
    if item.ratio:
        whole = rng.randrange(1, 10**6)
        raw = {"a": str(Decimal(rng.randrange(0, whole * 100)) / 100), "b": str(whole)}
        return raw if rng.random() < 0.9 else {"a": raw["a"], "b": ""}
    if item.rule["kind"] == "all_of":
        named = {one["value"]["key"]: _one(one["rule"], one["value"], item, rng) for one in item.rule["rules"]}
        return {key: value for key, value in named.items() if rng.random() < 0.9}
    return _one(item.rule, item.value, item, rng)


def _one(rule: dict, value: dict | None, item: Item, rng: Random) -> Any:
    kind = rule["kind"]
    if kind in {"steps", "linear"} or (kind == "pass" and "op" in rule):
        low, high = Decimal(str(value["min"])), Decimal(str(value["max"]))
        steps = 10 ** value["decimals"]
        return str(Decimal(rng.randint(int(low * steps), int(high * steps))) / steps)
    if kind == "pass":
        return rng.random() < 0.5
    if kind == "checklist":
        return [part["key"] for part in rule["parts"] if rng.random() < 0.5]
    if kind == "choice":
        return rng.choice(rule["options"])["key"]
    return str(rng.randrange(1000 if kind == "count" else int(item.points) + 1))
