"""Papers of a volume: 卷内目录, 备考表 and 移交清单; reports proposed as its items; yearly papers as matters of the archive."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from approvals.acceptances.facts import latest_visit
from approvals.cases.models.cases import Case
from assessments.inspections.models import Inspection
from assessments.stage_assessments.models import StageAssessment
from assessments.tables.models import RowEvidence
from assessments.yearly_reports.models import YearlyReport
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.services import store
from greendistrict.notifications.models import Notification
from greendistrict.policy import citing
from greendistrict.workflow import outbox
from greendistrict.workflow.declaration import machines
from portal.search.selectors.search import search
from reports.archive import services
from reports.archive.documents import catalogue_of, page_places, remarks_of, transfer_list
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.archive.selectors import unfiled_matters
from reports.composition.blocks import PaperTable, Paragraph, Signature
from reports.composition.services import made_of
from reports.jobs import services as jobs
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from tests.factories.approvals import pdf
from tests.factories.districts import make_district
from tests.factories.received import at, filed_self_check
from tests.factories.stages import make_stage
from tests.refusing import refuses
from tests.reports.archive.world import FONDS, close_volume, finished_case, hand_over, make_letters, make_volume
from tests.reports.matters import worlds
from tests.steps import step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("reports", "approvals", "assessments")


def table_of(composition):
    [found] = [block for _, block in composition.under_headings() if isinstance(block, PaperTable)]
    return found


def texts_of(composition):
    return [block.text for block in composition.blocks if isinstance(block, Paragraph)]


def test_catalogue_and_remarks_say_what_the_page_says(client, people):
    volume = make_volume(people)
    left = volume.items.get(number=2)
    ArchiveItem.objects.filter(pk=left.pk).update(number=None, left_out="重复（虚构）")
    ArchiveItem.objects.filter(volume=volume, number__gt=2).update(number=2)
    ArchiveVolume.objects.update(note="第一件缺一页（虚构）")
    volume.refresh_from_db()
    close_volume(people, volume)
    client.force_login(people.city_legal)
    context = client.get(reverse("reports:archive_volume", args=[volume.pk])).context
    shown = [(line["item"].number, line["item"].title, line["pages"]) for line in context["lines"]]
    first, second = shown
    places = ["1" if first[2] == 1 else f"1—{first[2]}", f"{first[2] + 1}—{first[2] + second[2]}" if second[2] > 1 else str(first[2] + 1)]
    rows = [(row[0], row[3], row[5]) for row in table_of(catalogue_of(volume)).rows]
    assert rows == [(number, title, place) for (number, title, _), place in zip(shown, places, strict=True)]
    remarks = remarks_of(volume)
    assert f"本卷共2件，{context['pages']}。" in texts_of(remarks)
    assert {"第一件缺一页（虚构）", f"不归档：{left.title}，重复（虚构）。"} <= set(texts_of(remarks))
    [signed] = [block for block in remarks.blocks if isinstance(block, Signature)]
    assert signed.lines[:2] == (f"立卷人：{people.city_officer.name}", f"检查人：{people.city_checker.name}")


def test_remarks_count_the_pages_that_the_catalogue_lists_before_the_volume_is_closed(people):
    volume = make_volume(people)
    listed = [row[5] for row in table_of(catalogue_of(volume)).rows]
    assert None not in listed
    assert ArchiveItem.objects.filter(volume=volume, number__isnull=False, pages=None).exists(), "a letter that was made, not kept yet"
    assert f"本卷共{len(listed)}件，{listed[-1].rpartition('—')[2]}页。" in texts_of(remarks_of(volume))


def test_pages_are_counted_through_the_volume_as_far_as_they_are_known():
    assert list(page_places([2, 1, 13])) == ["1—2", "3", "4—16"]
    assert list(page_places([2, None, 13])) == ["1—2", None, None]


@AREA
def test_catalogue_and_remarks_are_one_upright_sheet_each(people):
    volume = close_volume(people, make_volume(people))
    for paper in (catalogue_of(volume), remarks_of(volume)):
        [page] = PdfReader(BytesIO(made_of(paper, code="ABCD-EFGH-JKLM-NPQR", formats=["pdf"])["pdf"])).pages
        assert page.mediabox.height > page.mediabox.width
        assert "ABCD-EFGH-JKLM-NPQR" in page.extract_text()


def test_a_title_names_the_paper_and_neither_its_state_nor_who_made_it(client, people):
    """What something is or how far it got stands beside it: a title is the same in every copy."""
    make_volume(people)
    check = filed_self_check(people)
    step(check, "receive", people.city_officer)
    stage = qualified(people)
    for source, matter in (("selfcheck", check), ("stageassessment", stage)):
        services.open_volume(source=source, matter=matter.pk, by=people.city_officer)
    states = {state.label for machine in machines() for state in machine.states}
    titles = [*ArchiveVolume.objects.values_list("title", flat=True), *ArchiveItem.objects.values_list("title", flat=True)]
    assert len(titles) > 6
    marked = [title for title in titles for mark in re.findall("（([^（）]+)）", title) if mark in states or mark in {"参考稿", "平台生成"}]
    assert marked == []
    made = ArchiveItem.objects.exclude(job=None).values_list("kind", "remark").distinct().order_by("kind")
    assert list(made) == [("letter", "参考稿"), ("report", "系统生成")]


@AREA
def test_the_transfer_list_has_the_closed_volumes_of_its_year(people):
    first, second = make_volume(people, number=1), make_volume(people, number=2, status="withdrawn")
    make_volume(people, number=3)
    close_volume(people, first)
    close_volume(people, second)
    ArchiveItem.objects.filter(volume=second).update(pages=None)
    hand_over(people, second)
    rows = {row[4]: row for row in table_of(transfer_list(first.year)).rows}
    assert rows.keys() == {first.title, second.title}
    assert rows[first.title][1:4] == (FONDS, "30年", 1)
    assert (rows[second.title][2], rows[second.title][8]) == ("10年", "已移交")
    assert (rows[first.title][6] > 0, rows[second.title][6]) == (True, None)  # not known is no nought
    assert "演示市档案馆（虚构），演接收（虚构）" in rows[second.title][9]
    job = request_report(kind="archive_transfer", year=first.year, by=people.city_checker)
    assert jobs.run(job.pk) is True
    assert {file.format for file in job.files.all()} == {"pdf", "docx", "xlsx"}


def qualified(people):
    """A stage assessment that was concluded."""
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="qualified", number="JD-2026-001")
    return stage


def opened(client, matter, page, source=""):
    """The volume that the button on the page of the matter makes; afterwards the page leads to it."""
    opens = reverse("reports:archive_open", args=[source or matter._meta.model_name, matter.pk])
    assert f'action="{opens}"' in client.get(page).content.decode()
    answer = client.post(opens)
    assert f'href="{answer.url}"' in client.get(page).content.decode()
    return ArchiveVolume.objects.get(source=source or matter._meta.model_name, matter=matter.pk)


def test_a_concluded_stage_assessment_and_a_closed_inspection_become_volumes(client, people):
    stage = make_stage(people, filled=False)
    paper = store(owner=stage, upload=pdf(), kind="照片", title="机制文件（虚构）", by=people.preparer)
    refuses("没有这一办结的事项", services.open_volume, source="stageassessment", matter=stage.pk, by=people.city_officer)
    StageAssessment.objects.update(status="qualified", number="JD-2026-001")
    inspection = Inspection.objects.create(
        district=stage.district, mode="onsite", inspected_on=clock.today(), opened_at=clock.now(), status="closed", number="JC-2026-001"
    )
    client.force_login(people.city_officer)
    volumes = [
        opened(client, matter, reverse(f"assessments:{name}", args=[matter.pk]))
        for matter, name in ((stage, "stage"), (inspection, "inspection"))
    ]
    assert {(volume.retention, volume.district) for volume in volumes} == {("y30", stage.district)}
    assert volumes[0].items.get(document=paper).pages == 1
    reports = ArchiveItem.objects.filter(kind="report").order_by("pk").values_list("job__kind", "job__requested_by")
    assert list(reports) == [(kind, people.city_officer.pk) for kind in ("stage_assessment", "inspection")]
    make_letters()
    assert set(ArchiveItem.objects.values_list("job__state", flat=True)) - {None} == {"done"}


def test_the_city_finds_volumes_by_a_number_of_their_papers(people):
    volume = make_volume(people)
    ArchiveItem.objects.filter(volume=volume, number=1).update(document_number="演建〔2026〕88号")
    groups = {group.title: [hit.href for hit in group.hits] for group in search(Viewer(people.city_legal), "〔2026〕88号")}
    assert groups == {"档案": [reverse("reports:archive_volume", args=[volume.pk])]}
    assert search(Viewer(people.preparer), "〔2026〕88号") == []


def test_the_page_of_a_finished_case_leads_to_its_volume(client, people):
    case = finished_case(people, files=0)
    page = reverse("approvals:case", args=[case.pk])
    client.force_login(people.city_officer)
    address = reverse("reports:archive_volume", args=[opened(client, case, page).pk])
    for seat, sees in (("city_checker", True), ("preparer", False)):
        client.force_login(getattr(people, seat))
        assert (f'href="{address}"' in client.get(page).content.decode()) == sees


@AREA
def test_a_report_is_proposed_once_and_asked_for_again_when_it_was_not_made(people):
    volume = services.open_volume(source="stageassessment", matter=qualified(people).pk, by=people.city_officer)
    item = volume.items.get(kind="report")
    assert (item.title, item.confidentiality) == (item.job.label, "internal")
    for state, same in (("queued", True), ("failed", False)):
        ExportJob.objects.filter(pk=item.job_id).update(state=state)
        volume.refresh_from_db()
        assert services.collect(volume=volume, version=volume.version, by=people.city_officer) == 0
        assert (volume.items.get(kind="report").job_id == item.job_id) == same


def reports_of(source, matter, people):
    """Day and body of the reports in a volume made now, by kind."""
    volume = services.open_volume(source=source, matter=matter.pk, by=people.city_officer)
    rows = volume.items.filter(kind="report").values_list("job__kind", "dated", "responsible")
    return {kind: (day, body) for kind, day, body in rows}


@AREA
def test_an_acceptance_brings_its_report_the_record_of_its_review_and_the_papers_of_its_panel():
    walk = worlds.accepted()
    Case.objects.filter(pk=walk.case.pk).update(status="announced")
    case = Case.objects.get(pk=walk.case.pk)
    found = reports_of("case", case, walk.people)
    papers = {"acceptance", "technical_review", "panel_record", "meeting_minutes", "review_opinion", "site_visit"}
    assert found.keys() - {"score_sheet"} == papers
    assert found["site_visit"][0] == latest_visit(case).planned_on
    assert (found["acceptance"], found["review_opinion"][1]) == ((case.decided_on, citing.issuer(case.decided_on)), "专家组")


def told(person):
    """Titles, bodies and number of messages about volumes and reports."""
    while outbox.drain():
        pass
    return list(Notification.objects.filter(receiver=person, kind__in=("archive_volume", "report_ready", "report_failed")).order_by("pk"))


@AREA
def test_who_prepares_a_volume_is_told_once_when_its_papers_have_ended_and_which_were_not_made(people):
    volume = services.open_volume(source="stageassessment", matter=qualified(people).pk, by=people.city_officer)
    first, *others = list(ExportJob.objects.filter(pk__in=volume.items.values("job")).order_by("pk"))
    jobs.run(first.pk)
    assert (told(people.city_officer) == []) is bool(others)
    for job in others:
        jobs.run(job.pk)
    [note] = told(people.city_officer)
    assert (note.title, note.link) == (f"{volume}：文书和报告已全部生成", reverse("reports:archive_volume", args=[volume.pk]))
    item = volume.items.get(kind="report")
    ExportJob.objects.filter(pk=item.job_id).update(state="failed")
    volume.refresh_from_db()
    services.collect(volume=volume, version=volume.version, by=people.city_officer)
    again = ExportJob.objects.get(pk=volume.items.get(kind="report").job_id)
    jobs.finish(again, JobState.FAILED, "没有内容（虚构）")
    _, second = told(people.city_officer)
    assert (second.title, item.title in second.body) == (f"{volume}：1份文书和报告没有生成", True)
    beside = request_report(kind="stage_assessment", year=2026, by=people.city_checker, subject=str(volume.matter))
    jobs.run(beside.pk)
    assert [note.kind for note in told(people.city_checker)] == ["report_ready"], "of a report asked for beside a volume as ever"


@AREA
def test_a_post_evaluation_brings_its_report_of_the_day_of_its_conclusion():
    people, evaluation = worlds.post_evaluated()
    day = evaluation.concluded_at.astimezone(clock.SHANGHAI).date()
    assert reports_of("postevaluation", evaluation, people) == {"post_evaluation": (day, citing.issuer(day))}


def test_a_report_on_operation_brings_what_was_written_and_nothing_where_only_files_were_handed_in():
    people, report = worlds.operated()
    day = report.received_at.astimezone(clock.SHANGHAI).date()
    assert reports_of("yearlyreport", report, people) == {"operation_report": (day, str(report.district.applicant))}
    other = YearlyReport.objects.create(district=report.district, kind="operation", year=2024, opened_at=clock.now(), status="received")
    assert reports_of("yearlyreport", other, people) == {}


@AREA
def test_a_received_self_check_becomes_a_volume_with_its_evidence_and_letters(client, people):
    def prove(check):
        for row in check.table.rows.order_by("pk")[:2]:
            RowEvidence.objects.create(row=row, document=proof, page=1)

    district = make_district(people, stage="pilot", key_areas=["五个新城"])
    proof = store(owner=district, upload=pdf(), kind="佐证", title="佐证（虚构）", by=people.preparer)
    check = filed_self_check(people, district=district, change=prove)
    refuses("没有这一办结的事项", services.open_volume, source="selfcheck", matter=check.pk, by=people.city_officer)
    with clock.at(at(check.year + 1, 4, 8)):
        step(check, "receive", people.city_officer)
    assert [(one["source"], one["matter"]) for one in unfiled_matters(Viewer(people.city_officer), 5)] == [("selfcheck", check.pk)]
    client.force_login(people.city_officer)
    volume = opened(client, check, reverse("assessments:selfcheck", args=[check.pk]))
    assert (volume.kind, volume.retention, volume.matter_number) == ("年度自查", "y30", check.number)
    assert volume.year == check.received_at.astimezone(clock.SHANGHAI).year
    assert volume.items.get(kind="file").document == proof
    report = volume.items.get(kind="report").job
    assert (report.kind, report.district, report.year) == ("annual_district", check.district, check.year)
    letters = list(volume.items.filter(kind="letter").values_list("title", flat=True))
    assert [any(word in title for title in letters) for word in ("关于报送", "回执")] == [True, True]


@pytest.mark.parametrize(("kind", "word", "retention"), [("operation", "运营", "y10"), ("carbon", "碳", "y30")])
def test_a_received_yearly_report_becomes_a_volume_with_its_files(officer, people, kind, word, retention):
    district = make_district(people, stage="pilot")
    report = YearlyReport.objects.create(district=district, kind=kind, year=2025, opened_at=clock.now())
    paper = store(owner=report, upload=pdf(), kind="报告", title="报告（虚构）", by=people.preparer)
    newer = store(owner=report, upload=pdf(), kind="报告", title="报告（虚构）", by=people.preparer, replaces=paper)
    assert unfiled_matters(Viewer(people.city_officer), 5) == []
    YearlyReport.objects.update(status="received", number="YY-2026-001", received_at=clock.now())
    volume = opened(officer, report, reverse("assessments:yearly_report", args=[report.pk]))
    assert (word in volume.kind, volume.retention, volume.matter_number) == (True, retention, "YY-2026-001")
    assert [item.document for item in volume.items.filter(kind="file")] == [newer]
    reports = list(volume.items.filter(kind="report").values_list("job__kind", "job__subject", "dated"))
    assert reports == ([("carbon", str(district.pk), clock.today())] if kind == "carbon" else [])
