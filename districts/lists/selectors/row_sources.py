"""Figures of a plot, key project or work with source, author and time of entry.

Nothing is stored twice: forms, workbooks, replies and steps of the control table each leave a record, and the newest record that contains
a figure gives its source.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import prefetch_related_objects

from districts.common.enums import Acquisition, ImportKind
from districts.file.models.imports import ListImport
from districts.file.selectors.figure_sources import Origin
from districts.land.green_indicators import indicators, show
from districts.plots.columns import PLOT_ENTERED
from districts.plots.models import Plot, PlotControl
from districts.projects.columns import PROJECT_ENTERED, WORK_ENTERED
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.acting import named
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of
from greendistrict.columns.declared import Columns
from greendistrict.workflow import timeline

Row = Plot | KeyProject | Work
LISTS = {Plot: ImportKind.PLOTS, KeyProject: ImportKind.PROJECTS, Work: ImportKind.WORKS}
FIGURES: dict[type[Row], Columns] = {
    Plot: PLOT_ENTERED.without("number"),
    KeyProject: PROJECT_ENTERED.without("name", "clauses", "plots"),
    Work: WORK_ENTERED.without("name"),
}
STAGES = {"required": "要求值", "designed": "设计值", "built": "建成值"}
TYPED, VALUES = "清单逐条填写", "地块页填写指标值"
CHANGED = "districts.plot_changed"
DEMO, UNKNOWN = "演示数据，由平台生成", "登记时没有记录来源"
WRITTEN = {
    "contract": ("acquired_on", "acquisition"),
    "allocate": ("acquired_on", "acquisition"),
    "begin": ("started_on",),
    **dict.fromkeys(("complete", "complete_short", "correct"), ("built_on", "conforms")),
}


class FigureRecord(NamedTuple):
    """A record that contains figures."""

    at: dt.datetime
    names: frozenset[str]
    source: str
    who: str


def row_origins(row: Row) -> list[Origin]:
    """Known figures in the order of the list's form, then the plot's indicators; at most five queries."""
    if isinstance(row, Plot):
        prefetch_related_objects([row], "indicators")
    known: dict[str, FigureRecord] = {}
    records = [*_edits(row), *_imports(row), *(_steps(row) if isinstance(row, Plot) else ())]
    for record in sorted(records, key=lambda record: record.at):
        known |= dict.fromkeys(record.names, record)
    shown = [(column.name, column.label, column.full_words(column.of(row))) for column in FIGURES[type(row)].values()]
    shown += _values(row) if isinstance(row, Plot) else ()
    return [_origin(row, label, value, known.get(name)) for name, label, value in shown if value]


def _origin(row: Row, label: str, value: str, record: FigureRecord | None) -> Origin:
    if record is None:
        return Origin(label, value, DEMO if row.is_demo else UNKNOWN)
    return Origin(label, value, record.source, record.who, record.at)


def _values(plot: Plot) -> Iterator[tuple[str, str, str]]:
    """Required, designed and built value of each green indicator."""
    rows = {row.key: row for row in plot.indicators.all()}
    for key, known in indicators().items():
        for stage, label in STAGES.items():
            value = show(known, getattr(rows[key], stage)) if key in rows else ""
            yield f"{key}.{stage}", f"{known.name}（{label}）", f"{value} {known.unit}".strip() if value else ""


def _edits(row: Row) -> Iterator[FigureRecord]:
    """Records from forms of the row and of the plot's values."""
    sources = {f"districts.{row._meta.model_name}_save": TYPED, "districts.plot_values": VALUES}
    records = AuditRecord.objects.filter(subject=subject_of(row), action__in=(*sources, CHANGED))
    for record in records:
        source = sources.get(record.action) or f"地块变更：{record.data.get('source', '')}"
        yield FigureRecord(record.at, frozenset(record.data.get("changed", ())), source, record.acting_name)


def _imports(row: Row) -> Iterator[FigureRecord]:
    """Records from workbooks that added or changed the row and were not undone."""
    kind = LISTS[type(row)]
    done = ListImport.objects.filter(district=row.district_id, kind=kind, undone_at=None, rows__contains=[{"id": row.pk}])
    for one in done.select_related("imported_by"):
        entry = next(entry for entry in one.rows if entry["id"] == row.pk)
        names = frozenset(FIGURES[type(row)] if entry["before"] is None else entry["before"])
        yield FigureRecord(one.imported_at, names | _values_in(row, entry), f"从Excel导入：{one.file_name}", named(one, "imported_by"))


def _values_in(row: Row, entry: Mapping[str, Any]) -> frozenset[str]:
    """Indicator values written by an import: all of an added plot, else those that differ from before."""
    if not isinstance(row, Plot):
        return frozenset()
    if entry["before"] is None:
        return frozenset(f"{key}.{stage}" for key in indicators() for stage in STAGES)
    kept = {held.key: held for held in row.indicators.all()}
    return frozenset(
        f"{key}.{stage}"
        for key, before in entry.get("indicators", {}).items()
        for stage, old in zip(STAGES, before, strict=True)
        if key in kept and getattr(kept[key], stage) != old
    )


def _steps(plot: Plot) -> Iterator[FigureRecord]:
    """Records from steps of the control table that decide a figure, and the reply that sets the requirements."""
    control = PlotControl.objects.filter(plot=plot).first()
    if control is None:
        return
    required = frozenset(f"{row.key}.required" for row in plot.indicators.all() if row.by_consultation)
    for record in timeline.of_subject(control):
        names = required if record.action == "reply" else frozenset(WRITTEN.get(record.action, ()))
        number = str(record.facts.get("number") or "")
        source = "　".join(
            part for part in (f"{Acquisition(control.table).label}管控步骤：{timeline.action_label(record)}", number) if part
        )
        yield FigureRecord(record.at, names, source, "　".join(part for part in (record.organisation, record.actor_name) if part))
