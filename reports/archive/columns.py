"""Columns of an archive volume, declared once."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn, WholeColumn, YearColumn
from reports.archive.models import ArchiveVolume

VOLUME = Columns(
    ArchiveVolume,
    title=TextColumn(example="演示一城（虚构）试点申报"),
    kind=TextColumn(example="试点申报"),
    matter_number=TextColumn(example="SQ-2026-001"),
    year=YearColumn(width=8, example=2026),
    retention=ChoiceColumn(example="y30"),
    fonds=TextColumn(),
    number=WholeColumn(most=2**31 - 1),
    confidentiality=ChoiceColumn(example="internal"),
    receiver=TextColumn(),
    handed_over_on=DayColumn(),
)
