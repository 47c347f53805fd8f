import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from assessments.inspections import services
from assessments.inspections.letters import inspection_drafts
from assessments.inspections.lifecycle import INSPECTION
from assessments.inspections.models import Inspection, InspectionFinding, InspectionPhoto
from assessments.inspections.selectors import (
    finding_lines,
    findings_known_on,
    inspection_list,
    inspections_visible_to,
    left_on,
    tasks_beside,
    tasks_for,
)
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import cycle_of
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.documents.office.exif import Shot, read_shot
from greendistrict.notifications.enums import Message
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import offered, procedure_of, take
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.files import image, pdf, photo
from tests.refusing import refuses
from tests.steps import step

VISIT = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲、乙（虚构）", "summary": "查看三个项目（虚构）"}
FAULT = {"rule": "SUPERVISION", "item_id": "", "text": "没有监测记录（虚构）", "severity": "minor", "demand": "补齐记录（虚构）"}


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), edition=published_edition())


def visit(people, district, **kw):
    return services.register(district=district, values={**VISIT, "inspected_on": clock.today(), **kw}, by=people.city_officer)


def fault(found, people, **kw):
    values = {**FAULT, "due": clock.today() + dt.timedelta(days=30), **kw}
    return services.add_finding(inspection=found, values=values, by=people.city_officer)


def issued(people, district, **kw):
    found = visit(people, district)
    finding = fault(found, people, **kw)
    step(found, "issue", people.city_officer)
    return found, InspectionFinding.objects.select_related("inspection__district").get(pk=finding.pk)


def test_a_finding_is_bound_to_a_rule_or_clause_in_force(people, district):
    found = visit(people, district)
    for change, words in (
        ({"rule": ""}, "每个问题应对应一条政策条款或一条评价条文"), ({"rule": "NO-SUCH"}, "没有这条政策条款"),
        ({"rule": "", "item_id": "99.9.9"}, "没有这条条文"), ({"due": dt.date(2020, 1, 1)}, "整改期限应晚于检查日期"),
    ):  # fmt: skip
        refuses(words, fault, found, people, **change)
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionFinding.objects.create(inspection=found, order=1, text="x", demand="y", due=clock.today())
    assert not found.findings.exists()


def test_who_registers_and_when(people, district):
    refuses(NotAllowed, services.register, district=district, values={**VISIT, "inspected_on": clock.today()}, by=people.preparer)
    refuses("最远计划到", visit, people, district, inspected_on=dt.date(clock.today().year + 2, 1, 1))
    refuses("历史补录", visit, people, make_district(name="演示无主城区（虚构）"))


def test_the_district_reads_it_only_when_issued(people, district):
    def readers():
        return {seat for seat, user in people.everybody.items() if inspections_visible_to(Viewer(user)).exists()}

    found = visit(people, district)
    inside = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat"}
    assert readers() == inside
    fault(found, people)
    step(found, "issue", people.city_officer)
    assert readers() == inside | {"authority", "preparer", "reviewer", "consultant", "partner"}
    assert found.number.startswith("JC-")
    refuses(NotAllowed, fault, found, people)


def test_nothing_is_asked_by_findings_that_were_never_issued(people, district):
    def told(found):
        [row] = [row for row in inspection_list(Viewer(people.city_officer)) if row.pk == found.pk]
        lines = [(line.state.label, line.late) for line in finding_lines(found, clock.today() + dt.timedelta(days=90))]
        return lines, row.left

    found = visit(people, district)
    fault(found, people)
    assert told(found) == ([("未发出", False)], 0)
    step(found, "discard", people.city_officer)
    assert told(found) == ([("随检查作废", False)], 0)
    assert told(issued(people, district)[0]) == ([("待整改", True)], 1)


def test_an_inspection_that_found_nothing_asks_for_no_rectification(people, district):
    found = visit(people, district)
    step(found, "issue", people.city_officer)
    assert INSPECTION.state(found.status).label == "已发出，未办结"
    step(found, "close", people.city_officer)
    assert list(inspection_drafts(found, Viewer(people.city_officer))) == []


def test_from_finding_to_closure(people, district):
    found, finding = issued(people, district)
    sent = OutboxMessage.objects.filter(key__startswith=f"note:inspection:{found.pk}").values_list("payload__receiver", "payload__kind")
    assert {people.preparer.pk, people.reviewer.pk, people.authority.pk} <= {receiver for receiver, _ in sent}
    assert {kind for _, kind in sent} == {Message.LEGAL_NOTICE}
    assert findings_known_on(clock.today()).filter(left_on(clock.today())).count() == 1
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["整改检查发现的问题"]
    refuses("尚未填写整改情况", step, finding, "report", people.reviewer)
    services.save_reply(finding=finding, text="已补齐（虚构）", version=0, by=people.preparer)
    refuses(Stale, services.save_reply, finding=finding, text="另一说法", version=0, by=people.consultant)
    step(finding, "report", people.reviewer)
    refuses("还有问题没有销号", step, found, "close", people.city_officer)
    step(finding, "refuse", people.city_officer, reason="缺照片")
    step(finding, "report", people.reviewer)
    assert [task.title for task in tasks_for(Viewer(people.city_officer))] == ["复核检查问题整改"]
    step(finding, "accept", people.city_officer)
    step(found, "close", people.city_officer)
    assert (found.status, findings_known_on(clock.today()).filter(left_on(clock.today())).count()) == ("closed", 0)


