"""Obligations as of a day in plain data, for the command line and the API."""

import datetime as dt
from collections.abc import Collection
from typing import TypedDict

from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.duty_table import told_kind
from greendistrict.policy.layers import layers_of
from obligations.duties import Obligation
from obligations.selectors import everything
from obligations.way import How


class Told(TypedDict):
    """One obligation; ``district`` is its code, null if it belongs to no district."""

    key: str
    kind: str
    title: str
    debtor: str
    creditor: str
    district: str | None
    due: str
    how: dict[str, str]
    state: str
    default: bool
    cite: str
    layer: str
    date_layer: str


def told(rows: Collection[Obligation], on: dt.date) -> list[Told]:
    """Obligations as plain data, as of a day."""
    codes = dict(District.objects.filter(pk__in={row.district_id for row in rows}).values_list("pk", "code"))
    layers = {(row.kind, row.rule): layers_of(told_kind(row.kind, row.rule)) for row in rows}
    return [
        {
            "key": row.key,
            "kind": row.kind,
            "title": row.title,
            "debtor": row.organisation,
            "creditor": row.to,
            "district": codes[row.district_id] if row.district_id else None,
            "due": row.due.isoformat(),
            "how": dict(zip(How._fields, row.how, strict=True)),
            "state": row.state(on).value,
            "default": row.is_default_date,
            "cite": row.cite,
            "layer": layers[row.kind, row.rule].duty.value,
            "date_layer": layers[row.kind, row.rule].date.value,
        }
        for row in rows
    ]


def chosen(viewer: Viewer, *, authority: int | None = None, district: int | None = None) -> list[Obligation]:
    """All obligations of a day, or those of a leading body, or those of a district's side."""
    rows = everything(viewer, None if district is None else [district])
    return [row for row in rows if authority is None or authority in row.authority_ids or authority in row.debtor_ids]
