"""What the public reads: notices with objections, drafts hidden, what is behind a number; and the tasks of each seat."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.lifecycle import machine_of
from approvals.cases.models.correspondence import Notice
from approvals.casework.selectors.tasks import tasks_for
from approvals.publicity import services
from approvals.publicity.selectors import notices_open
from approvals.titles.models.publicity import Announcement, Title
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, papers
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import receivers
from portal.public.selectors import find
from tests.factories.acceptance import Accepting, Losing, failing
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db


def test_a_notice_leads_to_the_form_while_it_is_open_and_names_nobody(client):
    """What is typed there is looked at with the opinions of the public."""
    Filing().to_notice()
    notice = Notice.objects.get()
    page, address = reverse("approvals:notice", args=[notice.pk]), reverse("outreach:opinion_on_notice", args=[notice.pk])
    assert (list(notices_open(clock.today())), address in client.get(page).content.decode()) == ([notice], True)
    assert client.post(address, {"text": "面积口径有疑问", "name": "演示市民"}).status_code == 200
    assert "演示市民" not in client.get(page).content.decode()
    Notice.objects.update(closes_on=clock.today() - dt.timedelta(days=1), opens_on=clock.today() - dt.timedelta(days=9))
    assert address not in client.get(page).content.decode()


def test_a_draft_batch_is_not_public(client):
    batch = Announcement.objects.create(year=2026, batch=1, title="拟稿")
    assert client.get(reverse("approvals:announcement", args=[batch.pk])).status_code == 404


def test_number_and_code_tell_number_unit_date_and_state_only():
    filing = Filing().to_accepted()
    found = find(f"  {filing.case.number.lower()} ", papers.code_of(filing.case))
    assert (found.number, found.kind, found.unit, found.on, found.status) == (
        filing.case.number, "试点申报", "演示甲区开发公司（虚构）", clock.today(), "已受理",
    )  # fmt: skip
    assert find(filing.case.number) is None
    assert find("") is None


def test_the_contact_of_an_objection_is_masked_and_shown_after_a_reason(client):
    filing = Filing().to_notice()
    assert tasks_for(Viewer(filing.people.city_officer)) == []
    made = services.file_objection(notice=Notice.objects.get(), text="疑问", name="演示市民（虚构）", contact="13800001234")
    assert [(task.title, task.due > clock.today()) for task in tasks_for(Viewer(filing.people.city_officer))] == [
        ("公示意见待答复1条", True)
    ]
    answer, contact = (reverse(f"approvals:objection_{name}", args=[filing.case.pk, made.pk]) for name in ("answer", "contact"))
    client.force_login(filing.people.city_officer)
    for page in (answer, contact):
        html = client.get(page).content.decode()
        assert ("138****1234" in html, "13800001234" in html) == (True, False)
    assert client.post(contact, {"reason": " "}).status_code == 422
    assert "13800001234" in client.post(contact, {"reason": "电话核实"}).content.decode()
    record = AuditRecord.objects.get(action="notice.reveal_contact")
    assert (record.data["reason"], record.actor_id) == ("电话核实", filing.people.city_officer.pk)


@pytest.mark.slow
@pytest.mark.parametrize("decided", [
    lambda: Filing().to_decided(), lambda: Accepting().to_decided(), lambda: Losing(*failing()).to_served(),
], ids=["application", "acceptance", "loss"])  # fmt: skip
def test_the_announcement_of_a_case_is_told_as_its_step_says(decided):
    filing = decided()
    people, source = filing.people, filing.case.status
    batch = services.create_batch(by=people.city_officer, cases=[filing.case], demo=True)
    batch = services.approve(announcement=batch, by=people.city_director)
    OutboxMessage.objects.all().delete()
    services.publish(announcement=batch, by=people.city_officer, number="演公告7", announced_on=clock.today())
    told = OutboxMessage.objects.filter(key__startswith=f"note:{machine_of(filing.case).name}:{filing.case.pk}:")
    assert set(told.values_list("payload__receiver", flat=True)) == {people.authority.pk, people.preparer.pk, people.reviewer.pk}
    assert receivers(filing.case, "announce", source).words == receivers(batch, "publish", "draft").words == "申报主体、区专门机构"
    assert source != "decided" or Title.objects.filter(announcement=batch).count() == 1
