"""Everything that a case's form holds, for the printed form: the same tables that the pages show."""

from dataclasses import dataclass
from typing import Any

from approvals.models import Case
from assessments.models import TableVersion
from assessments.selectors.tables import latest_version
from districts.models import KeyProject, Plot, SpecialPlan, Work
from greendistrict.policy.selectors import rule_title


@dataclass(frozen=True)
class WholeForm:
    """What is printed; lists in the order of their pages."""

    plan: SpecialPlan | None
    plots: list[Plot]
    key_projects: list[KeyProject]
    works: list[Work]
    facts: list[tuple[str, str]]
    reasons: list[tuple[str, str]]
    table: TableVersion | None
    scores: list[tuple[str, str, str]]


def whole_form(case: Case) -> WholeForm:
    """Read the form's content, eight queries whatever the length of the lists."""
    district = case.district
    areas = "、".join(area.name for area in district.areas.all())
    authorities = "、".join(body.name for body in district.authorities.all())
    facts = [
        ("城区名称", district.name),
        ("城区类型", district.get_type_display() if district.type else "未填"),
        ("所在区", areas or "未填"),
        ("实施主体", authorities or "未填"),
        ("申报主体", case.applicant.name),
        ("规划范围面积", _km2(district.area_km2)),
        ("待开发用地面积", _km2(district.developable_km2)),
        ("规划人口", f"{district.population:,}人" if district.population else "未填"),
        ("申报星级", case.get_star_asked_display() or "未定"),
        ("适用评价标准", f"{case.table.edition.title}{case.table.edition.mark or ''}" if case.table else "未定"),
        ("批复方式", case.get_endorsement_mode_display()),
    ]
    table = latest_version(case.table) if case.table else None
    return WholeForm(
        plan=district.plans.order_by("-number").first(),
        plots=list(district.plots.order_by("number")),
        key_projects=list(district.key_projects.order_by("name")),
        works=list(district.works.order_by("name")),
        facts=facts,
        reasons=[(rule_title(rule), reason) for rule, reason in sorted(case.reasons.items())],
        table=table,
        scores=scores_of(table) if table else [],
    )


def _km2(value: Any) -> str:
    return f"{value.normalize():f} km²" if value else "未填"


def scores_of(version: TableVersion) -> list[tuple[str, str, str]]:
    """Clause, title and self-assessed score of each row of a submitted version, as frozen."""
    titles = {row["item_id"]: row["title"] for row in version.content["rows"]}
    return [(item["id"], titles.get(item["id"], ""), _scored(item)) for item in (version.content["result"] or {}).get("items", ())]


def _scored(item: dict[str, Any]) -> str:
    if item["excluded"]:
        return "不参评"
    if item["holds"] is not None:
        return "满足" if item["holds"] else "不满足"
    return f"{item['points']} / {item['max']}分"
