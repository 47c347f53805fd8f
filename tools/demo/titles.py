"""Changes of titles in the demo: one is transferred to another body, one is revoked, reconsidered and contested in court."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.cases.models.cases import Case
from approvals.cases.services import add_document
from approvals.changes import services as changes
from approvals.publicity.services import approve, create_batch, publish
from approvals.remedies.services import record_remedy
from approvals.titles.enums import RemedyKind, RemedyOutcome, TransferGround
from approvals.titles.models.publicity import Announcement
from approvals.titles.models.remedies import Remedy
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from tools.demo import district as land
from tools.demo.case_steps import step
from tools.demo.files import upload
from tools.demo.matters import loss_agreed, notify_intent
from tools.demo.timing import after, moment

People = Mapping[str, User]
COURT, GOVERNMENT = "演示人民法院（虚构）", "演示市人民政府（虚构）"


def transferred(district: District, passing: tuple[Organisation, Organisation], people: People, day: dt.date) -> None:
    """The committee of a pilot was dissolved and another body succeeds it, from the request to the decision."""
    preparer, begin = people["preparer_kechuang"], moment(day)
    before, after_it = passing
    with clock.at(begin):
        case = changes.start_change(district=district, kind="transfer", by=preparer)
        values = {
            "ground": TransferGround.DISSOLVED,
            "paper": f"关于撤销{before.name}的通知（演示府〔{day.year}〕12号，虚构）",
            "effective_on": (day - dt.timedelta(days=14)).isoformat(),
            "authority_before": before.pk,
            "authority": after_it.pk,
            "applicant": None,
        }
        why = f"{before.name}撤销，职责由{after_it.name}承担（演示）"
        changes.save_change(case=case, by=preparer, values=values, reason=why)
        for slot, title in (("application", "变更申请"), ("comparison", "变更前后对照"), ("basis", "机构调整文件")):
            add_document(case=case, slot=slot, upload=upload("政府批复"), title=title, by=preparer)
        step("hand_up", case=case, by=preparer)
    with clock.at(after(begin, 1)):
        step("sign", case=case, by=people["reviewer_kechuang"])
    with clock.at(after(begin, 4)):
        step("to_check", case=case, by=people["city_officer"], reason="机构调整文件已核对，承继单位明确（演示）")
    with clock.at(after(begin, 6)):
        step("agree", case=case, by=people["city_checker"])
    with clock.at(after(begin, 9)):
        today = clock.today()
        step("decide", case=case, by=people["city_director"], number=f"演沪建函〔{today.year}〕9号", decided_on=today, scan=None)


def revoked_and_sued(plot: land.DemoDistrict, bodies: Mapping[str, Organisation], people: People, today: dt.date) -> None:
    """A revoked pilot: during reconsideration the decision was suspended, then upheld; the lawsuit waits for the city's defence."""
    case = _revoked(plot, bodies, people, today - dt.timedelta(days=165))
    officer = people["city_officer"]
    filed = moment(today - dt.timedelta(days=78))
    with clock.at(after(filed, 2)):
        review = _recorded(case, officer, GOVERNMENT, f"演府复〔{filed.year}〕6号", filed.date())
    with clock.at(after(filed, 6)):
        _do(review, "stay", officer, number=f"演府复停〔{filed.year}〕2号", on=clock.today(), ground="称号标牌和宣传材料暂不撤除（演示）")
    with clock.at(after(filed, 9)):
        _do(review, "reply", officer, number=f"演沪建复答〔{filed.year}〕6号", on=clock.today())
    ended = moment(today - dt.timedelta(days=22))
    with clock.at(ended):
        number = f"演府复决〔{ended.year}〕6号"
        words = "维持被申请人作出的撤销称号决定（演示）"
        _do(review, "find", officer, outcome=RemedyOutcome.UPHELD, number=number, on=clock.today(), words=words, scan=upload("政府批复"))
    with clock.at(after(ended, 1)):
        _do(review, "confirm", people["city_director"])
    sued = after(ended, 5)
    with clock.at(after(sued, 3)):
        suit = _recorded(case, officer, COURT, f"（{sued.year}）演01行初18号", sued.date())
    with clock.at(after(sued, 4)):
        _do(suit, "stay", officer, number=f"（{sued.year}）演01行初18号之一", on=clock.today(), ground="裁定停止执行，待判决（演示）")


WAYS = (
    "不服本决定的，可以自收到决定书之日起六十日内向演示市人民政府（虚构）申请行政复议，"
    "也可以自收到决定书之日起六个月内依法向演示人民法院（虚构）提起行政诉讼。"
)


def _revoked(plot: land.DemoDistrict, bodies: Mapping[str, Organisation], people: People, start: dt.date) -> Case:
    facts = (
        "两次阶段评估均不合格；近期重点项目开工率不足三成，绿色生态专业规划的主要指标未落实到地块（演示）。",
        "未按专业规划和实施计划推进建设，提前组织的阶段评估后整改到期未完成（演示）。",
    )
    begin, officer = moment(start), people["city_officer"]
    case = loss_agreed(plot, bodies, people, facts, failed_on=start - dt.timedelta(days=25), begin=begin)
    told = after(begin, 6)
    with clock.at(told):
        notify_intent(case, officer, 8)
    with clock.at(after(told, 4)):
        step("state", case=case, by=people[plot.seats[1]], statement="重点项目受市政配套进度影响，请求延长整改期限（演示）。")
    with clock.at(after(told, 10)):
        step("to_legal", case=case, by=officer, considered="配套进度不影响落实地块管控要求，陈述的理由不予采纳（演示）。")
    with clock.at(after(told, 12)):
        step(
            "legal_agree",
            case=case,
            by=people["city_legal"],
            reason="事实清楚，证据充分，依据正确，程序合法（演示）",
            scan=upload("政府批复"),
        )
    with clock.at(after(told, 15)):
        day = clock.today()
        said: dict[str, Any] = {"discussed_on": day, "discussed_by": "孙演示等5人", "discussion": "同意撤销试点称号（演示）"}
        step("discuss", case=case, by=officer, minutes_number=f"演纪〔{day.year}〕4号", scan=upload("政府批复"), **said)
    with clock.at(after(told, 18)):
        day, ways = clock.today(), WAYS
        step(
            "decide",
            case=case,
            by=people["city_director"],
            number=f"演沪建决〔{day.year}〕3号",
            decided_on=day,
            remedies=ways,
            scan=upload("政府批复"),
        )
    with clock.at(after(told, 20)):
        step("serve", case=case, by=officer, served_on=clock.today(), served_way="直接送达", served_to="曹演示", scan=upload("政府批复"))
    with clock.at(after(told, 23)):
        batch = create_batch(by=officer, cases=[Case.objects.get(pk=case.pk)], demo=True)
        approve(announcement=batch, by=people["city_director"])
        number = f"演示公告〔{clock.today().year}〕{batch.batch}号"
        publish(announcement=Announcement.objects.get(pk=batch.pk), by=officer, number=number, announced_on=clock.today())
    return Case.objects.get(pk=case.pk)


def _recorded(case: Case, by: User, body: str, number: str, filed_on: dt.date) -> Remedy:
    kind = RemedyKind.SUIT if body == COURT else RemedyKind.REVIEW
    case = Case.objects.get(pk=case.pk)
    return record_remedy(case=case, by=by, kind=kind, body=body, number=number, filed_on=filed_on, served_on=clock.today())


def _do(remedy: Remedy, action: str, by: User, **values: object) -> None:
    row = Remedy.objects.get(pk=remedy.pk)
    take(obj=row, action=action, by=by, version=row.version, values=values)
