"""One letter of every kind, from matters that the portal's services brought to the state in which it is written; all fictional."""

import datetime as dt

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.consultations.models import Consultation
from approvals.losses.models import LossFile
from approvals.opinions.models import ReviewOpinion
from approvals.publicity import services as announcements
from approvals.requests.models import ExtensionRequest
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.remedies import Remedy
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.stage_assessments.models import StageAssessment, StageOpinion
from districts.plots.models import PlotOpinion
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.letters import Letter, as_data, drafts_of
from obligations.models import Exemption
from obligations.selectors import due
from outreach.disclosures.models import DisclosureRemedy
from outreach.disclosures.services import DisclosureWords, file_disclosure
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Losing, make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.districts import PlotFactory, make_district
from tests.factories.stages import make_stage

TODAY = dt.date(2026, 11, 20)


def _store(model, key, **fields):
    model.objects.filter(pk=key).update(**fields)
    return model.objects.get(pk=key)


def every_letter(visit=lambda *_: None):
    """Letters by matter and kind, each as the one who has to do with it may read it.

    ``visit(name, matter, draft, user)`` is told of each while its matter is in the state in which it is written.
    """
    people = cast()
    found = {}

    def take(name, matter, seat, **as_stored):
        shown = _store(type(matter), matter.pk, **as_stored) if as_stored else matter
        for draft in drafts_of(shown, Viewer(getattr(people, seat))):
            letter = f"{name}:{draft.key.rstrip('0123456789')}:{draft.title.partition('（')[0]}"
            found[letter] = draft.write().spaced(TODAY)
            visit(letter, shown, draft, getattr(people, seat))

    _application(people, take)
    _loss(people, take)
    _change(people, take)
    _assessments(people, take)
    _districts(people, take)
    _disclosures(people, take)
    return found


def _application(people, take):
    filing = Filing(people)
    take("application", filing.case, "preparer")
    filing.to_reviewing().conclude("passed", 2).open_notice()
    case, now = filing.case, clock.now()
    asked = {"asked_by": people.secretariat, "asked_at": now}
    PreReviewQuestion.objects.create(case=case, number=1, slot="plots", text="请说明地块边界", answer="已补图", **asked)
    opinion = {"field": "低碳高效", "item_id": "7.2.1", "item_title": "可再生能源", "body": "演示区发展改革委", "drawn_up_at": now}
    ReviewOpinion.objects.create(case=case, review=case.review, number=1, text="补充屋顶光伏测算", kind="must", **opinion)
    one = {"question": "请就能源规划提出意见", "asked_by": people.city_officer, "asked_at": now, "due": TODAY}
    reply = {"opinion": "remarks", "text": "建议补充分布式能源内容。", "answered_at": now, "answered_by": people.partner}
    consultation = Consultation.objects.create(case=case, department=people.partner.posts.first().organisation, **one, **reply)
    take("consultation", consultation, "partner")
    request = {"deadline": "correction", "was_due": TODAY, "reason": "图件测绘未完成", "asked_at": now, "asked_by": people.reviewer}
    ExtensionRequest.objects.create(case=case, until=TODAY + dt.timedelta(days=10), status="granted", decided_at=now, **request)
    case.corrections.create(round=1, issued_at=now, issued_by=people.city_officer, due=TODAY).findings.create(
        text="未盖章", slot="application"
    )
    take("application", case, "city_officer", status="deciding")
    take("application", case, "city_officer", status="sent")
    type(case.review).objects.filter(pk=case.review_id).update(conclusion="failed")
    take("failed", case, "city_officer", status="deciding")
    take("acceptance", case, "city_officer", kind="YS", status="deciding")
    batch = announcements.create_batch(by=people.city_officer, cases=[_store(Case, case.pk, kind="SQ", status="decided")], demo=True)
    take("batch", batch, "city_officer")
    _amendments(people, take, batch)


def _amendments(people, take, batch):
    number = "演沪建公告〔2025〕1号"
    original = as_data(Letter(batch.title, "", ("现予公告。",), number=number, day=TODAY, by="演示单位（虚构）"))
    done = {"status": "published", "published_on": TODAY, "published_at": clock.now(), "original": original}
    made = {"announcement": batch, "reason": "登记有误", "proposed_at": clock.now(), "proposed_by": people.city_officer, **done}
    right = {"field": "number", "before": "演沪建公告〔2025〕2号", "after": number}
    Amendment.objects.create(kind="correct", number="演沪建公告〔2026〕2号", **right, **made)
    Amendment.objects.create(kind="withdraw", number="演沪建公告〔2026〕3号", **made)
    take("amended", batch, "city_officer", status="published", number=number, announced_on=TODAY)