def test_only_serious_findings_call_an_early_assessment_and_no_title_moves(client, people, district):
    found, _ = issued(people, district)
    assert {action: row.makes for action, row in procedure_of(found).steps.items() if row.makes} == {
        "issue": ("number", "paper_code"), "call_assessment": ("stage_assessment",),
    }  # fmt: skip
    refuses("没有严重问题", step, found, "call_assessment", people.city_director)
    second, _ = issued(people, district, severity="serious")
    step(second, "call_assessment", people.city_director)
    stage = StageAssessment.objects.get()
    assert (second.early, stage.district, stage.due, stage.status) == (stage, district, clock.today(), "draft")
    assert cycle_of(stage).last == workdays.current().add(clock.today(), 40), "called early, it has the same time to be filed"
    district.refresh_from_db()
    assert district.stage == Stage.PILOT
    refuses("已提前组织", step, second, "call_assessment", people.city_director)
    for user, links in ((people.preparer, True), (people.partner, False)):  # partners see an assessment when it is concluded
        client.force_login(user)
        assert (url("stage", stage) in text_of(client.get(url("inspection", second)))) is links


def test_an_inspection_is_planned_for_a_day_to_come_and_issued_once_it_was_held(client, people, district):
    first, moved, held = dt.date(2026, 5, 11), dt.date(2026, 5, 18), dt.date(2026, 5, 19)

    def save(found, **kw):
        return services.save(inspection=found, values={**VISIT, **kw}, version=found.version, by=people.city_officer)

    with clock.at(at(2026, 3, 2)):
        found = visit(people, district, inspected_on=first, summary="")
        assert (found.planned_on, found.is_to_be_held) == (first, True)
        assert [(task.title, task.due) for task in tasks_beside(Viewer(people.city_officer))] == [("计划的监督检查", first)]
        client.force_login(people.city_officer)
        assert '2026年5月11日<br><span class="gd-s gd-muted">计划</span>' in text_of(client.get(url("inspection_list")))
        found = save(found, summary="", inspected_on=moved)
        told = AuditRecord.objects.get(action="inspection.plan").data
        assert (found.planned_on, told["before"], told["day"]) == (moved, "2026-05-11", "2026-05-18")
        [offer] = [one for one in offered(found, people.city_officer) if one.action == "issue"]
        assert "检查日期尚未到" in {one.text for one in offer.refusals}
        client.force_login(people.preparer)
        assert client.get(url("inspection", found)).status_code == 404
    with clock.at(dt.datetime.combine(held, dt.time(9), tzinfo=clock.SHANGHAI)):
        found = save(found, inspected_on=held)
        assert (found.planned_on, found.inspected_on, found.is_to_be_held) == (moved, held, False)
        step(found, "issue", people.city_officer)
        assert found.status == "issued"


def test_the_whole_way_in_the_browser(client, people, district):
    client.force_login(people.city_officer)
    new, typed = url("inspection_register"), {**VISIT, "district": district.pk, "inspected_on": clock.today().isoformat(), "summary": ""}
    assert lacking(client.post(new, {**typed, "inspected_on": "2099-01-01"}), "年度检查（虚构）") == (422, [])
    page, found = client.post(new, typed).url, Inspection.objects.get()
    add, finding = url("inspection_finding_add", found), {**FAULT, "due": (clock.today() + dt.timedelta(days=9)).isoformat()}
    assert lacking(client.post(add, {**finding, "rule": ""}), "没有监测记录（虚构）") == (409, [])
    assert client.post(add, finding).status_code == 302
    assert client.post(url("inspection_save", found), {**typed, "summary": "查看三个项目（虚构）", "version": "1"}).status_code == 302
    sent = {"title": "现场", "upload": SimpleUploadedFile("site.jpg", image("JPEG"), content_type="image/jpeg")}
    assert client.post(url("inspection_file", found), sent).status_code == 302
    step(found, "issue", people.city_officer)
    client.force_login(people.preparer)
    assert "现场" in text_of(client.get(page))
    reply = url("inspection_reply", found, InspectionFinding.objects.get())
    assert client.post(reply, {"reply": "已补齐（虚构）", "version": "0"}).status_code == 302
    assert lacking(client.post(reply, {"reply": "另一说法", "version": "0"}), "另一说法") == (409, [])


def test_a_photo_gives_time_and_place_and_keeps_neither(people, district, officer):
    found = visit(people, district)

    def add(upload):
        return services.add_file(owner=found, upload=upload, title="现场", kind="监督检查", by=people.city_officer)

    add(SimpleUploadedFile("纪要.pdf", pdf()))
    assert not InspectionPhoto.objects.exists()
    kept = add(photo())
    shot = InspectionPhoto.objects.get(document=kept)
    assert (str(shot.latitude), shot.taken_at.hour) == ("31.23000", 1)
    with kept.file.open("rb") as file:
        assert read_shot(file.read()) == Shot()
    assert str(shot.latitude) in text_of(officer.get(url("inspection", found)))


@pytest.mark.parametrize("change", ["add", "remove"])
def test_nobody_issues_findings_that_the_page_did_not_show(people, district, change):
    found = visit(people, district)
    first = fault(found, people)
    opened = Inspection.objects.get()
    if change == "add":
        fault(found, people, due=clock.today() + dt.timedelta(days=9))
    else:
        services.remove_finding(finding=first, by=people.secretariat)
    refuses(Stale, take, obj=opened, action="issue", by=people.city_officer, version=opened.version)


def test_a_finding_stays_as_it_is_once_the_inspection_is_closed(officer, people, district):
    found, finding = issued(people, district)
    InspectionFinding.objects.update(status="replied", reply="已补齐")
    Inspection.objects.update(status="closed")
    answer = officer.post(url("inspection_finding_action", found, finding), {"action": "accept", "version": finding.version})
    assert lacking(answer, "检查意见没有发出，或已办结") == (409, [])
