"""Clauses of a report: frozen value, points, evidence and reason, and points missing to the target."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessments.common.enums import BuildState
from districts.indicator_systems.targets import missed, said
from greendistrict.documents.citations import Citation
from indicators.scoring.prepare import EditionRules, Item
from indicators.scoring.refusals import ValueProblem
from reports.annual.parts import EvidenceFigures, ItemFigures
from reports.annual.wording import value_words

OUT, ABSENT, UNBUILT = "不参评", "不存在", str(BuildState.NOT_STARTED.label)
HOLDS, FAILS, FILLED, EMPTY = "满足", "不满足", "已填", "未填"
CONTROL, TARGET, PLANNED = "控制项", "年度目标", "预期"
Content = Mapping[str, Any]


def items_of(rules: EditionRules, content: Content, planned: Mapping[str, Any]) -> tuple[ItemFigures, ...]:
    """Clauses in table order; ``planned`` is the result of the planning stage, empty if there is none."""
    scored = {item["id"]: item for item in (content["result"] or {}).get("items", ())}
    before = {item["id"]: item for item in planned.get("items", ())}
    layout = rules.table(content["type"], content["stage"]).items
    rows = ((layout[row["item_id"]], row) for row in content["rows"])
    return tuple(_item(item, row, content, scored.get(item.id, {}), before.get(item.id, {})) for item, row in rows)


def worst_first(item: ItemFigures) -> tuple[bool, Decimal, str]:
    """Sort key of clauses below target: control items first, then by missing points, then by number."""
    return item.basis != CONTROL, -(item.gap or Decimal(0)), item.id


def _item(item: Item, row: Content, content: Content, scored: Content, planned: Content) -> ItemFigures:
    reason = content["exclusions"].get(item.id) or content["absent"].get(item.id) or row["explanation"]
    state = _state(item, row, scored, content)
    counts = state != OUT  # what is out of the reckoning has neither a value nor points: 0 would read as a verdict
    points = (scored.get("points") or "") if counts else ""
    basis, aim, gap = _below(item, row, points, planned) if state in {HOLDS, FAILS, FILLED, EMPTY} else ("", "", None)
    if state == FAILS:
        basis, aim, gap = CONTROL, aim or HOLDS, Decimal(0)
    return ItemFigures(
        id=item.id,
        chapter=item.chapter,
        title=item.title,
        kind=item.kind,
        value=value_words(item, row["value"]) if counts else "",
        points=points,
        most="" if item.is_control else str(item.points.normalize() + 0),
        state=state,
        evidence=len(row["evidence"]),
        reason=reason,
        files=tuple(_file(entry) for entry in row["evidence"]),
        basis=basis,
        aim=aim,
        gap=gap,
    )


def _below(item: Item, row: Content, points: str, planned: Content) -> tuple[str, str, Decimal | None]:
    """(basis, target in words, missing points): below the year's target as on the page, else below the planning score."""
    short = missed(item, row["value"], row["target"])
    if short:
        measure, _, wanted = short
        try:
            worth = item.rate(row["target"]) if item.rate is not None else None
        except ValueProblem:  # a target that cannot be scored
            worth = None
        lost = Decimal(0) if worth is None or not points else max(worth - Decimal(points), Decimal(0))
        return TARGET, f"{measure.sign}{said(measure, wanted)}", lost
    if row["target"] is None and points and planned.get("points") and Decimal(planned["points"]) > Decimal(points):
        return PLANNED, f"{planned['points']}分", Decimal(planned["points"]) - Decimal(points)
    return "", "", None


def _state(item: Item, row: Content, scored: Content, content: Content) -> str:
    if item.id in content["exclusions"] or scored.get("excluded"):
        return OUT
    if item.id in content["absent"]:
        return ABSENT
    if row["build_state"] == "not_started" and content["building"]:
        return UNBUILT
    if item.is_control:
        return HOLDS if scored.get("holds") else FAILS
    return FILLED if row["value"] is not None else EMPTY


def _file(entry: Content) -> EvidenceFigures:
    place = Citation.of(entry)
    known = EvidenceFigures(entry["title"], entry["version"], place.page, entry["valid_to"] or "", entry["sha256"])
    return known._replace(page_end=place.page_end, passage=place.passage)
