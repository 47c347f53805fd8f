"""Columns of an archive volume and of its items, declared once; the list of volumes."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn, WholeColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import StateColumn
from greendistrict.core.widgets import OLDEST_YEAR
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.composition.blocks import UNKNOWN

LARGEST = 2**31 - 1
VOLUME = Columns(
    ArchiveVolume,
    title=TextColumn(width=44, example="演示一城（虚构）试点申报"),
    matter_number=TextColumn(width=16, example="SQ-2026-001"),
    kind=TextColumn(width=20, css="gd-nowrap", example="试点申报"),
    year=YearColumn(width=8, example=2026),
    retention=ChoiceColumn(css="gd-nowrap", example="y30"),
    fonds=TextColumn(),
    number=WholeColumn(width=10, most=LARGEST, empty="—"),
    item_count=WholeColumn(label="件数", width=8, most=LARGEST),
    page_count=WholeColumn(label="页数", width=8, most=LARGEST, empty=UNKNOWN),
    confidentiality=ChoiceColumn(width=8, css="gd-nowrap", example="internal"),
    status=StateColumn(ARCHIVE_VOLUME.state, ARCHIVE_VOLUME.choices, width=14),
    note=TextColumn(rows=3, most=2000),
    receiver=TextColumn(),
    receiving_person=TextColumn(),
    handed_over_on=DayColumn(),
)
VOLUME_TOLD = VOLUME.without("item_count", "page_count", "status", "note", "receiving_person")  # by the API
VOLUME_LIST = ListTable(
    VOLUME, "title+matter_number", "year", "retention", "number", "kind", "item_count", "page_count", "confidentiality", "status",
    caption="案卷，新年度的在前", demo="is_demo",
)  # fmt: skip
ITEM = Columns(
    ArchiveItem,
    number=WholeColumn(least=1, most=LARGEST),
    title=TextColumn(),
    responsible=TextColumn(empty=UNKNOWN),
    document_number=TextColumn(),
    dated=DayColumn(empty=UNKNOWN, first=OLDEST_YEAR),
    pages=WholeColumn(least=1, most=LARGEST, empty=UNKNOWN),
    place=TextColumn(label="页号", source="pages", empty=UNKNOWN),  # counted through the volume by its catalogue
    confidentiality=ChoiceColumn(),
    remark=TextColumn(),
    left_out=TextColumn(),
)
