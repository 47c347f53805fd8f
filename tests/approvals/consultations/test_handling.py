"""Beside the steps: whose 批复, partner departments, leads and prolonged notices."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.applications.models import EndorsementChoice
from approvals.applications.services import endorsements
from approvals.applications.services.drafts import endorsement_mode_of
from approvals.cases.facts import endorsement_missing, endorsing_bodies
from approvals.casework.selectors.tasks import tasks_for
from approvals.common.enums import EndorsementMode
from approvals.consultations import services as handling
from approvals.consultations.models import Consultation
from approvals.publicity import services as notices
from approvals.publicity.models import NoticeExtension
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.accounts import make_organisation, make_user
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import make_district
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"approvals:{name}", args=args)


MODES = {
    EndorsementMode.COMPANY_OR_BUREAU: {"甲区", "乙区", "管委会"}, EndorsementMode.UNDER_COMMITTEE: {"管委会"},
    EndorsementMode.COMMITTEE_ITSELF: {"甲区", "乙区", "管委会"}, EndorsementMode.APPLICANT_IS_REGISTRAR: {"甲区", "乙区", "管委会"},
}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_whose_endorsement_each_mode_needs(mode):
    filing = Filing()
    bodies = {name: make_organisation(OrganisationKind.AUTHORITY, name) for name in ("甲区", "乙区", "管委会")}
    filing.district.authorities.set(bodies.values())
    filing.people.applicant_body.parent = bodies["管委会"]
    filing.people.applicant_body.save()
    if mode != filing.case.endorsement_mode:
        filing.do(endorsements.set_endorsement_mode, "preparer", mode=mode, reason="按申报主体性质")
        assert EndorsementChoice.objects.get().before == EndorsementMode.COMPANY_OR_BUREAU
    assert {body.name for body in endorsing_bodies(filing.fresh())} == MODES[mode]
    assert len(endorsement_missing(filing.case)) == len(MODES[mode])


def test_a_committee_that_applies_itself_never_endorses_its_own_case(people):
    filing = Filing(people)
    own = people.applicant_body
    filing.district.authorities.set([own])
    filing.do(endorsements.set_endorsement_mode, "preparer", mode=EndorsementMode.COMMITTEE_ITSELF, reason="管委会自己申报")
    assert endorsing_bodies(filing.fresh()) == []
    assert endorsement_missing(filing.case) == ["平台没有所在区政府的单位，申报主体不批复自己的申请"]
    area = filing.district.areas.get()
    government = make_organisation(OrganisationKind.AUTHORITY, "演示区人民政府二（虚构）", admin_code=area.code)
    make_organisation(OrganisationKind.AUTHORITY, "演示另一管委会（虚构）", admin_code=area.code, is_committee=True)
    assert endorsing_bodies(filing.fresh()) == [government]
    other = make_organisation(OrganisationKind.AUTHORITY, "演示乙区人民政府（虚构）")
    filing.district.authorities.add(other)
    assert endorsing_bodies(filing.fresh()) == [other]


@pytest.mark.parametrize(("marked", "name", "kind", "mode"), [
    (True, "上海虹桥商务区管理委员会", "applicant", EndorsementMode.UNDER_COMMITTEE),
    (False, "甲区人民政府（与管委会合署）", "applicant", EndorsementMode.COMPANY_OR_BUREAU),
    (True, "演示管委会", "bureau", EndorsementMode.COMPANY_OR_BUREAU),
])  # fmt: skip
def test_the_mode_proposed_is_read_from_the_mark_not_from_the_name(marked, name, kind, mode, people):
    district = make_district(people)
    above = make_organisation(OrganisationKind.AUTHORITY, name, is_committee=marked)
    district.applicant.kind, district.applicant.parent = kind, above
    district.applicant.save()
    assert endorsement_mode_of(district) == EndorsementMode.COMPANY_OR_BUREAU, "the body above does not lead this district"
    district.authorities.add(above)
    assert endorsement_mode_of(district) == mode
    district.authorities.add(district.applicant)
    assert endorsement_mode_of(district) == EndorsementMode.COMMITTEE_ITSELF


def test_the_mode_is_fixed_by_preparer_or_officer_with_a_reason():
    filing = Filing()
    wanted = {"case": filing.case, "mode": EndorsementMode.APPLICANT_IS_REGISTRAR}
    for seat in ("reviewer", "city_officer"):
        refuses(NotAllowed, endorsements.set_endorsement_mode, by=getattr(filing.people, seat), reason="x", **wanted)
    refuses("请填写理由", endorsements.set_endorsement_mode, by=filing.people.preparer, reason=" ", **wanted)
    filing.to_sent()
    refuses(NotAllowed, endorsements.set_endorsement_mode, by=filing.people.preparer, reason="x", **wanted)
    filing.do(endorsements.set_endorsement_mode, "city_officer", mode=EndorsementMode.APPLICANT_IS_REGISTRAR, reason="申报主体即专门机构")
    refuses("核对批复原件", filing.do, "accept", "city_officer")
    with pytest.raises(Refused, match="已是这一方式"):
        filing.do(endorsements.set_endorsement_mode, "city_officer", mode=EndorsementMode.APPLICANT_IS_REGISTRAR, reason="再次")


def test_departments_are_asked_with_a_due_date_and_only_reminded():
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    other = make_organisation(OrganisationKind.PARTNER, "演示市发展改革委（虚构）")
    reader = make_user("partner", other)
    asked = handling.consult(case=case, departments=[people.partner_body, other], question="请就用地指标提出意见", by=people.city_officer)
    due = workdays.current().add(clock.today(), 10)
    assert [one.due for one in asked] == [due, due]
    assert [task.due for task in tasks_for(Viewer(people.partner))] == [due]
    refuses("已在征询", handling.consult, case=case, departments=[other], question="再问", by=people.city_officer)
    refuses(NotAllowed, handling.consult, case=case, departments=[other], question="再问", by=people.secretariat)
    refuses(NotAllowed, handling.answer_consultation, consultation=asked[1], opinion="agrees", text="", by=people.partner)
    refuses("请写明意见", handling.answer_consultation, consultation=asked[0], opinion="objects", text="", by=people.partner)
    handling.answer_consultation(consultation=asked[0], opinion="remarks", text="补充指标来源", by=people.partner, scan=pdf())
    refuses("已经答复", handling.answer_consultation, consultation=asked[0], opinion="agrees", text="", by=people.partner)
    refuses("来函扫描件", handling.answer_consultation, consultation=asked[1], opinion="agrees", text="", by=people.city_officer)
    reaches(people, case, "consult_department", 被征询的部门={"partner", reader.username})
    reaches(people, case, "answer_consultation")
    assert Consultation.objects.get(pk=asked[1].pk).answered_at is None
    handling.answer_consultation(consultation=asked[1], opinion="agrees", text="", by=people.city_officer, scan=pdf())
    assert tasks_for(Viewer(reader)) == []


def test_an_anonymous_objection_is_a_lead_and_one_that_holds_prolongs_the_notice():
    filing = Filing().to_notice()
    people, notice = filing.people, filing.case.notices.get()
    notices.file_objection(notice=notice, text="线索一条")
    named = notices.file_objection(notice=notice, text="地块数不符", name="演示居民")
    filing.fresh()
    refuses("没有查实成立的意见", filing.do, notices.extend_notice, "city_officer", reason="核实")
    notices.answer_objection(objection=named, by=people.city_officer, reply="属实，已更正", held=True)
    filing.fresh()
    last = notice.closes_on
    later = dt.datetime.combine(last, dt.time(9), tzinfo=clock.SHANGHAI) + dt.timedelta(days=1)
    with clock.at(later):
        refuses("有1条意见成立，须延长公示", filing.do, "close_notice", "city_officer")
        filing.do(notices.extend_notice, "city_officer", reason="已更正地块数，继续公示")
    made = NoticeExtension.objects.get()
    assert (made.was, made.until) == (last, workdays.current().add(later.date(), 7))
    with clock.at(dt.datetime.combine(made.until, dt.time(9), tzinfo=clock.SHANGHAI) + dt.timedelta(days=1)):
        filing.do("close_notice", "city_officer")
    assert filing.case.status == "checking"  # the lead was kept, not answered


def test_the_forms_refuse_what_is_not_whole(client):
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    client.force_login(people.city_officer)
    ask = {"version": case.version, "departments": [people.partner_body.pk], "question": "请提出意见"}
    assert client.post(page("case_consult", case.pk), {**ask, "question": ""}).status_code == 422
    assert client.post(page("case_consult", case.pk), ask).status_code == 302
    one = Consultation.objects.get()
    assert [client.get(page(name, case.pk)).status_code for name in ("case_mode", "case_extend_notice")] == [404, 404]
    client.force_login(people.partner)
    assert client.post(page("consultation", one.pk), {"opinion": "objects"}).status_code == 409
    assert client.post(page("consultation", one.pk), {"opinion": "agrees"}).status_code == 302
    draft = Filing(people, name="演示二城（虚构）").case
    client.force_login(people.preparer)
    typed = {"version": draft.version, "mode": "under_committee", "reason": "管委会所属公司"}
    assert client.post(page("case_mode", draft.pk), {**typed, "reason": ""}).status_code == 422
    assert client.post(page("case_mode", draft.pk), typed).status_code == 302
    draft.refresh_from_db()
    assert draft.endorsement_mode == "under_committee"
