"""代录: what came on paper or by phone, entered by the officer for somebody, from the application to the objection."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Objection
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.tasks import tasks_for
from approvals.changes import services as changes
from approvals.requests.services import ProxyEntry
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from tests.factories.acceptance import Accepting
from tests.factories.approvals import REASONS, Filing, fill_table, lay_papers, make_ready_district, pdf, published_edition, step
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db


def paper(**kw):
    return ProxyEntry(**{"way": "paper", "received_on": clock.today(), "on_behalf": "演示公司张三", "scan": pdf(), **kw})


def typed(**more):
    return {"way": "paper", "received_on": clock.today().isoformat(), "on_behalf": "演示公司张三", "scan": pdf(), **more}


def test_an_application_on_paper_from_its_arrival_to_the_city(client, people):
    district = make_ready_district(people, edition=published_edition())
    client.force_login(people.city_officer)
    page = reverse("approvals:enter_filing")
    answer = client.post(page, typed(district=district.pk, star_asked="2", scan=""))
    assert "纸质来件须上传扫描件" in answer.content.decode()
    assert client.post(page, typed(district=district.pk, star_asked="2")).status_code == 302
    walk = Filing.__new__(Filing)
    walk.people, walk.district, walk.case = people, district, Case.objects.get()
    assert (walk.case in cases_visible_to(Viewer(people.city_officer)), walk.case.documents.get().slot) == (True, "application")
    reaches(people, walk.case, "enter")
    fill_table(walk.case)
    lay_papers(walk.case)
    Case.objects.update(reasons=REASONS)
    refuses(NotAllowed, walk.do, "hand_up", "city_officer")
    walk.fresh()
    walk.to_signing()
    signed = client.post(reverse("approvals:case_action", args=[walk.case.pk, "enter_sign"]), typed(version=walk.case.version))
    assert signed.status_code == 302
    walk.fresh()
    assert (walk.case.status, walk.case.number[:3], walk.case.table.status) == ("endorsing", "SQ-", "submitted")
    client.get(reverse("approvals:case_endorse", args=[walk.case.pk]))
    refuses("缺批复文号", walk.do, "enter_send_up", "city_officer", entry=paper())
    walk.endorse().do("enter_send_up", "city_officer", entry=paper()).do("accept", "city_officer")
    assert [row.what for row in walk.case.paper_entries.order_by("pk")] == ["试点申报", "签发", "报送"]


def test_the_officer_records_endorsements_only_of_what_came_on_paper(client):
    filing = Filing().to_endorsing()
    Case.objects.update(sent_at=clock.now())
    client.force_login(filing.people.city_officer)
    assert client.get(reverse("approvals:case_endorse", args=[filing.case.pk])).status_code == 403


def test_answers_to_corrections_are_entered_one_by_one(client):
    filing = Filing().to_correcting()
    finding = filing.case.corrections.get().findings.get()
    client.force_login(filing.people.city_officer)
    address = reverse("approvals:case_action", args=[filing.case.pk, "enter_answer"])
    assert client.post(address, typed(version=filing.case.version)).status_code == 422
    assert client.post(address, typed(version=filing.case.version, **{f"answer-{finding.pk}": "申请表已盖章"})).status_code == 302
    filing.fresh()
    finding.refresh_from_db()
    entry = filing.case.paper_entries.get()
    assert (filing.case.status, finding.answer, entry.what, entry.entered_by) == (
        "sent", "申请表已盖章", "补正答复", filing.people.city_officer,
    )  # fmt: skip


def test_an_acceptance_signed_on_paper():
    walk = Accepting(by="city_officer").to_signing()
    walk.do("enter_sign", "city_officer", entry=paper(way="phone", scan=None, note="致电确认，原件后补"))
    assert (walk.case.status, walk.case.number[:3], walk.case.submissions.count()) == ("sent", "YS-", 1)


def test_an_objection_by_letter_counts_within_the_days_of_the_notice(client):
    filing = Filing().to_notice()
    client.force_login(filing.people.city_officer)
    page = reverse("approvals:enter_objection", args=[filing.case.pk])
    given = {"version": filing.case.version, "name": "演示居民", "text": "地块数不符"}
    late = client.post(page, typed(**given, received_on=(clock.today() - dt.timedelta(days=9)).isoformat()))
    assert "收到日期不在公示期内" in late.content.decode()
    assert client.post(page, typed(**given)).status_code == 302
    assert Objection.objects.get().name == "演示居民"


def test_replies_to_questions_are_entered(client):
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    client.force_login(people.city_officer)
    question = case.questions.create(number=1, slot="plan", text="能源来源", asked_by=people.city_officer, asked_at=clock.now())
    case.refresh_from_db()
    reply = typed(version=case.version, way="phone", scan="", note="致电", **{f"answer-{question.pk}": "见第3章"})
    assert client.post(reverse("approvals:enter_replies", args=[case.pk]), reply).status_code == 302
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("见第3章", people.city_officer)


def test_a_change_on_paper_from_its_arrival_to_the_check(client, people):
    district = make_ready_district(people, edition=published_edition())
    client.force_login(people.city_officer)
    page = reverse("approvals:enter_change")
    wanted = {"district": district.pk, "kind": "target_star"}
    answer = client.post(page, typed(**wanted))
    case = Case.objects.get()
    assert answer.url == reverse("approvals:change_edit", args=[case.pk])
    assert "一次只能办一件" in client.post(page, typed(**wanted)).content.decode()
    kept = [(row.action, row.what, row.entered_by) for row in case.paper_entries.all()]
    assert (kept, case.documents.get().slot) == ([("filing_change", "变更申请", people.city_officer)], "application")
    assert [task.title for task in tasks_for(Viewer(people.city_officer))] == ["变更：填报中"]
    page = reverse("approvals:case_action", args=[case.pk, "enter_sign"])
    assert "尚未填写变更内容" in client.post(page, typed(version=case.version)).content.decode()
    assert client.post(answer.url, {"star": "3", "reason": "规划调整", "version": case.version}).status_code == 302
    case.refresh_from_db()
    assert "缺必交材料“变更依据”" in client.post(page, typed(version=case.version)).content.decode()
    lay_papers(case)
    assert client.post(page, typed(version=case.version)).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.number[:3], case.change.lines[0]["after"]) == ("sent", "BG-", "三星级")
    step("return_change", case=case, by=people.city_officer, reason="来件有误")
    assert case in cases_visible_to(Viewer(people.city_officer)), "what came on paper stays in sight"


def test_the_officer_fills_in_and_signs_only_changes_that_came_on_paper(people):
    district = make_ready_district(people, edition=published_edition())
    case = changes.start_change(district=district, kind="target_star", by=people.preparer)
    refuses(NotAllowed, changes.save_change, case=case, by=people.city_officer, values={"star": 3}, reason="x")
    changes.save_change(case=case, by=people.preparer, values={"star": 3}, reason="规划调整")
    refuses("不是书面来件", step, "enter_sign", case=case, by=people.city_officer, entry=paper())
    assert tasks_for(Viewer(people.city_officer)) == []
