"""Lists on the district page, and sources of a row's values."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db.models import Sum, prefetch_related_objects

from districts.common.enums import Acquisition, ImportKind
from districts.file.models.district import District, ListImport
from districts.file.selectors.figure_sources import Origin
from districts.file.selectors.lists import is_fixed
from districts.land.green_indicators import indicators, show
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from districts.plausibility.plot_sizes import LABELS
from districts.plausibility.services import Questions
from districts.plausibility.undertakings import PROJECT_DAYS, WORK_DAYS
from districts.plots.columns import PLOT_ENTERED, PLOT_LIST
from districts.plots.models import Plot, PlotControl
from districts.plots.selectors.board import LIST_ROWS, list_rows, sums_of, totals_of
from districts.plots.workbook import SIZES, asked_of, surroundings
from districts.projects.checks import asked_of_key_project, asked_of_listed_work
from districts.projects.columns import PROJECT_ENTERED, PROJECT_LIST, WORK_ENTERED, WORK_LIST
from districts.projects.models import KeyProject, Work
from districts.projects.selectors import ProjectTotals, WorkTotals, gantt_of, slips_of, totals_of_projects, totals_of_works
from greendistrict.accounts.acting import named
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.lists import RowAddress
from greendistrict.core.templatetags.gd import num
from greendistrict.policy import parameters
from greendistrict.workflow import timeline

# The three lists of a district as fragments: plots (first page), key projects, municipal works.


def plots_context(district: District, today: dt.date) -> dict[str, Any]:
    """Context of ``_plots.html``: the first page of plots by number, totals of all."""
    totals = totals_of(district)
    rows = list_rows(PLOT_LIST.ordered(district.plots.all(), "")[:LIST_ROWS], today)
    return {
        "district": district,
        "rows": rows,
        "shown": PLOT_LIST.html(rows, today, RowAddress("districts:plot_control", district.code), sums=sums_of(totals)),
        "fixed": is_fixed(district),
        "totals": totals,
    }


def key_projects_context(district: District, today: dt.date, only: Collection[int] = (), edit: RowAddress | None = None) -> dict[str, Any]:
    """Context of ``_key_projects.html``: projects by planned start, schedule, delays, totals; of ``only`` these, with links to ``edit``."""
    projects = list(_some(district.key_projects, only).prefetch_related("plots").order_by("planned_start", "name"))
    totals = totals_of_projects(projects)
    return {
        "district": district,
        "projects": projects,
        "shown": PROJECT_LIST.html(
            PROJECT_LIST.rows_of(projects),
            today,
            RowAddress("districts:key_project", district.code),
            edit=edit,
            sums=sums_of_projects(projects, totals),
        ),
        "fixed": is_fixed(district),
        "project_plan": getattr(district, "key_project_plan", None),
        "gantt": gantt_of(projects, today),
        "slips": [slip for project in projects for slip in slips_of(project, today)],
        "totals": totals,
    }


def _some(rows: Any, only: Collection[int]) -> Any:
    return rows.filter(pk__in=only) if only else rows


def works_context(district: District, today: dt.date, only: Collection[int] = (), edit: RowAddress | None = None) -> dict[str, Any]:
    """Context of ``_works.html``: municipal works, main ones counted; of ``only`` these, with links to ``edit``."""
    works: list[Work] = list(_some(district.works, only).order_by("name"))
    totals = totals_of_works(works)
    return {
        "district": district,
        "works": works,
        "shown": WORK_LIST.html(
            WORK_LIST.rows_of(works), today, RowAddress("districts:work", district.code), edit=edit, sums=sums_of_works(works, totals)
        ),
        "fixed": is_fixed(district),
        "totals": totals,
    }


def sums_of_projects(projects: Sequence[KeyProject], totals: ProjectTotals) -> dict[str, str]:
    """Last row of ``PROJECT_LIST``."""
    return {
        "name": f"合计{len(projects)}个",
        "investment": num(totals.investment, 2),
        "funding": f"缺{totals.uninvested}个投资" if totals.uninvested else "",
        "planned_start": "　".join(f"{label}{count}" for label, count in totals.states if count),
    }


def sums_of_works(works: Sequence[Work], totals: WorkTotals) -> dict[str, str]:
    """Last row of ``WORK_LIST``."""
    return {
        "name": f"合计{len(works)}项",
        "main": f"主要{totals.main}项",
        "length_m": num(totals.length, 0),
        "progress": f"主要设施建成且符合{totals.built}项",
    }


# What is asked about a row of the three lists beside the other rows of its district.

FIGURES: Mapping[type, tuple[str, ...]] = {
    Plot: (*SIZES, *LABELS),
    Work: ("length_m", *WORK_DAYS),
    KeyProject: ("investment", "state", *PROJECT_DAYS),
}


def figures_of(row: Plot | Work | KeyProject) -> Mapping[str, Any]:
    """Figures and days that are asked about when they change."""
    return {name: getattr(row, name) for name in FIGURES[type(row)]}


def questions_about(row: Plot | Work | KeyProject, today: dt.date, numbers: Iterable[str] | None = None) -> Questions[Any]:
    """What is asked about a row; ``numbers`` are those of the plots typed for a project (None: as stored)."""
    limits = limits_of(parameters.load())
    if isinstance(row, Plot):
        around = surroundings(row.district, row.pk)
        return lambda now, stored: asked_of(now, stored, around, limits=limits, today=today)
    if isinstance(row, Work):
        return lambda now, stored: asked_of_listed_work(now, stored, row.district.area_km2, limits=limits, today=today)

    def of_project(now: KeyProject, stored: KeyProject | None) -> Iterable[PlausibilityFinding]:
        return asked_of_key_project(now, stored, _floor_of(now, numbers if now is row else None), limits=limits, today=today)

    return of_project


def _floor_of(project: KeyProject, numbers: Iterable[str] | None) -> Decimal | None:
    """Floor of the plots of a project in m²; None if it is unknown."""
    if numbers is not None:
        sites = project.district.plots.filter(number__in=list(numbers))
    elif project.pk:
        sites = project.plots.all()
    else:
        return None
    floor: Decimal | None = sites.aggregate(floor=Sum("floor_area"))["floor"]
    return floor


# Figures of a plot, key project or work with source, author and time of entry.
#
# Nothing is stored twice: forms, workbooks, replies and steps of the control table each leave a record, and the newest record that
# contains a figure gives its source.

Row = Plot | KeyProject | Work
LISTS = {Plot: ImportKind.PLOTS, KeyProject: ImportKind.PROJECTS, Work: ImportKind.WORKS}
ROW_SOURCES_FIGURES: dict[type[Row], Columns] = {
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


FigureRecord = tuple[dt.datetime, frozenset[str], str, str]  # when which figures were recorded, from what source, by whom


def row_origins(row: Row) -> list[Origin]:
    """Known figures in the order of the list's form, then the plot's indicators; at most five queries."""
    if isinstance(row, Plot):
        prefetch_related_objects([row], "indicators")
    known: dict[str, tuple[str, str, dt.datetime]] = {}
    records = [*_edits(row), *_imports(row), *(_steps(row) if isinstance(row, Plot) else ())]
    for at, names, source, who in sorted(records, key=itemgetter(0)):
        known |= dict.fromkeys(names, (source, who, at))
    shown = [(column.name, column.label, column.full_words(column.of(row))) for column in ROW_SOURCES_FIGURES[type(row)].values()]
    shown += _values(row) if isinstance(row, Plot) else ()
    unrecorded = (DEMO if row.is_demo else UNKNOWN,)
    return [Origin(label, value, *known.get(name, unrecorded)) for name, label, value in shown if value]


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
        yield record.at, frozenset(record.data.get("changed", ())), source, record.acting_name


def _imports(row: Row) -> Iterator[FigureRecord]:
    """Records from workbooks that added or changed the row and were not undone."""
    kind = LISTS[type(row)]
    done = ListImport.objects.filter(district=row.district_id, kind=kind, undone_at=None, rows__contains=[{"id": row.pk}])
    for one in done.select_related("imported_by"):
        entry = next(entry for entry in one.rows if entry["id"] == row.pk)
        names = frozenset(ROW_SOURCES_FIGURES[type(row)] if entry["before"] is None else entry["before"])
        yield one.imported_at, names | _values_in(row, entry), f"从Excel导入：{one.file_name}", named(one, "imported_by")


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
        yield record.at, names, source, "　".join(part for part in (record.organisation, record.actor_name) if part)
