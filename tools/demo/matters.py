"""Other matters in the demo: a change, an open acceptance, an inspection under rectification, a loss of title."""

import datetime as dt
from collections.abc import Mapping

from approvals.acceptances.services import start_acceptance
from approvals.cases.models.cases import Case
from approvals.cases.services import add_document
from approvals.changes import services as changes
from approvals.common.enums import LossGround, TitleKind
from approvals.consultations import services as handling
from approvals.consultations.models import OpinionKind
from approvals.losses.models import RecordedKind
from approvals.losses.services import open_loss, record_assessment, save_grounds
from approvals.settings.services import propose_setting
from approvals.titles.services.history import policy_of
from approvals.titles.services.titles import HistoricTitle, record_historic
from assessments.inspections import services as inspections
from assessments.inspections.models import InspectionFinding, InspectionMode, Severity
from assessments.stage_assessments.models import StageAssessment
from districts.common.enums import Certainty
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.workflow import second_person
from greendistrict.workflow.procedure import take
from tools.demo import district as land
from tools.demo.case_steps import step
from tools.demo.files import upload
from tools.demo.timing import after, moment

People = Mapping[str, User]
TEAM = "周演示、郑演示"
MEND_DAYS = 45
YEAR = 365


def change_before_director(district: District, people: People, today: dt.date) -> None:
    """The applicant wants three stars; answered by a partner department, checked and agreed, the change waits for the director."""
    begin = moment(today - dt.timedelta(days=16))
    with clock.at(begin):
        case = changes.start_change(district=district, kind="target_star", by=people["preparer_kechuang"])
        why = "可再生能源和绿色建筑项目提前实施，具备按更高星级建设的条件（演示）"
        changes.save_change(case=case, by=people["preparer_kechuang"], values={"star": 3}, reason=why)
        for slot, title in (("application", "变更申请"), ("comparison", "变更前后对照"), ("basis", "变更依据")):
            add_document(case=case, slot=slot, upload=upload("政府批复"), title=title, by=people["preparer_kechuang"])
        step("hand_up", case=case, by=people["preparer_kechuang"])
    with clock.at(after(begin, 2)):
        step("sign", case=case, by=people["reviewer_kechuang"])
    with clock.at(after(begin, 3)):
        partner = people["partner"].posts.get().organisation
        question = "申报主体拟提高目标星级，请就用地和指标提出意见（演示）"
        [asked] = handling.consult(case=case, departments=[partner], question=question, by=people["city_officer"])
    with clock.at(after(begin, 4)):
        remark = "同意提高目标星级，建议同步更新专业规划（演示）"
        handling.answer_consultation(consultation=asked, opinion=OpinionKind.REMARKS, text=remark, by=people["partner"])
    with clock.at(after(begin, 5)):
        step("to_check", case=case, by=people["city_officer"], reason="已核对规划方案")
    with clock.at(after(begin, 6)):
        step("agree", case=case, by=people["city_checker"])


def setting_before_checker(people: People, today: dt.date) -> None:
    """The officer proposes another value for a setting, which waits to be checked."""
    with clock.at(moment(today - dt.timedelta(days=2))):
        reason = "专家反映收到邀请后三个工作日内难以协调时间，拟调整为五个工作日（演示）"
        propose_setting(key="expert_reply_days", value=5, reason=reason, by=people["city_officer"])


def acceptance_begun(district: District, people: People, today: dt.date) -> None:
    """A draft of the final acceptance whose conditions are not yet met."""
    with clock.at(moment(today - dt.timedelta(days=9))):
        start_acceptance(district=district, by=people["preparer_kechuang"])


def inspection_being_mended(district: District, people: People, today: dt.date) -> StageAssessment:
    """Rectification of two findings is ordered, one is reported as done; the serious one brings the assessment forward."""
    officer, begin = people["city_officer"], moment(today - dt.timedelta(days=75))
    with clock.at(begin):
        found = inspections.register(
            district=district,
            values={
                "mode": InspectionMode.DESK,
                "basis": "年度监督检查计划（演示）",
                "inspected_on": begin.date(),
                "team": TEAM,
                "summary": "核对年度报送、指标台账和运营机制材料（演示）。",
            },
            by=officer,
        )
        due = begin.date() + dt.timedelta(days=MEND_DAYS)
        late = {"rule": "SELF-CHECK", "item_id": "", "severity": Severity.SERIOUS, "due": due}
        inspections.add_finding(inspection=found, values={**late, "text": "上一年度自查未报送。", "demand": "补报年度自查。"}, by=officer)
        mild = {"rule": "OPERATE-MECHANISM", "item_id": "", "severity": Severity.MINOR, "due": due}
        words = {"text": "部门协同会议没有记录。", "demand": "建立例会制度并留存纪要。"}
        inspections.add_finding(inspection=found, values={**mild, **words}, by=officer)
    with clock.at(after(begin, 2)):
        found.refresh_from_db()
        take(obj=found, action="issue", by=officer, version=found.version)
    with clock.at(after(begin, 4)):
        take(obj=found, action="call_assessment", by=people["city_director"], version=found.version)
    with clock.at(after(begin, 12)):
        _report(found.findings.get(rule="OPERATE-MECHANISM"), people)
    return StageAssessment.objects.select_related("table__district").get(district=district, opened_at__gte=begin)


