"""Rows of a submitted version of a score table in words, as frozen."""

from collections.abc import Mapping
from typing import Any

from assessments.tables.models import ScoreTable
from assessments.tables.selectors.widgets import exact_words
from indicators.editions.selectors import rules_for


def version_lines(table: ScoreTable, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a frozen version in words, with the frozen figures."""
    items = rules_for(table.edition).items
    results = {one["id"]: one for one in (content["result"] or {}).get("items", ())}
    lines = []
    for row in content["rows"]:
        found = results.get(row["item_id"], {})
        points = "不参评" if found.get("excluded") else found.get("points") or ("满足" if found.get("holds") else "不满足")
        note = row["exclusion_reason"] or row["absent_reason"] or content["exclusions"].get(row["item_id"]) or row["explanation"]
        words = exact_words(items[row["item_id"]], row["value"])
        lines.append({**row, "points": points, "note": note, "words": words, "files": len(row["evidence"])})
    return lines
