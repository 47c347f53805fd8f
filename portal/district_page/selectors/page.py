"""District page: head, tabs and their contents. Public facts for all signed-in users, the file for its readers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.columns import CASES_OF_DISTRICT
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.queue import row_values, seen_by
from approvals.titles.columns import TITLES_OF_DISTRICT
from assessments.common import owed_papers
from assessments.common.calendar import self_check_windows
from assessments.score_releases.panels import panels_of
from assessments.score_releases.selectors import scores_decided
from assessments.self_checks.columns import CHECKS_OF_DISTRICT
from assessments.self_checks.selectors.self_checks import OBLIGATION, listed, listed_unopened, received_values, self_checks_visible_to
from assessments.stage_assessments.columns import STAGES_OF_DISTRICT
from assessments.stage_assessments.selectors.stage_list import apart_visible_to, lines_of, merged
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.yearly_reports.columns import REPORTS_OF_DISTRICT
from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.selectors import yearly_reports
from assessments.yearly_reports.selectors.text import carbon_of
from carbon.inventories.selectors import may_open
from carbon.targets.selectors import carbon_path
from districts.common.certainty import is_inferred
from districts.common.enums import TITLED, BaselineKind, Dimension, Stage
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import is_preparer, may_edit_district, may_read_file
from districts.file.selectors import visibility
from districts.indicator_systems.selectors import indicators_context, system_in_force
from districts.lists import selectors as fragments
from districts.overview.selectors import tabs
from districts.overview.selectors.omissions import open_omissions
from districts.plots.rules import lists_plots
from districts.projects.rules import lists_works
from districts.special_plans import selectors as special_plans_selectors
from districts.special_plans.selectors import dimensions_of_plan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.services import subject_of
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.core import clock, workdays
from greendistrict.documents.selectors import evidence_of
from obligations.open_counts import open_counts_of
from obligations.selectors import obligations_visible_to, watched_in_sight
from portal.district_page.selectors.next_stage import gap_of
from portal.district_page.selectors.presence import present_in
from portal.district_page.selectors.standing import carbon_figure, compared_of, expiring_files, scores_of, stages_of
from portal.recent_steps import selectors as recent_steps
from portal.todo.selectors import due_items

SHOWN_STEPS = 8
REPORTED = "八（四）、七（三）4　定期，平台按每年一次"


@dataclass
class DistrictPage:
    """The district, who reads, and what they may read."""

    viewer: Viewer
    district: District
    reads_file: bool
    edits: bool
    chosen: str = ""

    @property
    def today(self) -> dt.date:
        """The day on which it is read."""
        return self.viewer.today

    @cached_property
    def edits_now(self) -> bool:
        """Whether the user may edit the file today; not while the city examines a case based on it."""
        return self.edits and not lock_reasons(self.district)

    @property
    def missing(self) -> str:
        """Word for a missing fact: 未查明 for a real district, 未填 for one edited here."""
        return "未填" if self.district.is_demo or self.district.applicant_id else "未查明"

    @property
    def knows_register_only(self) -> bool:
        """Whether the user may read only the public register entry (``districts.file.selectors.visibility.register_only``)."""
        return not self.reads_file and visibility.is_working(self.district)

    @property
    def lists_plots(self) -> bool:
        """Whether the user works on the plots although the file is closed to them: a bureau of the district."""
        return self.knows_register_only and lists_plots(self.viewer.held, self.district)

    @property
    def lists_works(self) -> bool:
        """As ``lists_plots`` for the municipal works."""
        return self.knows_register_only and lists_works(self.viewer.held, self.district)

    @property
    def is_recorded_only(self) -> bool:
        """Whether the district is a historical record without users in the portal, which owes nothing here."""
        return self.district.applicant_id is None


def page_of(viewer: Viewer, code: str, chosen: str = "") -> DistrictPage:
    """Page of a visible district, with the indicator ``chosen`` for the chart. Raises ``Http404``."""
    district = visibility.district_seen(viewer, code)
    held = viewer.held
    return DistrictPage(viewer, district, may_read_file(held, district), may_edit_district(held, district), chosen)


@dataclass(frozen=True)
class Tab:
    """A tab: label, template and context; the file's tabs are for its readers only."""

    label: str
    template: str
    context: Callable[[DistrictPage], dict[str, Any]]
    is_public: bool = False


def head_of(page: DistrictPage) -> dict[str, Any]:
    """Context of the head above the tabs."""
    district = page.district
    official = district.edition.official if district.edition else "DG/TJ" in district.edition_text
    return {
        "stages": stages_of(district, page.today),
        "reference": bool(district.edition and not official),
        "places": "、".join(area.name for area in district.areas.all()),
    }


