"""Decision first, number later: what may go on without it, who enters it, and that no two papers share one."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from approvals.cases.models.cases import Case
from approvals.cases.services import numbering
from approvals.casework.letters.kinds import letters_of
from approvals.casework.selectors.city_tasks import tasks_beside
from approvals.casework.selectors.verification import verify
from approvals.publicity.services import announcements
from approvals.requests.services import requests
from approvals.titles.models.publicity import Announcement
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from tests.factories.acceptance import FAILED, Losing, failing, make_pilot, record_failures
from tests.factories.approvals import Filing, pdf

pytestmark = pytest.mark.django_db


def decided(**given):
    return Filing(**given).to_deciding().do("decide", "city_director", number="", decided_on=clock.today(), scan=None)


def test_a_decision_waits_for_its_number_and_is_not_announced_without():
    filing = decided()
    assert (filing.case.status, filing.case.decision_number) == ("decided", "")
    people = filing.people
    batch = announcements.create_batch(by=people.city_officer, cases=[filing.case], demo=True)
    batch = announcements.approve(announcement=batch, by=people.city_director)
    given = {"announcement": batch, "by": people.city_officer, "number": "演沪建公告〔2026〕1号", "announced_on": clock.today()}
    with pytest.raises(Refused, match="尚未登记决定文号"):
        announcements.publish(**given)
    filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号", scan=pdf())
    announcements.publish(**given)
    filing.fresh()
    assert (filing.case.status, filing.case.decision_scan.title) == ("announced", "决定 演沪建〔2026〕8号")
    assert verify(filing.case).holds
    record = filing.case.decision_records.get(step="number")
    assert (record.by, timezone.localdate(record.at)) == (people.city_officer, clock.today())
    assert AuditRecord.objects.filter(action="decision.number").count() == 1


def test_letters_say_that_the_number_is_to_come_and_the_page_asks_for_it(client):
    filing = decided()
    client.force_login(filing.people.city_officer)
    page = client.get(reverse("approvals:case", args=[filing.case.pk])).content.decode()
    assert "文号待填" in page
    assert reverse("approvals:case_number", args=[filing.case.pk]) in page
    keys = [letter.key for letter in letters_of(filing.case, inside=True) if letter.key == "grant"]
    assert keys
    letter = client.get(reverse("reports:letter", args=["case", filing.case.pk, keys[0]])).content.decode()
    assert "文号待填" in letter
    where = reverse("approvals:case_number", args=[filing.case.pk])
    assert client.get(where).status_code == 200
    answer = client.post(where, {"number": "演沪建〔2026〕8号", "version": filing.case.version})
    assert answer.status_code == 302
    page = client.get(reverse("approvals:case", args=[filing.case.pk])).content.decode()
    assert "登记文号" in page
    assert client.get(where).status_code == 404


def test_only_the_officer_enters_it_once_and_a_wrong_one_is_put_right():
    filing = decided()
    with pytest.raises(NotAllowed):
        filing.do(numbering.enter_number, "city_director", number="演沪建〔2026〕8号")
    with pytest.raises(Stale):
        filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号", version=filing.case.version - 1)
    with pytest.raises(Refused, match="请填写决定文号"):
        filing.do(numbering.enter_number, "city_officer", number="  ")
    filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号")
    with pytest.raises(Refused, match="更正"):
        filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕9号")


def test_the_database_holds_a_number_for_one_paper():
    first = Filing(name="演示一城（虚构）")
    second = Filing(first.people, name="演示二城（虚构）")
    Case.objects.filter(pk=first.case.pk).update(decision_number="演沪建〔2026〕8号")
    with pytest.raises(IntegrityError, match="case_decision_number_once"), transaction.atomic():
        Case.objects.filter(pk=second.case.pk).update(decision_number="演沪建〔2026〕8号")
    batch = {"year": 2026, "number": "演沪建公告〔2026〕1号", "created_by": first.people.city_officer, "is_demo": True,
             "announced_on": clock.today()}  # fmt: skip
    Announcement.objects.create(**batch, batch=1, status="published")
    Announcement.objects.create(**batch, batch=2)
    with pytest.raises(IntegrityError, match="announcement_number_once"), transaction.atomic():
        Announcement.objects.filter(batch=2).update(status="published")


def test_one_number_belongs_to_one_paper():
    first = decided(name="演示一城（虚构）")
    first.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号")
    second = Filing(first.people, name="演示二城（虚构）").to_deciding()
    with pytest.raises(Refused, match="已用于"):
        second.do("decide", "city_director", number="演沪建〔2026〕8号 ", decided_on=clock.today(), scan=None)
    second.do("decide", "city_director", number="", decided_on=clock.today(), scan=None)
    with pytest.raises(Refused, match="已用于"):
        second.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号")
    second.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕9号")
    with pytest.raises(Refused, match="已用于"):
        requests.propose_rectification(
            case=second.fresh(), by=second.people.city_officer, field="decision_number", after="演沪建〔2026〕8号", reason="登记有误"
        )


def test_a_notice_of_intent_and_an_announcement_have_a_number_of_their_own():
    first, district = failing()
    told = Losing(first, district).to_hearing().case.loss.intent_number
    other = make_pilot(first, name="演示二城（虚构）")
    record_failures(other, first.city_officer, *FAILED)
    walk = Losing(first, other).to_telling()
    with pytest.raises(Refused, match=f"文号{told}已用于{district}取消与撤销的事先告知书，请核对") as refused:
        walk.do("tell", "city_officer", number=f" {told} ", intent_served_on=clock.today(), scan=pdf())
    assert [one.field for one in refused.value.refusals] == ["number"]
    walk.do("tell", "city_officer", number="演告〔2026〕2号", intent_served_on=clock.today(), scan=pdf())


def test_two_batches_do_not_share_a_number_and_a_correction_gives_none_away():
    first = Filing().to_announced()
    batch = first.case.announcement_line.announcement
    second = Filing(first.people, name="演示二城（虚构）").to_decided()
    draft = announcements.create_batch(by=first.people.city_officer, cases=[second.case], demo=True)
    draft = announcements.approve(announcement=draft, by=first.people.city_director)
    given = {"announcement": draft, "by": first.people.city_officer, "announced_on": clock.today()}
    for number, holder in ((batch.number, str(batch)), (first.case.decision_number, f"{first.case}的决定")):
        with pytest.raises(Refused, match=f"文号{number}已用于{holder}，请核对"):
            announcements.publish(number=number, **given)
    announcements.publish(number="演沪建公告〔2026〕77号", **given)
    with pytest.raises(Refused, match="演沪建公告〔2026〕77号已用于"):
        requests.propose_rectification(
            case=first.fresh(), by=first.people.city_officer, field="announce_number", after="演沪建公告〔2026〕77号", reason="登记有误"
        )


def test_a_loss_is_not_served_without_its_number():
    people, district = failing()
    walk = Losing(people, district).to_deciding()
    walk.do("decide", "city_director", number="", decided_on=clock.today(), remedies="六十日内申请行政复议")
    served = {"served_on": clock.today(), "served_way": "直接送达", "served_to": "演示签收人", "scan": pdf()}
    with pytest.raises(Refused, match="尚未登记决定文号"):
        walk.do("serve", "city_officer", **served)
    walk.do(numbering.enter_number, "city_officer", number="演沪建撤〔2026〕1号", scan=pdf())
    walk.do("serve", "city_officer", **served)
    assert walk.case.status == "served"
    assert walk.case.documents.filter(slot="decision").count() == 1


def test_a_closed_case_without_number_lies_on_the_officers_desk():
    filing = Filing().to_deciding()
    with pytest.raises(Refused):
        filing.do("decide", "city_director", number="", decided_on=clock.today() + clock.today().resolution, scan=None)
    given = {"number": "", "decided_on": clock.today(), "reason": "控制项不满足"}
    filing.do("decide_failed", "city_director", **given)
    [task] = [task for task in tasks_beside(filing.people.city_officer) if task.kind == "number"]
    assert task.link == reverse("approvals:case_number", args=[filing.case.pk])
    filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕18号")
    assert not [task for task in tasks_beside(filing.people.city_officer) if task.kind == "number"]
