"""Records of fictional districts besides plan and lists: designated bodies, documents, funds, honours, yearly plans, boundaries."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from approvals.letter_texts.services import propose_text
from districts.boundaries import services as boundaries
from districts.common.enums import BoundaryKind
from districts.file.models.district import District, ExternalHonour
from districts.file.models.parties import DistrictPaper, DistrictPaperKind, Fund, FundKind, FundState, SubArea
from districts.file.services import designate, save_entry
from districts.lists.services import save
from districts.projects.models import KeyProject
from districts.projects.services import add_photo, save_project_plan
from districts.yearly_plans import services as implementation
from districts.yearly_plans.models import ImplementationPlan, PlanWork
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from greendistrict.policy import letter_texts, parameters
from greendistrict.policy.services import set_setting
from greendistrict.policy.unconfirmed import waiting_criterion
from greendistrict.workflow.procedure import take
from tools.demo.cast import OFFICE_PHONE
from tools.demo.district import DemoDistrict, outline
from tools.demo.files import drawn_boundary, picture, upload
from tools.demo.timing import after, moment

Bodies = Mapping[str, Organisation]
People = Mapping[str, User]
WORKS = {
    PlanWork.PLOTS: ("地块建设和建设管控", 5200, "社会投资"),
    PlanWork.PROJECTS: ("近期重点项目建设", 8600, "区财政、企业自筹"),
    PlanWork.APPLY: ("编制申报材料，申报试点", 60, "区财政"),
}


DESIGNATED = (("demo-jia", "demo-jia-housing", "authority"), ("demo-yi", "demo-yi-housing", "authority_yi"))
OFFICE = "演示丙管委会规划建设处（虚构）"


def designate_bodies(bodies: Bodies, people: People, since: dt.date) -> None:
    """五（二）: the governments of both fictional 区 designate their 建设管理委, the committee an office of its own."""
    number = f"演示府办〔{since.year}〕12号"
    designate(authority=bodies["demo-bing"], name=OFFICE, since=since, document=number, by=people["authority_bing"])
    for authority, body, seat in DESIGNATED:
        named = bodies[body]
        designate(authority=bodies[authority], name=named.name, body=named, since=since, document=number, by=people[seat])


# Confirmed before anything is decided by them: nothing adverse rests on a default.
CONFIRMED = (
    *("stage.targets_share", "stage.plan_share", "stage.grace_days", "rectify.days", "rectify.extend_once_days"),
    *("supplement.days", "opinion_reply_days", "selfcheck.due", "operation_report.due", "carbon_verification.due"),
    "hearing_days",
)
CRITERIA = ("STAGE-ASSESSMENT", "POST-EVALUATION")  # what qualifies, as the portal understands it


def confirm_settings(people: People, first: dt.date) -> None:
    """The city makes settings and readings its own; what is owed is counted from the first day of a trial of four months."""
    values = {"obligations_from": first.isoformat(), **{key: parameters.get(key).value for key in CONFIRMED}, "reference_limits": True}
    values |= {waiting_criterion(rule, first): True for rule in CRITERIA}
    for key, value in values.items():
        set_setting(by=people["city_director"], key=key, value=value, reason="演示：处务会议讨论后确认，试用四个月")


def name_contact(people: People) -> None:
    """The city maintains whom its letters name for questions, from the next day on."""
    text, since = letter_texts.contact_line("演示经办", OFFICE_PHONE), clock.today() + dt.timedelta(days=1)
    reason = "演示：登记函件上的联系人和联系电话"
    made = propose_text(key="contact", text=text, since=since, reason=reason, by=people["city_officer"])
    take(obj=made, action="decide", by=people["city_director"], version=made.version)


def surround(plot: DemoDistrict, district: District, people: People) -> None:
    """Fill in the file of a pilot with everything its pages can show, all invented."""
    today, preparer = clock.today(), people["preparer"]
    for model, values in _entries(plot, today):
        save_entry(district=district, model=model, values=values, by=preparer, row=None, version=None)
    drawn = drawn_boundary("验收范围", outline(plot))
    boundaries.upload_boundary(
        district=district, kind=BoundaryKind.ACCEPTANCE, upload=drawn, system="EPSG:4326", reason="按规划范围登记", by=preparer
    )
    _key_projects(district, preparer, today)


def _entries(plot: DemoDistrict, today: dt.date) -> list[tuple[Any, dict[str, Any]]]:
    """Sub-areas, documents, funds and a label, with the values of their forms."""
    half, day = half_up(plot.area / 2), today - dt.timedelta(days=200)
    guideline = {"kind": DistrictPaperKind.GUIDELINE, "title": "演示绿色生态导则（虚构）", "issuer": "演示编制单位"}
    policy = {"kind": DistrictPaperKind.POLICY, "title": "演示区绿色生态扶持办法（虚构）", "number": f"演示建规〔{day.year}〕1号"}
    planning = {"kind": FundKind.PLANNING, "document": f"演示财〔{day.year}〕1号", "amount": Decimal(180), "source": "区财政"}
    subsidy = {"kind": FundKind.SUBSIDY, "document": f"演示补助〔{day.year}〕2号", "amount": Decimal(500)}
    reward = {"kind": FundKind.REWARD, "document": f"演示奖励申请〔{today.year}〕3号", "amount": Decimal(200)}
    return [
        (SubArea, {"name": "东片区", "area_km2": half, "note": "演示分区"}),
        (SubArea, {"name": "西片区", "area_km2": plot.area - half, "note": "演示分区"}),
        (DistrictPaper, {**guideline, "issued_on": day}),
        (DistrictPaper, {**policy, "issued_on": day}),
        (Fund, {**planning, "state": FundState.PAID, "decided_on": day}),
        (Fund, {**subsidy, "state": FundState.APPROVED, "decided_on": day}),
        (Fund, {**reward, "state": FundState.APPLIED}),
        (ExternalHonour, {"title": "演示绿色园区称号（虚构）", "granted_on": day, "source": "演示数据"}),
    ]


def _key_projects(district: District, by: User, today: dt.date) -> None:
    """Approve their plan, and give the first one plots, clauses and a photo."""
    values = {
        "approved_on": today - dt.timedelta(days=30),
        "approved_by": "演示甲区人民政府（虚构）",
        "number": f"演示府批〔{today.year}〕7号",
    }
    save_project_plan(district=district, values=values, upload=upload("近期重点项目实施计划"), by=by)
    project = district.key_projects.order_by("planned_start", "name").first()
    if project is None:
        return
    numbers = list(district.plots.filter(buildable=True).order_by("number").values_list("number", flat=True)[:3])
    linked = {"plots": numbers, "clauses": ["4.2.13", "7.2.7"]}
    saved = save(KeyProject, district=district, row=project, version=project.version, values=linked, by=by)
    add_photo(project=saved, upload=picture(), title="现场（演示图片）", by=by)


def yearly_plans(people: People, today: dt.date, listed: Mapping[tuple[str, int], tuple[str, list[str], str]]) -> None:
    """Yearly plans by authority and year: (seat, names of districts, last step ``note``, ``return``, ``file``, or empty).

    Filed in December before their year; plans for a future year two months ago.
    """
    for (code, year), (seat, names, last) in listed.items():
        start = moment(min(today - dt.timedelta(days=70), dt.date(year - 1, 12, 10)))
        authority = Organisation.objects.get(code=code)
        with clock.at(start):
            plan = implementation.open_plan(authority=authority, year=year, by=people[seat])
            _fill(plan, names, people[seat], (PlanWork.PLOTS, PlanWork.PROJECTS) if year >= today.year else (PlanWork.PROJECTS,))
            if last:
                implementation.keep_document(plan=plan, upload=upload("年度实施计划"), by=people[seat])
                plan.refresh_from_db()
                take(obj=plan, action="file", by=people[seat], version=plan.version)
        if last in {"note", "return"}:
            reason = "请补充更新城区的工作和资金来源" if last == "return" else ""
            with clock.at(after(start, 8)):
                take(obj=plan, action=last, by=people["city_officer"], version=plan.version, reason=reason)


def _fill(plan: ImplementationPlan, names: list[str], by: User, works: tuple[PlanWork, ...]) -> None:
    """Works of titled districts, with costs growing each year; the others prepare to apply."""
    for district in District.objects.filter(name__in=names).order_by("name"):
        titled = district.titled_on is not None
        for work in works if titled else (PlanWork.APPLY,):
            name, money, source = WORKS[work]
            values = {
                "district": district, "work": work, "name": name, "money": Decimal(money + 50 * (plan.year - 2026)), "money_source": source,
                "start": dt.date(plan.year, 1, 1), "finish": dt.date(plan.year, 11, 30), "department": "演示牵头单位",
            }  # fmt: skip
            implementation.save_item(plan=plan, values=values, by=by)
