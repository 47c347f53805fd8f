"""Look up a score table for a view."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from assessments.tables.models import ScoreTable
from assessments.tables.rules import sees_live_rows
from assessments.tables.selectors.tables import score_tables_visible_to, table_worked_on
from assessments.tables.services.cells import LONGEST
from assessments.tables.services.rows import FIELDS
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.integers import whole
from indicators.scoring.prepare import Item

NONE_OF_THEM = "-"
TEXT_FIELDS = ("build_state", *LONGEST)


def field_name(item_id: str, field: str, part: str = "") -> str:
    """Name of an input: ``7.2.19-value-nzeb``."""
    return "-".join(filter(None, (item_id, field, part)))


def raw_value(item: Item, data: QueryDict, *, touched: bool) -> Any:
    """Value as typed. ``touched``: the user acted on this cell, so that an empty checklist is an answer (nothing applies)."""
    name = field_name(item.id, "value")
    if item.ratio:
        return {entry["key"]: data.get(f"{name}-{entry['key']}", "") for entry in item.data["inputs"]}
    if item.rule["kind"] == "all_of":
        parts = {entry["value"]["key"]: entry["rule"] for entry in item.rule["rules"]}
        return {key: _one(rule, data, f"{name}-{key}", touched=touched) for key, rule in parts.items()}
    return _one(item.rule, data, name, touched=touched)


def _one(rule: Mapping[str, Any], data: QueryDict, name: str, *, touched: bool) -> Any:
    if rule["kind"] != "checklist":
        return data.get(name, "")
    chosen = [key for key in data.getlist(name) if key != NONE_OF_THEM]
    said = touched or NONE_OF_THEM in data.getlist(name) or f"{name}-had" in data
    return chosen if chosen or said else None


def typed_fields(item: Item, data: QueryDict) -> dict[str, Any]:
    """All fields of a row contained in the form, as typed."""
    found = {field: data[field_name(item.id, field)] for field in TEXT_FIELDS if field_name(item.id, field) in data}
    return {"value": raw_value(item, data, touched=False), **found} if field_name(item.id, "shown") in data else found


def typed_field(item: Item, field: str, data: QueryDict) -> Any:
    """One field as typed, for autosave."""
    if field == "value":
        return raw_value(item, data, touched=True)
    return data.get(field_name(item.id, field), "") if field in FIELDS else ""


def version_of(item_id: str, data: QueryDict) -> int:
    """Version that the page showed; -1 if missing, so that nothing is overwritten."""
    return whole(data.get(field_name(item_id, "version")), -1)


def seen_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table with its self-check if the user sees it. Raises ``Http404``."""
    return get_object_or_404(score_tables_visible_to(viewer).select_related("self_check"), pk=pk)


def live_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table if the user sees its live rows. Raises ``Http404``."""
    table = seen_table(viewer, pk)
    if not sees_live_rows(viewer.held, table):
        raise Http404
    return table


def filled_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table with everything needed to fill it in (``table_worked_on``). Raises ``Http404``."""
    table = table_worked_on(viewer, pk)
    if table is None:
        raise Http404
    return table
