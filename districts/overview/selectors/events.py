"""Events of a district's file for its timeline."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import DateField, Field, JSONField, Model
from django.urls import reverse

from districts.common.enums import ImportKind
from districts.file.models.district import District
from districts.plots.lifecycle import in_words
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.yearly_plans.selectors import implementation_plans_visible_to
from greendistrict.accounts.acting import named
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import action_labels
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord

FILE, PLAN, LAND = "城区档案", "规划与实施计划", "地块与项目"
GROUPS = (FILE, PLAN, LAND)
# Edits of the file shown on the timeline, and of the three lists by row.
EDITS = (
    "districts.save_profile", "districts.save_entry", "districts.drop_entry", "districts.authorise_consultant", "districts.end_mandate",
    "districts.set_map_number",
)  # fmt: skip
LISTED: dict[str, type[Plot | KeyProject | Work]] = {
    "districts.plot_save": Plot,
    "districts.plot_delete": Plot,
    "districts.keyproject_save": KeyProject,
    "districts.keyproject_delete": KeyProject,
    "districts.work_save": Work,
    "districts.work_delete": Work,
}
PAGES = {Plot: "plot_list", KeyProject: "key_project_list", Work: "work_list"}
MOST = 2_000


@dataclass(frozen=True)
class TimelineEvent:
    """An entry of a timeline: time, group, content, person, note, link."""

    at: dt.datetime
    group: str
    title: str
    who: str = ""
    note: str = ""
    href: str = ""


def file_events(viewer: Viewer, district: District) -> list[TimelineEvent]:
    """Events of the file for a user who may read it, unordered; a constant number of queries."""
    return [
        *_acts(district),
        *_edits(district),
        *_versions(district),
        *_yearly_plans(viewer, district),
        *_steps(district),
        *_rows(district),
        *_imports(district),
    ]


def _page(name: str, district: District) -> str:
    return reverse(f"districts:{name}", kwargs={"code": district.code})


def _acts(district: District) -> Iterable[TimelineEvent]:
    href = _page("act_list", district)
    for act in district.acts.select_related("entered_by"):
        change = f"{act.before} → {act.after}" if act.before else act.after
        note = "；".join(part for part in (change, act.reason, act.document) if part)
        yield TimelineEvent(act.entered_at, FILE, act.get_kind_display(), named(act, "entered_by"), note, href)


def _versions(district: District) -> Iterable[TimelineEvent]:
    """Boundaries, baselines and approved plans."""
    href = _page("boundary_list", district)
    for boundary in district.boundaries.select_related("entered_by").defer("geometry"):
        title = f"登记{boundary.get_kind_display()}第{boundary.number}版"
        note = f"{boundary.area_km2.normalize():f}平方公里；{boundary.reason}"
        yield TimelineEvent(boundary.entered_at, FILE, title, named(boundary, "entered_by"), note, href)
    href = f"{_page('district_detail', district)}?tab=archive"
    for baseline in district.baselines.select_related("frozen_by").defer("content"):
        title = f"冻结{baseline.get_kind_display()}第{baseline.number}版"
        yield TimelineEvent(baseline.frozen_at, PLAN, title, named(baseline, "frozen_by"), baseline.reason, href)
    href = f"{_page('district_detail', district)}?tab=plan"
    for plan in district.plans.filter(approved_on__isnull=False):
        if plan.approved_on:
            at = dt.datetime.combine(plan.approved_on, dt.time(), clock.SHANGHAI)
            yield TimelineEvent(at, PLAN, f"专业规划第{plan.number}版批准", "", plan.approval_number, href)


def _edits(district: District) -> Iterable[TimelineEvent]:
    for row in AuditRecord.objects.filter(subject=subject_of(district), action__in=EDITS).order_by("-pk")[:MOST]:
        href = _page("district_detail", district)
        model = apps.get_model("districts", row.data["list"]) if "list" in row.data else District
        yield TimelineEvent(row.at, FILE, action_labels.label_of(row.action), row.acting_name, _changes(row.data, model), href)


def _rows(district: District) -> Iterable[TimelineEvent]:
    """Plots, key projects and works that were added, changed or deleted individually."""
    for row in AuditRecord.objects.filter(action__in=LISTED, data__district=district.code).order_by("-pk")[:MOST]:
        model = LISTED[row.action]
        title = f"{action_labels.label_of(row.action)} {row.subject_label}"
        yield TimelineEvent(row.at, LAND, title, row.acting_name, _changes(row.data, model), _page(PAGES[model], district))


def _imports(district: District) -> Iterable[TimelineEvent]:
    """Workbooks imported and undone."""
    for row in district.imports.select_related("imported_by", "undone_by").defer("rows")[:MOST]:
        name, href = f"{row.get_kind_display()} {row.file_name}", _page(IMPORTS[ImportKind(row.kind)], district)
        note = f"新增{row.added}条，修改{row.changed}条"
        group = PLAN if row.kind == ImportKind.INDICATORS else LAND
        yield TimelineEvent(row.imported_at, group, f"从Excel导入{name}", named(row, "imported_by"), note, href)
        if row.undone_at:
            yield TimelineEvent(row.undone_at, group, f"撤销导入{name}", named(row, "undone_by"), "", href)


IMPORTS = {
    ImportKind.PLOTS: "plot_list",
    ImportKind.PROJECTS: "key_project_list",
    ImportKind.WORKS: "work_list",
    ImportKind.INDICATORS: "indicator_system",
}


def _changes(data: dict[str, Any], model: type[Model]) -> str:
    """Changed fields in words, numbers before and after; for a changed list the name of the row."""
    fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, Field)}
    changes = [
        f"{fields[name].verbose_name} {_shown(fields[name], before)} → {_shown(fields[name], after)}"
        for name, (before, after) in data.get("changed", {}).items()
        if name in fields
    ]
    return "；".join(part for part in (str(data.get("row", "")), *changes) if part)[:300]


def _shown(field: "Field[Any, Any]", text: str) -> str:
    """Recorded value in the words of the page."""
    if isinstance(field, DateField) and text:
        return in_words(text)
    if isinstance(field, JSONField):
        return "、".join(re.findall(r"'([^']*)'", text)) or "无"
    known = {"": "未填", "True": "是", "False": "否", "[]": "无", **{str(key): str(word) for key, word in field.flatchoices if key != ""}}
    return known.get(text, text)


def _yearly_plans(viewer: Viewer, district: District) -> Iterable[TimelineEvent]:
    plans = {subject_of(plan): plan for plan in implementation_plans_visible_to(viewer).filter(items__district=district).distinct()}
    for record in TransitionRecord.objects.filter(machine="implementation_plan", subject__in=list(plans)):
        plan = plans[record.subject]
        href = reverse("districts:implementation_plan_edit", args=[plan.pk])
        title = f"{plan.year}年度实施计划 {timeline.action_label(record)}"
        yield TimelineEvent(record.at, PLAN, title, _who(record), record.reason, href)


def _steps(district: District) -> Iterable[TimelineEvent]:
    """Steps of indicator systems and of the control tables of plots."""
    machines = {"indicator_system": PLAN, "plot_grant": LAND, "plot_allocation": LAND, "plot_own": LAND}
    rows = TransitionRecord.objects.filter(scope=district.timeline_scope, machine__in=machines).order_by("-at", "-pk")[:MOST]
    for record in rows:
        is_plot = machines[record.machine] == LAND
        href = _page("plot_list" if is_plot else "indicator_system", district)
        title = f"{record.label.removeprefix(district.name)} {timeline.action_label(record)}"
        yield TimelineEvent(record.at, machines[record.machine], title, _who(record), record.reason, href)


def _who(record: TransitionRecord) -> str:
    return "　".join(part for part in (record.organisation, record.actor_name) if part)
