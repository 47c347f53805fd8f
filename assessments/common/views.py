"""Parts of pages shared by filed matters: lists, offered steps, the timeline."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import ListTable, RowAddress, ShownList
from greendistrict.core.errors import Refusal
from greendistrict.documents.downloads import list_workbook
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import Offered

# Helpers shared by lists of filed matters: page and workbook.

EXPORT_ROWS = 5_000


def list_page(viewer: Viewer, table: ListTable, page: Page[Any], route: str, lines: Iterable[Any] | None = None) -> ShownList:
    """The rows of a page of the list, or its ``lines`` as a selector made them, each leading to ``route``."""
    rows = table.read(cast("QuerySet[Any]", page.object_list)) if lines is None else table.rows_of(lines)
    return table.html(rows, viewer.today, RowAddress(route), first=page.start_index())


def list_export(request: HttpRequest, table: ListTable, found: QuerySet[Any] | list[Any], unit: str, *, action: str) -> HttpResponse:
    """The list of rows or lines as a workbook, which tells how many there are; the download is audited as ``action``."""
    name, rows = table.caption, table.rows_of(found) if isinstance(found, list) else table.read(found)
    content = table.book(rows, viewer_of(request).today, name, f"{name}（{len(rows)}{unit}）")
    return list_workbook(request, content, name=name, action=action, rows=len(rows))


# Offered steps and timeline entries as shown on pages.

MOST_REFUSALS = 3


def without_fields(offers: Iterable[Offered]) -> list[Offered]:
    """Offered steps for somebody who does not fill in the page: reasons without links to fields that are not there."""
    return [replace(one, refusals=tuple(replace(why, field="") for why in one.refusals)) for one in offers]


def short_offer(offer: Offered) -> Offered:
    """The offered step cut to its first few refusals; the page 提交前核对 lists them all."""
    if not (more := len(offer.refusals[MOST_REFUSALS:])):
        return offer
    rest = Refusal(f"另有{more}处未填或须更正，见提交前核对")
    return replace(offer, refusals=(*offer.refusals[:MOST_REFUSALS], rest))


def timeline_entry(record: TransitionRecord) -> dict[str, Any]:
    """One step of the timeline as template context."""
    who = "　".join(filter(None, (record.organisation, record.actor_name, record.seat.partition("（")[0])))
    return {"at": record.at, "title": timeline.action_label(record), "who": who, "note": record.reason}
