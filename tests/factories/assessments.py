"""Score tables and self-checks of the tests, filled in by the rules of the edition."""

import datetime as dt
from typing import Any

from assessments.common.enums import BuildState, Purpose, ScoringStage
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.versions.services import open_table
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from tests.factories.districts import make_district
from tests.factories.reviews import reference_edition


def published_edition() -> Edition:
    """The reference edition as a district may be set to it."""
    edition = reference_edition()
    if edition.status == "draft":
        Edition.objects.filter(pk=edition.pk).update(status="published")
        edition.refresh_from_db()
    return edition


def good_value(item: Item) -> Any:
    """A stored value that earns full marks."""
    if item.ratio:
        return {"a": "100", "b": "100"} if _higher(item.rule) else {"a": "0", "b": "100"}
    if item.rule["kind"] == "all_of":
        return {one["value"]["key"]: _good(one["rule"], one["value"], item) for one in item.rule["rules"]}
    return _good(item.rule, item.value, item)


def _higher(rule: dict) -> bool:
    if rule["kind"] == "linear":
        return rule["to"]["at"] > rule["from"]["at"]
    return rule.get("better", "higher") == "higher"


def _good(rule: dict, value: dict | None, item: Item) -> Any:
    kind = rule["kind"]
    if kind in {"steps", "linear"}:
        return str(value["max"] if _higher(rule) else value["min"])
    if kind == "pass":
        return True if "op" not in rule else str(value["max"] if ">" in rule["op"] else value["min"])
    if kind == "checklist":
        return [part["key"] for part in rule["parts"]]
    if kind == "choice":
        return max(rule["options"], key=lambda option: option["points"])["key"]
    return str(rule["cap"]) if kind == "count" else str(int(item.points))


def make_table(district, *, purpose: str = Purpose.SELF_CHECK, stage: str = ScoringStage.OPERATION, **kw) -> ScoreTable:
    """An open table under the reference edition."""
    year = kw.pop("year", 2026 if purpose == Purpose.SELF_CHECK else None)
    return open_table(district=district, edition=published_edition(), purpose=purpose, stage=stage, by=None, year=year, **kw)


def fill_table(table: ScoreTable) -> ScoreTable:
    """Give every row the best value."""
    items = rules_for(table.edition).table(table.type, table.stage).items
    rows = list(ScoreRow.objects.filter(table=table))
    for row in rows:
        row.value = good_value(items[row.item_id])
        if items[row.item_id].rule["kind"] == "claimed":
            row.value = "0"
        if table.building:
            row.build_state = row.build_state or BuildState.GOING
    write_columns(rows, ["value", "build_state"])
    return table


def make_self_check(cast, *, district=None, year: int = 2026, filled: bool = True, building: bool = True, **kw) -> SelfCheck:
    """A self-check that is being filled in; ``filled`` means that nothing blocks."""
    stage = Stage.PILOT if building else Stage.DEMONSTRATION
    district = district or make_district(cast, stage=stage, key_areas=["五个新城"])
    table = make_table(district, year=year, building=building)
    if filled:
        fill_table(table)
    report = {section.key: f"{section.title}已开展。" for section in SECTIONS} if filled else {}
    return SelfCheck.objects.create(
        district=district, year=year, table=table, report=report, opened_at=dt.datetime(year, 1, 1, tzinfo=clock.SHANGHAI), **kw
    )
