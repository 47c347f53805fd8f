"""合理性检查 of a stored table: rows compared with last year, with peers and with the district's figures, with explanations given.

Also here: Findings of the check before submission, and which of them block.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Count

from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.check import RowFinding, entry_of, files_of, finding
from assessments.plausibility import registry
from assessments.plausibility.registry import RULES
from assessments.plausibility.row_rules import DistrictFacts, RowInput, TableInput, figures_of
from assessments.prefill.sources import compared_values
from assessments.sharing.models import ShareState
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.selectors.scoring import RowData, Scored, live_rows, score_rows
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from greendistrict.accounts.acting import named
from greendistrict.core import memoisation
from greendistrict.policy import parameters

HECTARES = 100
MOST_PEERS = 200


def full_findings(table: ScoreTable, scored: Scored, rows: Mapping[str, RowData], today: dt.date) -> list[RowFinding]:
    """All findings of the rules in the rows today, in table order, with the explanations that are still valid."""
    sheet = sheet_of(table, scored, rows, today)
    limits = limits_of(parameters.load())
    found = [*registry.check(sheet, limits), *unsigned(table)]
    return answered(table, [finding(one, scored, limits) for one in found])


def unsigned(table: ScoreTable) -> list[PlausibilityFinding]:
    """Shares of the table that are not signed off."""
    shares = table.shares.filter(status=ShareState.OPEN).annotate(count=Count("rows")).select_related("organisation", "person")
    source = RULES["unsigned"].source
    return [
        PlausibilityFinding(
            "unsigned", f"分派给{share.assignee}的{share.count}条尚未签认", part=str(share.pk), value=f"{share.count}条", source=source
        )
        for share in shares
    ]


def sheet_of(table: ScoreTable, scored: Scored, rows: Mapping[str, RowData], today: dt.date) -> TableInput:
    """Input of the rules for the whole table; the number of queries does not depend on the number of rows."""
    files, last, peers, known = files_of(table), last_year(table), peer_figures(table, scored), compared_values(table, today)
    entries: dict[str, RowInput] = {}
    for item in scored.table.items.values():
        if item.id in rows:
            beside = {"last": last.get(item.id), "peers": peers.get(item.id, {}), "known": known.get(item.id)}
            entries[item.id] = entry_of(table, scored, item, rows[item.id], files, **beside)
    return TableInput(entries, today, table.edition.code, district_facts(table), scored.refusal)


def last_year(table: ScoreTable) -> dict[str, Any]:
    """Values by item from the received version of last year's table; empty if it is under another edition."""
    if table.previous_id is None:
        return {}
    counting = TableVersion.objects.filter(table=table.previous_id, counts=True, table__edition=table.edition_id)
    found: list[dict[str, Any]] = counting.values_list("content__rows", flat=True).first() or []
    return {row["item_id"]: row["value"] for row in found if not row["exclusion_reason"] and not row["absent_reason"]}


def peer_figures(table: ScoreTable, scored: Scored) -> dict[str, dict[str, tuple[Decimal, ...]]]:
    """Figures by item and part from the newest received self-check of every other district of the same type and edition.

    Districts under construction are compared with each other only, and so are demo districts.
    """
    peers = TableVersion.objects.filter(
        counts=True,
        table__edition=table.edition_id,
        table__type=table.type,
        table__stage=table.stage,
        table__building=table.building,
        table__district__is_demo=table.district.is_demo,
    ).exclude(table__district=table.district_id)
    newest = peers.order_by("table__district_id", "-table__year", "-pk").distinct("table__district_id")[:MOST_PEERS]
    found: dict[str, dict[str, list[Decimal]]] = {}
    for rows in newest.values_list("content__rows", flat=True):
        for row in rows:
            _add(found, scored, row)
    return {item: {part: tuple(numbers) for part, numbers in parts.items()} for item, parts in found.items()}


def _add(found: dict[str, dict[str, list[Decimal]]], scored: Scored, row: Mapping[str, Any]) -> None:
    """Collect the figures of a frozen row that has an answer."""
    item = scored.table.items.get(row["item_id"])
    if item is None or row["exclusion_reason"] or row["absent_reason"]:
        return
    for part, figure in figures_of(item, row["value"]).items():
        found.setdefault(item.id, {}).setdefault(part, []).append(figure.number)


def district_facts(table: ScoreTable) -> DistrictFacts:
    """Figures of the district's file used by relations between figures."""
    area = table.district.area_km2
    return DistrictFacts({"area": area * HECTARES} if area else {})


def answered(table: ScoreTable, findings: Iterable[RowFinding]) -> list[RowFinding]:
    """Attach explanations to their findings; an explanation written for another value no longer applies."""
    given = {(one.rule, one.item_id, one.part): one for one in FindingAnswer.objects.filter(table=table).select_related("by")}
    return [_with_answer(one, given.get((one.rule, one.item_id, one.part))) for one in findings]


def _with_answer(one: RowFinding, given: FindingAnswer | None) -> RowFinding:
    if given is None or given.value != one.value:
        return one
    return replace(one, answer=given.text, answered_by=named(given, "by"), blocks=one.blocks and not one.explain)


def frozen_findings(findings: Iterable[RowFinding]) -> list[dict[str, str]]:
    """Advisory findings with their explanations, in the form a version keeps for its reviewers."""
    names = ("rule", "item_id", "part", "text", "value", "limit", "source", "answer", "answered_by")
    return [{**{name: getattr(one, name) for name in names}, "title": one.rule_title} for one in findings if one.rule and not one.blocks]


def checked(table: ScoreTable, today: dt.date) -> tuple[Scored, list[RowFinding]]:
    """The score of the table as it stands, and all findings of the check before submission in the rows, blocking ones first."""
    return memoisation.once(_checked, table, today)


def _checked(table: ScoreTable, today: dt.date) -> tuple[Scored, list[RowFinding]]:
    rows = live_rows(table)[table.pk]
    scored = score_rows(table, rows.values())
    return scored, sorted(full_findings(table, scored, rows, today), key=lambda one: not one.blocks)


def findings(table: ScoreTable, today: dt.date) -> list[RowFinding]:
    """All findings of the check before submission in the rows, blocking ones first."""
    return checked(table, today)[1]