def overview(page: DistrictPage) -> dict[str, Any]:
    """概况: figures, missing conditions of the next stage, dimensions, obligations, timeline; for recorded districts the sources."""
    there = present_in(page.district, page.today)
    context = tabs.overview_context(page.district, there, full=page.reads_file)
    happened = recent_steps.of_district(page.viewer, page.district)
    scores = scores_of(page.viewer, page.district) if page.reads_file else None
    works_here = page.reads_file and not page.is_recorded_only
    compared = compared_of(page.viewer, page.district) if works_here else None
    carbon = carbon_figure(compared.carbon) if compared else []
    figures = context.pop("figures")
    if is_inferred(page.district.fact_certainty, "面积") and page.district.area_km2 is not None:
        figures = [{**figure, "guess": True} if figure["unit"] == "km²" else figure for figure in figures]
    owed = obligations_visible_to(page.viewer.now, {page.district.pk})
    return {
        **context,
        "metrics": [*figures, *(scores.figures if scores else ()), *carbon],
        "gap": gap_of(page.viewer, page.district, edits=page.edits_now) if works_here else None,
        "scores": scores,
        "compared": compared,
        "expiring": expiring_files(page.viewer, page.district) if works_here else [],
        "watches": watched_in_sight(page.viewer.now, {page.district.pk}),
        "owed": due_items(open_counts_of(owed), page.today, workdays.current(), page.district.pk) if owed else [],
        "timeline": timeline_entries(page.district, happened)[:SHOWN_STEPS],
        "more_steps": max(len(happened) - SHOWN_STEPS, 0),
    }


def timeline_entries(district: District, happened: list[recent_steps.RecentStep]) -> list[dict[str, Any]]:
    """Steps for ``components/timeline.html``, without the district's own name, which is shown above."""
    used = _days_used(happened, subject_of(district))
    return [
        {
            "at": step.at,
            "title": f"{step.subject.removeprefix(district.name)} {step.label}".strip(),
            "who": step.who,
            "note": step.note,
            "href": step.href,
            "used": f"用{days}个工作日" if days else "",
        }
        for step, days in zip(happened, used, strict=True)
    ]


def _days_used(happened: list[recent_steps.RecentStep], own: str) -> list[int]:
    """Working days since the previous step of the same object; 0 for the first. Newest first, like the steps.

    What the district itself went through (``own`` is its key) is no matter: from one stage to the next nothing was being handled.
    """
    calendar, days = workdays.current(), []
    before: dict[str, dt.date] = {}
    for step in reversed(happened):
        day = step.at.astimezone(clock.SHANGHAI).date()
        days.append(calendar.between(before.get(step.key, day), day) if step.key != own else 0)
        before[step.key] = day
    return days[::-1]


def indicators(page: DistrictPage) -> dict[str, Any]:
    """指标体系: the approved system compared with received self-checks; before approval the data of the specialised plan."""
    system = system_in_force(page.district)
    if system is not None:
        actuals = received_values(page.viewer, page.district, edition=system.edition.code)
        return {**indicators_context(page.district, actuals, chosen=page.chosen, this_year=page.today.year), "may_enter": page.edits_now}
    plan = page.district.plans.order_by("-number").first()
    dimensions = dimensions_of_plan(plan, page.today) if plan else frozenset[str]()
    shown = [name for name in Dimension.values if name in dimensions]
    return {"plan": plan, "dimensions": shown, "system": None, **special_plans_selectors.plan_context(page.district, page.today)}


def carbon(page: DistrictPage) -> dict[str, Any]:
    """碳排放: targets of the specialised plan compared with inventories and yearly verifications."""
    explains = may_open(page.viewer.held, page.district)
    return {**carbon_of(page.viewer, page.district), "path": carbon_path(page.viewer, page.district), "explains": explains}


def assessments(page: DistrictPage) -> dict[str, Any]:
    """自查与评估: visible self-checks, stage assessments and yearly reports, newest first."""
    checks = list(self_checks_visible_to(page.viewer).filter(district=page.district).order_by("-year"))
    seen = stages_visible_to(page.viewer).filter(district=page.district)
    cycles = lines_of(merged(seen, apart_visible_to(page.viewer, {page.district.pk})), seen, page.today)
    reports = yearly_reports.listed(
        yearly_reports.reports_visible_to(page.viewer).filter(district=page.district).order_by("-year", "kind"), page.today
    )
    windows = self_check_windows(check.year for check in checks)
    kinds = (OBLIGATION, *map(yearly_reports.obligation_of, REPORT_SPECS))
    unopened = owed_papers.unopened(page.viewer.now, *kinds, only={page.district.pk})
    lines = [*listed(checks, windows, page.today), *(listed_unopened(row, page.today) for row in unopened if row.kind == OBLIGATION)]
    reports += [yearly_reports.listed_unopened(row, page.today) for row in unopened if row.kind != OBLIGATION]
    checked = "八（二）　示范以后各年度平台按八（四）" if page.district.stage == Stage.DEMONSTRATION else "八（二）"
    found: list[tuple[str, ListTable, str, list[Any]]] = [
        (checked, CHECKS_OF_DISTRICT, "", sorted(lines, key=lambda line: -line.year)),
        ("八（二）　三年一评估", STAGES_OF_DISTRICT, "", cycles),
        (REPORTED, REPORTS_OF_DISTRICT, "", sorted(reports, key=lambda line: -line.year)),
    ]
    return {
        "panels": panels_of(scores_decided(page.viewer, page.district), page.today.year),
        "lists": [
            (note, table.caption, table.html(table.rows_of(rows), page.today, RowAddress(route), first=None) if rows else None)
            for note, table, route, rows in found
        ],
    }


