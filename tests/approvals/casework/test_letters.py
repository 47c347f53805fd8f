"""Drafts (参考稿): which are there for whom in each state, and that they say what the case says."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.casework.letters import letters_of
from approvals.losses.models import LossFile
from approvals.publicity import services as announcements
from approvals.publicity.letters import batch_letter
from districts.special_plans.models import SpecialPlan
from greendistrict.core import clock
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Losing, make_pilot, record_failures
from tests.factories.approvals import Filing
from tests.factories.districts import SpecialPlanFactory

pytestmark = pytest.mark.django_db


def at(case, **fields):
    Case.objects.filter(pk=case.pk).update(**fields)
    return Case.objects.get(pk=case.pk)


def keys(case, *, inside):
    return [kind.key for kind in letters_of(case, inside=inside)]


def letter_of(case, key, *, inside):
    """One readable draft by key, or None."""
    kind = next((kind for kind in letters_of(case, inside=inside) if kind.key == key), None)
    return kind.write(case) if kind else None


def letter_page(case, key):
    return reverse("reports:letter", args=["case", case.pk, key])


def words(case, key):
    one = letter_of(case, key, inside=True)
    cells = ["　".join(line) for line in one.lines]
    return "\n".join([one.title, one.to, one.number, *one.paragraphs, *cells, *one.closing, *one.annexes])


def test_an_application_from_receipt_to_the_grant(client):
    filing = Filing().to_correcting()
    people, case = filing.people, filing.case
    finding = case.corrections.get().findings.get()
    assert keys(case, inside=True) == keys(case, inside=False) == ["receipt-1", "correction-1"]
    notice = words(case, "correction-1")
    assert all(part in notice for part in (finding.bound_label, finding.text, "补正告知书", "第1次", case.applicant.name))
    assert "再次补正只核对本次告知的内容，经市级审定写明理由的除外。" in notice
    case = at(case, status="sent")
    assert keys(case, inside=True) == ["sending", "acceptance", "refusal", "receipt-1", "correction-1"]
    assert "核对，不予受理。理由：＿＿＿" in words(case, "refusal")
    assert "不符合" not in words(case, "refusal"), "which clause is not met the officer says"
    assert keys(case, inside=False) == ["sending", "receipt-1", "correction-1"]
    assert letter_of(case, "refusal", inside=False) is None
    client.force_login(people.city_officer)
    page = client.get(reverse("approvals:case_action", args=[case.pk, "refuse"])).content.decode()
    address = letter_page(case, "refusal")
    assert address in page
    assert "不予受理通知书" in client.get(address).content.decode()
    client.force_login(people.reviewer)
    assert client.get(address).status_code == 404
    assert client.get(letter_page(case, "correction-1")).status_code == 200


def test_the_receipt_lists_the_papers_that_make_an_application_complete():
    case = Filing().to_accepted().case
    [row] = case.endorsements.all()
    said = words(case, "acceptance")
    for paper, number in (("批复", row.approval_number), ("报送函", row.letter_number)):
        assert f"{row.authority.name}{paper}（{number}）" in said
    assert "材料齐全，符合《关于推进本市绿色生态城区建设的指导意见》" in said
    assert "申报条件，予以受理" in said


def test_who_passed_the_application_on_gets_a_copy_of_receipt_and_refusal(client):
    filing = Filing().to_correcting()
    case, authority = at(filing.case, status="sent"), filing.people.authority_body
    today, now = clock.today(), clock.now()
    authority.designated_bodies.create(name="演示丙区绿色办", since=dt.date(2020, 1, 1), until=today - dt.timedelta(days=1), entered_at=now)
    assert [letter_of(case, key, inside=True).copied_to for key in ("acceptance", "refusal")] == [(), ()]
    authority.designated_bodies.create(name="演示丙区建设管理委", since=today, entered_at=now)
    client.force_login(filing.people.city_officer)
    for key in ("acceptance", "refusal"):
        assert letter_of(case, key, inside=True).copied_to == ("演示丙区建设管理委",)
        page = client.get(letter_page(case, key)).content.decode()
        assert "抄送：演示丙区建设管理委。" in page


def test_a_decided_application_and_the_announcement_of_its_batch(client):
    filing = Filing().to_reviewing().conclude("passed", 2)
    people = filing.people
    for status, inside, outside in (("deciding", ["grant"], []), ("decided", ["grant"], ["grant"])):
        case = at(filing.case, status=status, star_found=2)
        assert [key for key in keys(case, inside=True) if key == "grant"] == inside
        assert [key for key in keys(case, inside=False) if key == "grant"] == outside
    case = at(case, decision_number="演沪建〔2026〕8号", decided_on=clock.today())
    granted = words(case, "grant")
    said = ("授予", "二星级", "演沪建〔2026〕8号", "第八部分第（一）项", "沪住建规范联〔2023〕13号", "结论为“通过”", "批复同意")
    assert [part for part in said if part not in granted] == []
    batch = announcements.create_batch(by=people.city_officer, cases=[case], demo=True)
    assert "决定授予下列城区“上海市绿色生态城区试点”称号，现予公告" in batch_letter(batch).paragraphs[0]
    draft = reverse("reports:letter", args=["announcement", batch.pk, "announcement"])
    for seat in ("city_officer", "city_director"):
        client.force_login(getattr(people, seat))
        assert draft in client.get(reverse("approvals:announcement_edit", args=[batch.pk])).content.decode()
        assert filing.district.name in client.get(draft).content.decode()
    client.force_login(people.reviewer)
    assert client.get(draft).status_code == 404


def test_a_failed_review_is_written_with_its_reason():
    case = at(Filing().to_reviewing().conclude("failed", None).case, status="checking")
    assert "not-passed" in keys(case, inside=True)
    assert "grant" not in keys(case, inside=True)
    assert "＿＿＿" in words(case, "not-passed")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("已经整改", "告知、陈述申辩、法制"),
        ("", "告知（包括陈述申辩的权利）、法制"),
        ("放弃陈述申辩：不再申辩", "告知（包括陈述申辩的权利）、法制"),
    ],
)
def test_an_announcement_tells_of_statements_only_where_they_were_made(people, statement, told):
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    case = Losing(people, district).to_served().case
    LossFile.objects.filter(case=case).update(statement=statement, statement_way="电话")
    batch = announcements.create_batch(by=people.city_officer, cases=[case], demo=True)
    assert told in batch_letter(batch).paragraphs[0]
    case = Case.objects.get(pk=case.pk)
    made = statement == "已经整改"
    assert ("hearing" in keys(case, inside=True)) is made
    decision = words(case, "decision")
    assert ("日陈述申辩，已经整改" in decision) is made
    assert ("你单位放弃陈述申辩：不再申辩" in decision) is statement.startswith("放弃")


def test_a_loss_of_title_is_read_outside_only_after_it_was_told_and_served(people):
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    case = Losing(people, district).to_decided().case
    loss = case.loss
    assert keys(case, inside=True) == ["intent", "decision", "delivery"], "nobody wrote down what was filed in writing"
    LossFile.objects.filter(case=case).update(statement_way="电话")
    case = Case.objects.get(pk=case.pk)
    assert keys(case, inside=True) == ["intent", "hearing", "decision", "delivery"]
    assert keys(case, inside=False) == ["intent", "hearing"]
    decision = words(case, "decision")
    assert all(part in decision for part in (loss.facts, loss.not_implemented, loss.intent_number, loss.considered, loss.remedies, "撤销"))
    assert loss.legal_opinion not in decision
    assert all(part in words(case, "intent") for part in ("2025年6月1日", "陈述申辩", "个工作日", district.name))
    assert case.decision_number in words(case, "delivery")


def test_a_change_is_agreed_or_not_with_its_comparison():
    case = Asked().to_checking().case
    assert keys(case, inside=True) == ["agreed", "refused"]
    assert keys(case, inside=False) == []
    assert all(part in words(case, "agreed") for part in ("变更目标星级", "二星级　三星级", "规划调整"))
    assert keys(at(case, status="refused"), inside=False) == ["refused"]


def test_the_request_certifies_no_plan_that_the_portal_counts_as_missing():
    filing = Filing()
    plans, projects = SpecialPlan.objects.filter(district=filing.district), filing.district.key_projects.all()
    plans.update(approved_on=None, approval_number="")
    projects.update(planned_start=clock.today(), planned_finish=clock.today())

    def said():
        [sentence] = [part for part in words(filing.case, "request").split("\n") if "该城区为" in part]
        return "专业规划已经编制" in sentence, "实施计划已经编制" in sentence

    assert said() == (True, True)
    projects.update(planned_finish=None)
    assert said() == (True, False)
    plans.get().parts.first().delete()
    assert said() == (False, False)


def test_a_change_is_measured_against_a_plan_only_where_one_was_approved():
    case = Asked().to_checking().case
    plan = SpecialPlanFactory(district=case.district)
    ground = "依据经批准的绿色生态专业规划"
    assert ground not in words(case, "agreed") + words(case, "refused")
    SpecialPlan.objects.filter(pk=plan.pk).update(approved_on=clock.today())
    assert ground in words(case, "agreed")
    assert ground in words(case, "refused")
    case.change.kind = "edition"
    assert ground not in words(case, "agreed")