def _report(finding: InspectionFinding, people: People) -> None:
    paper = upload("数字化平台说明")
    inspections.add_file(owner=finding, upload=paper, title="例会制度和纪要", kind="整改材料", by=people["preparer_kechuang"])
    reply = "已建立按季度例会制度，两次会议纪要见附件（演示）。"
    inspections.save_reply(finding=finding, text=reply, version=finding.version, by=people["preparer_kechuang"])
    finding.refresh_from_db()
    take(obj=finding, action="report", by=people["reviewer_kechuang"], version=finding.version)


def loss_being_heard(plot: land.DemoDistrict, bodies: Mapping[str, Organisation], people: People, today: dt.date) -> None:
    """A pilot failed two assessments in a row; it is notified of the intended revocation, and may make a statement."""
    facts = (
        "连续两次阶段评估不合格；近期重点项目均未开工，绿色生态专业规划的主要措施未落实（演示）。",
        "未按专业规划和实施计划推进建设，整改到期未完成（演示）。",
    )
    last = today - dt.timedelta(days=75)
    case = loss_agreed(plot, bodies, people, facts, failed_on=last, begin=moment(today - dt.timedelta(days=30)))
    with clock.at(moment(today - dt.timedelta(days=7))):
        notify_intent(case, people["city_officer"], 2)


def loss_in_legal_check(plot: land.DemoDistrict, bodies: Mapping[str, Organisation], people: People, today: dt.date) -> None:
    """A pilot made its statement in time; the officer has answered and requested the legal check."""
    facts = (
        "两次阶段评估均不合格；更新实施范围内的雨污分流改造和近期重点项目均未实施，未编制年度实施计划（演示）。",
        "绿色生态专业规划的措施未纳入更新项目的实施要求，第一次评估后的整改到期未完成（演示）。",
    )
    last = today - dt.timedelta(days=130)
    case = loss_agreed(plot, bodies, people, facts, failed_on=last, begin=moment(today - dt.timedelta(days=75)))
    told = moment(today - dt.timedelta(days=48))
    with clock.at(told):
        notify_intent(case, people["city_officer"], 1)
    with clock.at(after(told, 9)):
        statement = "受房屋征收进度影响，重点项目未能按期开工；现已重新排定开工时间，请求再给予一年整改期限（演示）。"
        step("state", case=case, by=people[plot.seats[1]], statement=statement)
    with clock.at(moment(today - dt.timedelta(days=5))):
        considered = "征收进度属实，但不影响编制年度实施计划和落实已供地块的管控要求；整改期限已给足，陈述的理由不予采纳（演示）。"
        step("to_legal", case=case, by=people["city_officer"], considered=considered)


def loss_agreed(
    plot: land.DemoDistrict,
    bodies: Mapping[str, Organisation],
    people: People,
    facts: tuple[str, str],
    *,
    failed_on: dt.date,
    begin: dt.datetime,
) -> Case:
    """A pilot that failed twice, most recently on ``failed_on``, and the agreed file to revoke its title.

    ``facts``: what happened, and what was not implemented.
    """
    officer, first = people["city_officer"], failed_on - dt.timedelta(days=YEAR)
    with clock.at(moment(failed_on)):
        district = _old_pilot(plot, bodies, people[plot.seats[0]], granted_on=first - dt.timedelta(days=3 * YEAR))
        for day, what in ((first, "第一次阶段评估"), (failed_on, "提前组织的阶段评估")):
            source, paper = f"演示评估通报（虚构）：{what}不合格", upload("政府批复")
            made = record_assessment(
                district=district, by=officer, kind=RecordedKind.STAGE, concluded_on=day, passed=False, source=source, document=paper
            )
            second_person.check(row=made, by=people["city_checker"])
    with clock.at(begin):
        case = open_loss(district=district, ground=LossGround.REVOKE, by=officer)
        basis, proof = "沪住建规范联〔2023〕13号 八（四）", upload("年度监测数据")
        save_grounds(case=case, by=officer, facts=facts[0], basis=basis, not_implemented=facts[1], scan=[proof])
    with clock.at(after(begin, 2)):
        step("to_check", case=case, by=officer, reason="事实和依据已核对")
    with clock.at(after(begin, 4)):
        return step("agree", case=case, by=people["city_checker"], reason="同意告知")


def notify_intent(case: Case, by: User, number: int) -> None:
    """Notify the district of the intended revocation today."""
    today = clock.today()
    step("tell", case=case, by=by, number=f"演示告〔{today.year}〕{number}号", intent_served_on=today, scan=upload("政府批复"))


def _old_pilot(plot: land.DemoDistrict, bodies: Mapping[str, Organisation], preparer: User, *, granted_on: dt.date) -> District:
    """A district titled before the portal existed (历史补录); nothing of its plan is built."""
    district = land.register(plot, dict(bodies), preparer)
    land.write_plan(district, preparer, carbon=plot.carbon)
    land.fill_lists(plot, district, preparer)
    title = HistoricTitle(
        kind=TitleKind.PILOT,
        policy=policy_of(granted_on),
        source="演示公告（虚构）",
        certainty=Certainty.SOURCED,
        star=plot.star,
        granted_on=granted_on,
    )
    record_historic(district=district, title=title)
    return District.objects.get(pk=district.pk)