def _loss(people, take):
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    losing = Losing(people, district).to_served()
    LossFile.objects.filter(case=losing.case).update(statement_way="电话")
    losing.fresh()
    take("loss", losing.case, "city_officer")
    batch = announcements.create_batch(by=people.city_officer, cases=[losing.case], demo=True)
    take("ended", batch, "city_officer")
    given = {"body": "演示市人民政府（虚构）", "number": "演府复〔2026〕3号", "filed_on": TODAY, "served_on": TODAY}
    against = {"against_number": losing.case.decision_number, "against_on": losing.case.decided_on}
    by = {"recorded_at": clock.now(), "recorded_by": people.city_officer, **against}
    judged = {"status": "appealed", "judgment": "judgment", "judged_on": TODAY, "appealed_on": TODAY, "outcome": "rejected"}
    first = {**given, "number": "（2026）演初2号", "outcome_number": "（2026）演初2号判决"}
    suit = Remedy.objects.create(case=losing.case, kind="suit", **judged, **first, **by)
    take("appeal", Remedy.objects.create(case=losing.case, kind="appeal", after=suit, filer="holder", **given, **by), "city_officer")
    Remedy.objects.filter(pk=suit.pk).update(status="closed", outcome_on=TODAY)
    for kind in ("suit", "review"):
        remedy = Remedy.objects.create(case=losing.case, kind=kind, **given, **by)
        take(kind, remedy, "city_officer")
    annulled = {"outcome": "annulled", "outcome_number": "演府复决〔2026〕3号", "outcome_on": TODAY, "status": "closed"}
    take("annulled", remedy, "city_officer", **annulled)


def _change(people, take):
    case = Asked(people=people).to_checking().case
    take("change", case, "city_officer")


def _assessments(people, take):
    stage, now = make_stage(people, filled=False), clock.now()
    row = {"field": "韧性安全", "item_id": "5.1.2", "item_title": "海绵城市", "body": "演示管委会", "drawn_up_at": now}
    review = Case.objects.exclude(review=None).get().review
    StageOpinion.objects.create(stage=stage, review=review, number=1, text="建立台账", kind="must", reply="已建立", status="closed", **row)
    concluded = {"opinion": "指标落实滞后", "concluded_at": now, "filed_at": now, "rectify_due": TODAY}
    take("stage", stage, "city_officer", status="qualified", conclusion="qualified", **concluded)
    take("stage", stage, "city_officer", status="rectifying", conclusion="unqualified", extended=True, **concluded)
    take("stage", stage, "city_officer", status="unmended", rectified_at=now)
    StageAssessment.objects.filter(pk=stage.pk).update(status="mended")
    check = make_self_check(people, district=stage.district)
    take("check", check, "reviewer", status="filed", filed_at=now)
    visit = {"mode": "onsite", "basis": "年度计划", "inspected_on": TODAY, "team": "演示检查组", "opened_at": now, "issued_at": now}
    inspection = Inspection.objects.create(district=stage.district, status="closed", closed_at=now, **visit)
    fault = {"rule": "SUPERVISION", "text": "监测设备停用", "demand": "恢复运行", "due": TODAY, "reply": "已恢复", "status": "closed"}
    InspectionFinding.objects.create(inspection=inspection, order=1, **fault)
    take("inspection", inspection, "preparer")


def _disclosures(people, take):
    words = DisclosureWords("citizen", "演示居民", "310000199001010000", "13800001234", "2025年度后评估方案（虚构）", "counter")
    row = file_disclosure(words=words, address="192.0.2.1", is_demo=True).request
    extended = {"extended_at": clock.now(), "extended_by": people.city_checker, "extension_reason": "需要征求第三方意见"}
    answered = {"outcome": "partly", "withheld": "private", "reply": "提供方案正文，附表不予公开", "reply_number": "演公开〔2026〕1号"}
    by = {"replied_on": TODAY, "replied_at": clock.now(), "replied_by": people.city_officer}
    asked = {"asked_at": clock.now(), "asked_by": people.city_officer, "asked_words": "请写明年份（虚构）", "asked_until": TODAY}
    take("unclear", row, "city_officer", **asked)
    type(row).objects.filter(pk=row.pk).update(completed_at=clock.now(), completion="2025年度（虚构）")
    third = {"third_party": "演示公司（虚构）", "opinion_asked_on": TODAY}
    take("disclosure", row, "city_officer", **third, **extended, **answered, **by)
    given = {"kind": "review", "body": "演示市人民政府（虚构）", "number": "演府复〔2026〕31号", "filed_on": TODAY, "served_on": TODAY}
    against = {"against_number": "演公开〔2026〕1号", "against_on": TODAY, "recorded_at": clock.now(), "recorded_by": people.city_officer}
    row = type(row).objects.get(pk=row.pk)  # as it was answered
    take("contested", DisclosureRemedy.objects.create(request=row, **given, **against), "city_officer")


def _districts(people, take):
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=2027, filed_on=TODAY, is_demo=True)
    take("plan", plan, "authority")
    district = make_district(people, name="演示地块城（虚构）")
    plot = PlotFactory(district=district, number="A1", acquisition="grant")
    put = {"plot": plot, "department": "演示区建设管理委", "asked_on": TODAY, "due_on": TODAY, "answered_on": TODAY}
    asked = PlotOpinion.objects.create(purpose="conditions", level="district", required={"prefab": "40"}, number="演〔2026〕1号", **put)
    take("plot", asked, "preparer")
    take("plot design", PlotOpinion.objects.create(purpose="design", result="amended", text="增加连廊", **put), "preparer")
    for until in (TODAY + dt.timedelta(days=60), None):
        owed = next(iter(due(Viewer(None))))
        made = {"reason": "组织机构调整", "decided_at": clock.now(), "decided_by": people.city_director}
        made |= {} if until else {"checked_at": clock.now(), "checked_by": people.city_checker}
        take("owed", Exemption.objects.create(obligation=owed.key, extended_to=until, **made), "city_director")
