"""Clauses of a report: frozen value, points, evidence and reason, and points missing to the target."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assessments.common.enums import BuildState
from districts.indicator_systems.targets import measure_of, meets, reached, said
from greendistrict.documents.citations import Citation
from indicators.scoring.prepare import EditionRules, Item
from indicators.scoring.refusals import ValueProblem
from reports.annual.parts import EvidenceFigures, ItemFigures
from reports.annual.wording import value_words

OUT, ABSENT, UNBUILT = "不参评", "不存在", str(BuildState.NOT_STARTED.label)
HOLDS, FAILS, FILLED, EMPTY = "满足", "不满足", "已填", "未填"
CONTROL, TARGET, PLANNED = "控制项", "年度目标", "预期"
Content = Mapping[str, Any]


def items_of(rules: EditionRules, content: Content, planned: Content, previous: Content) -> tuple[ItemFigures, ...]:
    """Clauses in table order; ``planned`` and ``previous`` are the results of the planning stage and of last year, empty without them."""
    results = (content["result"] or {}, planned, previous)
    scored, before, earlier = ({item["id"]: item for item in result.get("items", ())} for result in results)
    layout = rules.table(content["type"], content["stage"]).items
    rows = ((layout[row["item_id"]], row) for row in content["rows"])
    found = (_item(item, row, content, scored.get(item.id, {}), before.get(item.id, {})) for item, row in rows)
    return tuple(replace(item, previous=_points(earlier.get(item.id, {})), planned=_points(before.get(item.id, {}))) for item in found)


def _points(result: Content) -> str:
    """Points of a clause in another table; empty where it was 不参评."""
    return "" if result.get("excluded") else result.get("points") or ""


def worst_first(item: ItemFigures) -> tuple[bool, Decimal, str]:
    """Sort key of clauses below target: control items first, then by missing points, then by number."""
    return item.basis != CONTROL, -(item.gap or Decimal(0)), item.id


def _item(item: Item, row: Content, content: Content, scored: Content, planned: Content) -> ItemFigures:
    reason = content["exclusions"].get(item.id) or content["absent"].get(item.id) or row["explanation"]
    state = _state(item, row, scored, content)
    counts = state != OUT  # what is out of the reckoning has neither a value nor points: 0 would read as a verdict
    points = (scored.get("points") or "") if counts else ""
    basis, aim, gap = _expected(item, row, planned, points, state) if counts else ("", "", None)
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


def _expected(item: Item, row: Content, planned: Content, points: str, state: str) -> tuple[str, str, Decimal | None]:
    """(basis, expectation in words, missing points): the year's target and the planning score; what is not begun or not filled in is below.

    Missing points are None if every expectation is reached; basis and words are empty if there is none.
    """
    wants = dict(_wants(item, row, planned, points, state))
    missed_ones = {basis: one for basis, one in wants.items() if one[1] is not None}
    if state == FAILS:
        return CONTROL, wants.get(TARGET, (HOLDS, None))[0], Decimal(0)
    told = missed_ones or wants
    basis = next(iter(told), "")
    return (
        basis,
        "，".join(words if kind == basis else f"{kind}{words}" for kind, (words, _) in told.items()),
        max((lost for _, lost in missed_ones.values() if lost is not None), default=None),
    )


def _wants(item: Item, row: Content, planned: Content, points: str, state: str) -> Iterator[tuple[str, tuple[str, Decimal | None]]]:
    """Each expectation of a clause by its basis: in words, and the points missing to it."""
    if wanted := reached(item, row["target"]):
        measure, kept = measure_of(item), "" if state == UNBUILT else reached(item, row["value"])
        below = state != ABSENT and not (kept and meets(measure, kept, wanted))
        yield TARGET, (f"{measure.sign}{said(measure, wanted)}", _lost(item, row["target"], points) if below else None)
    if item.is_control:
        if planned.get("holds"):
            yield PLANNED, (HOLDS, Decimal(0) if state == UNBUILT else None)
    elif planned.get("points") and not planned.get("excluded"):
        lost = Decimal(planned["points"]) - Decimal(points or 0)
        yield PLANNED, (f"{planned['points']}分", lost if lost > 0 else None)


def _lost(item: Item, target: Any, points: str) -> Decimal:
    """Points that a clause would have more if it had reached its target; none for a target that cannot be scored."""
    try:
        worth = item.rate(target) if item.rate is not None and not item.is_control else None
    except ValueProblem:
        worth = None
    return Decimal(0) if worth is None else max(worth - Decimal(points or 0), Decimal(0))


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
