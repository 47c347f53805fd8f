"""Content of a case's application form for printing: as submitted, or as it stands while being filled in.

``form_content`` is stored with each submission as plain data and covered by the receipt's digest. Later changes of the district's lists
therefore do not alter a form that was submitted.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case, Submission
from approvals.cases.reasons import titled
from approvals.cases.rules import EDITABLE
from approvals.common.enums import CaseKind
from assessments.tables.models import TableVersion
from assessments.tables.selectors.tables import latest_version
from districts.file.models.district import District
from districts.file.selectors.parties import renewal_of
from districts.special_plans.selectors import sections_of, synchrony_of

LIVE = EDITABLE | {CaseState.SIGNING}
DAYS = ("_on", "planned_start", "planned_finish")
Row = dict[str, Any]


@dataclass(frozen=True)
class WholeForm:
    """Form content for print: of ``submission``, or today's lists without one. ``is_late``: the lists changed after the submission."""

    submission: Submission | None
    is_late: bool
    facts: list[list[str]]
    plan: Row | None
    plots: list[Row]
    key_projects: list[Row]
    works: list[Row]
    reasons: list[tuple[str, str]]
    table: TableVersion | None
    scores: list[tuple[str, str, str]]


def whole_form(case: Case) -> WholeForm:
    """Content of the form; a constant number of queries.

    Submissions from before forms were stored have no lists of their own; today's lists are shown and the page says so.
    """
    last = None if case.status in LIVE else case.submissions.order_by("-number").first()
    submission = last if last and "form" in last.content else None
    content = submission.content["form"] if submission else form_content(case)
    reasons = submission.content["reasons"] if submission else case.reasons
    table = latest_version(case.table) if case.table else None
    return WholeForm(
        submission=submission,
        is_late=last is not None and submission is None,
        facts=content["facts"],
        plan=_dated(content["plan"]) if content["plan"] else None,
        plots=[_dated(row) for row in content["plots"]],
        key_projects=[_dated(row) for row in content["key_projects"]],
        works=[_dated(row) for row in content["works"]],
        reasons=titled(reasons),
        table=table,
        scores=scores_of(table) if table else [],
    )


def form_content(case: Case) -> Row:
    """The form as plain data in the words that are printed; lists in the order of their pages."""
    return {"facts": _facts(case), "plan": _plan(case.district), **_lists(case.district)}


def _facts(case: Case) -> list[list[str]]:
    district = case.district
    areas = "、".join(area.name for area in district.areas.all())
    authorities = "、".join(body.name for body in district.authorities.all())
    renewal = renewal_of(district)
    return [
        ["城区名称", district.name],
        ["城区类型", district.get_type_display() if district.type else "未填"],
        *([["更新导向", renewal.drive_words], ["美丽街区、美丽家园项目", renewal.project_words]] if renewal else []),
        ["所在区", areas or "未填"],
        ["实施主体", authorities or "未填"],
        ["申报主体", case.applicant.name],
        ["规划范围面积", _km2(district.area_km2)],
        ["待开发用地面积", _km2(district.developable_km2)],
        ["规划人口", f"{district.population:,}人" if district.population else "未填"],
        ["申报星级", case.get_star_asked_display() or "未定"],
        ["适用评价标准", f"{case.table.edition.title}{case.table.edition.mark or ''}" if case.table else "未定"],
        # Only 八（一） requires an approval of the district government; an acceptance needs none.
        *([["批复单位", case.get_endorsement_mode_display()]] if case.kind == CaseKind.APPLICATION else []),
    ]


def _plan(district: District) -> Row | None:
    plan = district.plans.order_by("-number").first()
    if plan is None:
        return None
    return {
        "number": plan.number,
        "approved_on": _day(plan.approved_on),
        "approval_number": plan.approval_number,
        "sections": [
            {
                "name": line.kind.label,
                "state": line.words,
                "texts": [[piece.label, text] for piece, text in line.texts if text],
                "files": [file.original_name for file in line.files],
            }
            for line in sections_of(plan)
        ],
        "urban_design": plan.urban_design,
        "synchrony": synchrony_of(plan).words,
        "carbon_intensity_target": _figure(plan.carbon_intensity_target),
    }


def _lists(district: District) -> dict[str, list[Row]]:
    return {
        "key_projects": [
            {
                "name": row.name,
                "category": row.category,
                "investment": _figure(row.investment),
                "planned_start": _day(row.planned_start),
                "planned_finish": _day(row.planned_finish),
                "state": row.get_state_display(),
            }
            for row in district.key_projects.order_by("name")
        ],
        "plots": [
            {
                "number": row.number,
                "land_use": row.land_use,
                "area_ha": _figure(row.area_ha),
                "acquisition": row.get_acquisition_display(),
                "acquired_on": _day(row.acquired_on),
            }
            for row in district.plots.order_by("number")
        ],
        "works": [
            {"name": row.name, "kind": row.kind, "main": row.main, "built_on": _day(row.built_on)}
            for row in district.works.order_by("name")
        ],
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _figure(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _dated(row: Row) -> Row:
    """A stored row with its dates parsed."""
    days = {
        key: dt.date.fromisoformat(value) for key, value in row.items() if value and (key.startswith("planned_") or key.endswith("_on"))
    }
    return {**row, **days}


def _km2(value: Any) -> str:
    return f"{value.normalize():f} km²" if value else "未填"


def scores_of(version: TableVersion) -> list[tuple[str, str, str]]:
    """Clause, title and self-assessed score of each row of a submitted version, read from its frozen content."""
    titles = {row["item_id"]: row["title"] for row in version.content["rows"]}
    return [(item["id"], titles.get(item["id"], ""), _scored(item)) for item in (version.content["result"] or {}).get("items", ())]


def _scored(item: dict[str, Any]) -> str:
    if item["excluded"]:
        return "不参评"
    if item["holds"] is not None:
        return "满足" if item["holds"] else "不满足"
    return f"{item['points']} / {item['max']}分"