def titles(page: DistrictPage) -> dict[str, Any]:
    """称号与办件: all titles ever held, and the cases the user may open."""
    rows = page.district.titles.select_related("announcement", "case", "end_announcement").order_by("-pk")
    cases: QuerySet[Case] = cases_visible_to(page.viewer).filter(district=page.district).order_by("-created_at", "-pk")
    seen = CASES_OF_DISTRICT.rows_of(seen_by(page.viewer, row_values(cases)))
    honours = visibility.shown_honours(page.district, reads_file=page.reads_file)
    shown = {
        "titles": TITLES_OF_DISTRICT.html(TITLES_OF_DISTRICT.rows_of(rows), page.today, None, first=None) if rows else None,
        "cases": CASES_OF_DISTRICT.html(seen, page.today, RowAddress("approvals:case"), first=None) if seen else None,
    }
    return {**shown, "honours": honours, "doors": _doors(page)}


def _doors(page: DistrictPage) -> list[tuple[str, str]]:
    """Links with which the user can start a matter about the district's title."""
    held, district = page.viewer.held, page.district
    doors = []
    if is_preparer(page.viewer.held, district):
        doors.append(("提出变更", f"{reverse('approvals:change_start')}?district={district.code}"))
    if district.stage == Stage.PILOT and (is_preparer(page.viewer.held, district) or held.is_city):
        doors.append(("验收条件核对", reverse("approvals:acceptance_gates", args=[district.code])))
    if held.has(Role.CITY_OFFICER) and district.stage in TITLED:
        doors.append(("补录市级评估结论", reverse("approvals:assessment_record", args=[district.code])))
    return doors


def archive(page: DistrictPage) -> dict[str, Any]:
    """档案: baselines, files of the district, the complete timeline."""
    files = evidence_of(page.district)
    steps = timeline_entries(page.district, recent_steps.of_district(page.viewer, page.district))
    baselines = tabs.baselines_context(page.district)
    no_pilot = page.district.stage == Stage.PILOT and all(row["baseline"].kind != BaselineKind.PILOT for row in baselines["baselines"])
    may_ask = is_preparer(page.viewer.held, page.district)
    return {**baselines, "no_pilot_baseline": no_pilot, "may_ask": may_ask, "files": list(files), "timeline": steps}


def projects(page: DistrictPage) -> dict[str, Any]:
    """重点项目: key projects and municipal works."""
    return {
        "key": fragments.key_projects_context(page.district, page.today),
        "municipal": fragments.works_context(page.district, page.today),
    }


def plots(page: DistrictPage) -> dict[str, Any]:
    """地块: first page of the list, and the number of skipped steps of plot control, counted as in their list."""
    return {**fragments.plots_context(page.district, page.today), "omissions": open_omissions(page.district, page.today)}


TABS = {
    "overview": Tab("概况", "portal/district_page/_overview.html", overview, is_public=True),
    "indicators": Tab("指标体系", "portal/district_page/_indicators.html", indicators),
    "plan": Tab(
        "专业规划", "portal/district_page/_plan.html", lambda page: special_plans_selectors.plan_context(page.district, page.today)
    ),
    "projects": Tab("重点项目", "portal/district_page/_projects.html", projects),
    "plots": Tab("地块", "portal/district_page/_plots.html", plots),
    "carbon": Tab("碳排放", "portal/district_page/_carbon.html", carbon),
    "assessments": Tab("自查与评估", "portal/district_page/_assessments.html", assessments),
    "titles": Tab("称号与办件", "portal/district_page/_titles.html", titles, is_public=True),
    "archive": Tab("档案", "portal/district_page/_archive.html", archive),
}


def tabs_for(page: DistrictPage) -> dict[str, Tab]:
    """Tabs the user may open. A recorded district has no file tabs, because empty lists would look like negative facts about it."""
    return {key: tab for key, tab in TABS.items() if tab.is_public or (page.reads_file and not page.is_recorded_only)}
