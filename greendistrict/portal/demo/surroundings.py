"""What stands around fictional districts: designated bodies, papers, money, labels, yearly plans, boundary, key-project papers."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from districts.enums import BoundaryKind, FundKind, FundState, PaperKind, PlanWork
from districts.models import District, DistrictPaper, ExternalHonour, Fund, ImplementationPlan, SubArea
from districts.services import boundaries, implementation, parties, projects, rows
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.portal.demo.district import Plot, outline
from greendistrict.portal.demo.files import drawn_boundary, picture, upload
from greendistrict.portal.demo.timing import after, moment

Bodies = Mapping[str, Organisation]
People = Mapping[str, User]
WORKS = {
    PlanWork.PLOTS: ("地块建设和建设管控", 5200, "社会投资"),
    PlanWork.PROJECTS: ("近期重点项目建设", 8600, "区财政、企业自筹"),
    PlanWork.APPLY: ("编制申报材料，申报试点", 60, "区财政"),
}


def surround(plot: Plot, district: District, bodies: Bodies, people: People) -> None:
    """Fill the file of a pilot in: everything that its pages can show, all invented."""
    today, preparer = clock.today(), people["preparer"]
    body = bodies[plot.authority]
    since = today - dt.timedelta(days=600)
    parties.designate(
        authority=body, name=body.name, body=body, since=since, document="演示府办〔指定区专门机构〕1号", by=people["authority"]
    )
    for model, values in _entries(plot, today):
        parties.save_entry(district=district, model=model, values=values, by=preparer, row=None, version=None)
    drawn = drawn_boundary("验收范围", outline(plot))
    boundaries.upload_boundary(
        district=district, kind=BoundaryKind.ACCEPTANCE, upload=drawn, system="EPSG:4326", reason="按规划范围登记", by=preparer
    )
    _key_projects(district, preparer, today)


def _entries(plot: Plot, today: dt.date) -> list[tuple[Any, dict[str, Any]]]:
    """Sub-areas, papers, funds and a label, each as the page would take it."""
    half, day = (plot.area / 2).quantize(Decimal("0.01")), today - dt.timedelta(days=200)
    return [
        (SubArea, {"name": "东片区", "area_km2": half, "note": "演示分区"}),
        (SubArea, {"name": "西片区", "area_km2": plot.area - half, "note": "演示分区"}),
        (DistrictPaper, {"kind": PaperKind.GUIDELINE, "title": "演示绿色生态导则（虚构）", "issuer": "演示编制单位", "issued_on": day}),
        (DistrictPaper, {"kind": PaperKind.POLICY, "title": "演示区绿色生态扶持办法（虚构）", "number": "演示〔1〕号", "issued_on": day}),
        (Fund, {"kind": FundKind.PLANNING, "document": "演示财〔1〕号", "amount": Decimal(180), "state": FundState.PAID, "decided_on": day,
                "source": "区财政"}),
        (Fund, {"kind": FundKind.SUBSIDY, "document": "演示补助〔2〕号", "amount": Decimal(500), "state": FundState.APPROVED,
                "decided_on": day}),
        (Fund, {"kind": FundKind.REWARD, "document": "演示奖励申请〔3〕号", "amount": Decimal(200), "state": FundState.APPLIED}),
        (ExternalHonour, {"title": "演示绿色园区称号（虚构）", "granted_on": day, "source": "演示数据"}),
    ]  # fmt: skip


def _key_projects(district: District, by: User, today: dt.date) -> None:
    """Approval of their plan, and for the first of them plots, clauses and a photo."""
    values = {"approved_on": today - dt.timedelta(days=30), "approved_by": "演示甲区人民政府（虚构）", "number": "演示府批〔7〕号"}
    projects.save_project_plan(district=district, values=values, upload=upload("近期重点项目实施计划"), by=by)
    project = district.key_projects.order_by("planned_start", "name").first()
    if project is None:
        return
    numbers = list(district.plots.filter(buildable=True).order_by("number").values_list("number", flat=True)[:3])
    linked = {"plots": numbers, "clauses": ["4.2.13", "7.2.7"]}
    saved = rows.key_project_save(district=district, project=project, version=project.version, values=linked, by=by)
    projects.add_photo(project=saved, upload=picture(), title="现场（演示图片）", by=by)


def yearly_plans(people: People, today: dt.date, listed: Mapping[tuple[str, int], tuple[str, list[str], str]]) -> None:
    """Yearly plans by authority and year: (seat, names of districts, last step ``note``, ``return`` or ``file``).

    Filed in the December before their year, those of a year to come two months ago.
    """
    for (code, year), (seat, names, last) in listed.items():
        start = moment(min(today - dt.timedelta(days=70), dt.date(year - 1, 12, 10)))
        authority = Organisation.objects.get(code=code)
        with clock.at(start):
            plan = implementation.open_plan(authority=authority, year=year, by=people[seat])
            _fill(plan, names, people[seat], (PlanWork.PLOTS, PlanWork.PROJECTS) if year >= today.year else (PlanWork.PROJECTS,))
            implementation.keep_document(plan=plan, upload=upload("年度实施计划"), by=people[seat])
            implementation.take_plan_step(plan=plan, action="file", by=people[seat])
        if last != "file":
            reason = "请补充更新城区的工作和资金来源" if last == "return" else ""
            with clock.at(after(start, 8)):
                implementation.take_plan_step(plan=plan, action=last, by=people["city_officer"], reason=reason)


def _fill(plan: ImplementationPlan, names: list[str], by: User, works: tuple[PlanWork, ...]) -> None:
    """Works of districts with a title, which cost more each year; the others prepare to apply."""
    for district in District.objects.filter(name__in=names).order_by("name"):
        titled = district.titled_on is not None
        for work in works if titled else (PlanWork.APPLY,):
            name, money, source = WORKS[work]
            values = {
                "district": district, "work": work, "name": name, "money": Decimal(money + 50 * (plan.year - 2026)), "money_source": source,
                "start": dt.date(plan.year, 1, 1), "finish": dt.date(plan.year, 11, 30), "department": "演示牵头单位",
            }  # fmt: skip
            implementation.save_item(plan=plan, values=values, by=by)
