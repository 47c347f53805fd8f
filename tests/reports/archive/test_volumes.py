"""A volume from its proposal to the hand-over: what is collected, numbered, closed, locked, and how confidential it is."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from approvals.cases.models.cases import CaseDocument
from approvals.cases.services import remove_document
from assessments.reviews.models import PanelMember
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import set_confidentiality, store
from greendistrict.policy.models import Setting
from greendistrict.workflow.procedure import offered
from reports.archive import selectors, services
from reports.archive.documents import catalogue_of, remarks_of
from reports.archive.models import ArchiveItem, ArchiveVolume, Retention
from reports.jobs import services as jobs
from reports.jobs.requests import request_report
from tests.factories.approvals import Filing, make_evidence, pdf
from tests.factories.reviews import make_experts
from tests.refusing import refuses
from tests.reports.archive.world import close_volume, finished_case, hand_over, make_letters, make_volume
from tests.steps import step
from tools.demo.reset import remove_fiction

AREA = pytest.mark.area("reports", "greendistrict/documents", "approvals")


def titles(volume):
    return list(volume.items.filter(number__isnull=False).order_by("number").values_list("number", "title"))


def said(item, **changes):
    """What the form of an item would send."""
    names = ("number", "title", "responsible", "document_number", "dated", "pages", "confidentiality", "remark", "left_out")
    return {name: getattr(item, name) for name in names} | changes


def change(item, people, **changes):
    item.refresh_from_db()
    item.volume.refresh_from_db()
    services.change_item(item=item, version=item.volume.version, by=people.city_officer, values=said(item, **changes))
    item.refresh_from_db()


@AREA
def test_a_granted_application_brings_its_papers_with_number_body_and_day(people):
    case = Filing(people).to_announced().case
    expert = make_experts(people, extra=0)[0]
    seat = PanelMember.objects.create(review=case.review, expert=expert, number=1, state="accepted", invited_at=clock.now())
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    make_letters()
    assert (volume.retention, volume.kind, volume.matter_number) == (Retention.PERMANENT, "试点申报", case.number)
    rows = {item.document_id: item for item in volume.items.all() if item.document_id}
    scan = rows[case.decision_scan_id]
    assert (scan.document_number, scan.dated, scan.pages) == (case.decision_number, case.decided_on, 1)
    endorsed = case.endorsements.get()
    assert rows[endorsed.approval_scan_id].document_number == endorsed.approval_number
    assert rows[endorsed.letter_scan_id].responsible == people.authority_body.name
    letters = {item.title for item in volume.items.filter(kind="letter")}
    assert {name for name in ("受理通知书", "公示", "决定", "公告", "证书") if not any(name in title for title in letters)} == set()
    assert selectors.unmade(volume) == 0
    reports = {item.job.kind: item for item in volume.items.filter(kind="report").select_related("job")}
    assert {"technical_review", "panel_record", "review_opinion", "score_sheet", "meeting_minutes"} == reports.keys()
    assert {item.confidentiality for item in reports.values()} == {Confidentiality.INTERNAL}
    assert reports["score_sheet"].responsible == str(seat)
    numbers = [number for number, _ in titles(volume)]
    assert numbers == list(range(1, len(rows) + len(letters) + len(reports) + 1))
    days = list(volume.items.order_by("number").values_list("dated", flat=True))
    assert [day for day in days if day] == sorted(day for day in days if day)


def test_a_volume_is_made_once_of_a_finished_matter_by_the_officer(people):
    case = finished_case(people, status="sent")
    refuses("没有这一办结的事项", services.open_volume, source="case", matter=case.pk, by=people.city_officer)
    type(case).objects.update(status="withdrawn")
    refuses(NotAllowed, services.open_volume, source="case", matter=case.pk, by=people.city_checker)
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    assert (volume.retention, volume.year) == (Retention.TEN_YEARS, case.created_at.year)
    refuses("已经立卷", services.open_volume, source="case", matter=case.pk, by=people.city_officer)


def test_items_are_moved_left_out_and_taken_in_without_gaps(people):
    volume = make_volume(people, files=3)
    before = titles(volume)
    last = volume.items.get(number=len(before))
    change(last, people, number=1)
    moved = [(number + 1, title) for number, title in before[:-1]]
    assert titles(volume) == [(1, last.title), *moved]
    change(last, people, left_out="与本案无关（虚构）")
    assert (last.number, titles(volume)) == (None, before[:-1])
    change(last, people, left_out="", number=None)
    assert titles(volume) == before


def test_collecting_again_adds_only_what_is_new(people):
    volume = make_volume(people)
    count = volume.items.count()
    volume.refresh_from_db()
    assert services.collect(volume=volume, version=volume.version, by=people.city_officer) == 0
    document = store(owner=volume.district, upload=pdf(), kind="批复", title="后到的材料（虚构）", by=people.preparer)
    Evidence.objects.filter(pk=document.pk).update(owner=f"approvals.case:{volume.matter}")
    CaseDocument.objects.create(case_id=volume.matter, slot="application", document=document)
    volume.refresh_from_db()
    assert services.collect(volume=volume, version=volume.version, by=people.city_officer) == 1
    assert volume.items.get(document=document).number == count + 1
    refuses(Stale, services.collect, volume=volume, version=0, by=people.city_officer)


def test_the_strictest_item_gives_the_volume_its_confidentiality(people):
    volume = make_volume(people)
    assert volume.confidentiality == Confidentiality.INTERNAL
    item = volume.items.get(number=1)
    change(item, people, confidentiality=Confidentiality.CLASSIFIED)
    volume.refresh_from_db()
    assert volume.confidentiality == Confidentiality.CLASSIFIED
    change(item, people, left_out="另册（虚构）")
    volume.refresh_from_db()
    assert volume.confidentiality == Confidentiality.INTERNAL


def test_pages_of_what_nobody_can_count_are_not_known(people):
    case = finished_case(people, files=0)
    CaseDocument.objects.create(case=case, slot="application", document=make_evidence(case))
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    item = volume.items.get(document__isnull=False)
    assert item.pages is None
    change(item, people, pages=12)
    assert item.pages == 12


def test_numbers_are_given_when_closed_and_stay(people):
    first, second = make_volume(people, number=1), make_volume(people, number=2)
    assert not first.call_number
    close_volume(people, second)
    close_volume(people, first)
    assert (second.number, first.number, first.checked_by) == (1, 2, people.city_checker)
    step(second, "reopen", people.city_checker, reason="补充（虚构）")
    assert (second.number, second.status) == (1, "preparing")
    close_volume(people, second)
    assert second.number == 1
    third = close_volume(people, make_volume(people, number=3))
    assert third.number == 3
    assert third.items.exclude(sha256="").count() == third.items.count()


def test_a_volume_is_not_closed_before_it_is_whole_and_submitted(people):
    case = finished_case(people)
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    [submit] = offered(volume, people.city_officer)
    assert "尚未生成" in submit.refusals[0].text
    make_letters()
    refuses("尚未提请检查", step, volume, "close", people.city_checker)
    step(volume, "submit", people.city_officer)
    change(volume.items.get(number=1), people, remark="改动（虚构）")
    refuses("提请后又有改动", step, volume, "close", people.city_checker)
    step(volume, "submit", people.city_officer)
    Setting.objects.all().delete()
    refuses("全宗号未设定", step, volume, "close", people.city_checker)


def test_a_closed_volume_is_changed_by_nobody(people):
    volume = close_volume(people, make_volume(people))
    item = volume.items.get(number=1)
    for what in (
        lambda: change(item, people, title="另一个题名"),
        lambda: services.collect(volume=volume, version=volume.version, by=people.city_officer),
        lambda: services.change_volume(volume=volume, version=volume.version, by=people.city_officer, values={}),
    ):
        refuses("案卷已归档", what)


@AREA
def test_what_was_handed_over_is_locked_in_service_database_and_for_its_papers(people):
    volume = close_volume(people, make_volume(people))
    ArchiveVolume.objects.update(is_demo=False)  # as a real one
    User.objects.update(is_demo=False)
    people.city_checker.refresh_from_db()
    hand_over(people, volume)
    case_file = volume.items.filter(job__isnull=True).first()
    assert offered(volume, people.city_checker) == []
    refuses("案卷已移交", change, case_file, people, title="另一个题名")
    for statement in (
        lambda: ArchiveItem.objects.filter(volume=volume).update(title="另一个题名"),
        lambda: ArchiveItem.objects.filter(volume=volume).delete(),
        lambda: ArchiveVolume.objects.filter(pk=volume.pk).update(title="另一个题名"),
        lambda: ArchiveVolume.objects.filter(pk=volume.pk).delete(),
        lambda: ArchiveItem.objects.create(volume=volume, key="x", number=99, kind="file", title="新", document=case_file.document),
    ):
        with pytest.raises(DatabaseError, match="handed over"), transaction.atomic():
            statement()
    document = case_file.document
    case = selectors.source_of(volume).finished(Viewer(people.city_officer)).get(pk=volume.matter)
    refuses("已随案卷移交", store, owner=case, upload=pdf(), kind="", title="新版", by=people.city_officer, replaces=document)
    refuses(NotAllowed, remove_document, document=case.documents.first(), by=people.preparer)


@AREA
def test_removing_the_fiction_takes_volumes_that_were_handed_over(people):
    volume = hand_over(people, close_volume(people, make_volume(people)))
    assert volume.is_demo
    remove_fiction()
    assert not ArchiveVolume.objects.exists()
    assert not ArchiveItem.objects.exists()


CLASSIFIED, INTERNAL, PUBLIC = Confidentiality.CLASSIFIED, Confidentiality.INTERNAL, Confidentiality.PUBLIC


def set_level(file, level, by):
    set_confidentiality(evidence=Evidence.objects.get(pk=file.pk), level=level, reason="复核（虚构）", by=by)


def levels(volume):
    """Of the volume, and of its items that come from files."""
    volume.refresh_from_db()
    return volume.confidentiality, list(volume.items.filter(kind="file").order_by("pk").values_list("confidentiality", flat=True))


def test_an_item_is_never_filed_below_its_file(officer, people):
    case = finished_case(people)
    first, second = Evidence.objects.filter(owner=f"approvals.case:{case.pk}").order_by("pk")
    set_level(first, CLASSIFIED, people.city_officer)
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, INTERNAL])
    classified, internal = volume.items.get(document=first), volume.items.get(document=second)
    for item, level, lowest in ((classified, INTERNAL, "密级"), (internal, PUBLIC, "内部")):
        refuses(f"不能低于文件的密级（{lowest}）", change, item, people, confidentiality=level)
    page = officer.get(reverse("reports:archive_item", args=[volume.pk, internal.pk]))
    assert [key for key, _ in page.context["form"].fields["confidentiality"].choices] == [INTERNAL, CLASSIFIED]
    change(internal, people, confidentiality=CLASSIFIED)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, CLASSIFIED])


@AREA
def test_item_and_volume_follow_their_file_upwards_only(people):
    volume = make_volume(people)
    file = volume.items.filter(kind="file").first().document
    step(volume, "submit", people.city_officer)
    before = volume.version
    set_level(file, CLASSIFIED, people.city_officer)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, INTERNAL])
    assert (volume.version, volume.ready_at is not None) == (before + 1, True)
    record = AuditRecord.objects.get(action="archive.follow")
    assert record.data == {"items": [volume.items.get(document=file).pk], "confidentiality": "classified"}
    set_level(file, PUBLIC, people.city_officer)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, INTERNAL])
    assert volume.version == before + 1
    letter = volume.items.filter(kind="letter").first()
    set_level(letter.job.files.get().document, CLASSIFIED, people.city_officer)
    letter.refresh_from_db()
    assert letter.confidentiality == CLASSIFIED, "it follows the file that was made of it"


@AREA
def test_a_file_that_is_left_out_does_not_count(people):
    volume = make_volume(people)
    item = volume.items.filter(kind="file").first()
    change(item, people, left_out="重复（虚构）")
    set_level(item.document, CLASSIFIED, people.city_officer)
    assert levels(volume) == (INTERNAL, [INTERNAL, INTERNAL])
    refuses("不能低于文件的密级（密级）", change, item, people, left_out="")
    close_volume(people, volume)
    hand_over(people, volume)
    set_level(item.document, INTERNAL, people.city_officer)
    assert levels(volume) == (INTERNAL, [INTERNAL, INTERNAL])


@AREA
@pytest.mark.parametrize("level", [PUBLIC, CLASSIFIED])
def test_the_file_of_a_closed_volume_keeps_its_level(officer, people, level):
    volume = close_volume(people, make_volume(people))
    file = volume.items.filter(kind="file").first().document
    url, asked = reverse("documents:confidentiality", args=[file.key]), {"confidentiality": level, "reason": "复核（虚构）"}
    answer = officer.post(url, asked)
    assert (answer.status_code, "先由市级审核重新打开案卷" in answer.content.decode()) == (422, True)
    step(volume, "reopen", people.city_checker, reason="改密级（虚构）")
    assert officer.post(url, asked).status_code == 302
    hand_over(people, close_volume(people, volume))
    answer = officer.post(url, {**asked, "confidentiality": INTERNAL})
    assert (answer.status_code, "已随案卷移交" in answer.content.decode()) == (422, True)
    file.refresh_from_db()
    assert file.confidentiality == level


@AREA
def test_a_file_of_the_districts_library_keeps_its_level_too(people):
    """It may get a newer version, but what was archived stays as it was."""
    volume = close_volume(people, make_volume(people))
    file = volume.items.filter(kind="file").first().document
    Evidence.objects.filter(pk=file.pk).update(owner=f"districts.district:{volume.district_id}")
    hand_over(people, volume)
    refuses(r"已随案卷移交.*不能改变密级", set_level, file, CLASSIFIED, people.preparer)


@AREA
def test_closing_raises_what_was_collected_while_the_file_changed(people):
    volume = make_volume(people)
    item = volume.items.filter(kind="file").first()
    Evidence.objects.filter(pk=item.document_id).update(confidentiality=CLASSIFIED)  # as another request that was not finished yet
    close_volume(people, volume)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, INTERNAL])


@AREA
def test_papers_and_package_of_a_classified_volume_are_classified(people):
    volume = make_volume(people, files=1)
    assert {paper(volume).confidentiality for paper in (catalogue_of, remarks_of)} == {INTERNAL}
    set_level(volume.items.filter(kind="file").get().document, CLASSIFIED, people.city_officer)
    close_volume(people, volume)
    assert {paper(volume).confidentiality for paper in (catalogue_of, remarks_of)} == {CLASSIFIED}
    job = request_report(kind="archive_package", year=volume.year, by=people.city_officer, subject=str(volume.pk))
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.confidentiality, job.files.get().document.confidentiality) == (CLASSIFIED, CLASSIFIED)
