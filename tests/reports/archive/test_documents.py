"""卷内目录, 备考表 and 移交清单: what the page of the volume shows; assessments as matters; search; the button on the page of a case."""

import pytest
from django.urls import reverse

from assessments.inspections.models import Inspection
from assessments.stage_assessments.models.stage import StageAssessment
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.services import store
from portal.search.selectors.search import search
from reports.archive import services
from reports.archive.documents import catalogue_of, remarks_of, transfer_list
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.composition.blocks import PaperTable, Paragraph, Signature
from reports.jobs import services as jobs
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from tests.factories.approvals import pdf
from tests.factories.stages import make_stage
from tests.reports.archive.world import FONDS, close_volume, finished_case, hand_over, make_letters, make_volume, today

pytestmark = pytest.mark.django_db


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
    shown = [(line.item.number, line.item.title, line.pages) for line in context["lines"]]
    assert [(row[0], row[3], row[5]) for row in table_of(catalogue_of(volume)).rows] == shown
    remarks = remarks_of(volume)
    assert f"本卷共2件，{context['pages']}。" in texts_of(remarks)
    assert {"第一件缺一页（虚构）", f"不归档：{left.title}，重复（虚构）。"} <= set(texts_of(remarks))
    [signed] = [block for block in remarks.blocks if isinstance(block, Signature)]
    assert signed.lines[:2] == (f"立卷人：{people.city_officer.name}", f"检查人：{people.city_checker.name}")


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


def test_a_concluded_stage_assessment_and_a_closed_inspection_become_volumes(client, people):
    stage = make_stage(people, filled=False)
    paper = store(owner=stage, upload=pdf(), kind="照片", title="机制文件（虚构）", by=people.preparer)
    with pytest.raises(Refused, match="没有这一办结的事项"):
        services.open_volume(source="stageassessment", matter=stage.pk, by=people.city_officer)
    StageAssessment.objects.update(status="qualified", number="JD-2026-001")
    inspection = Inspection.objects.create(
        district=stage.district, mode="onsite", inspected_on=today(), opened_at=clock.now(), status="closed", number="JC-2026-001"
    )
    client.force_login(people.city_officer)
    for source, matter, name in (("stageassessment", stage, "assessments:stage"), ("inspection", inspection, "assessments:inspection")):
        opens, page = reverse("reports:archive_open", args=[source, matter.pk]), reverse(name, args=[matter.pk])
        assert f'action="{opens}"' in client.get(page).content.decode()
        answer = client.post(opens)
        volume = ArchiveVolume.objects.get(source=source, matter=matter.pk)
        assert (volume.retention, volume.district) == ("y30", stage.district)
        assert f'href="{answer.url}"' in client.get(page).content.decode()
    assert ArchiveVolume.objects.get(source="stageassessment").items.get(document=paper).pages == 1
    reports = ArchiveItem.objects.filter(kind="report").order_by("pk").values_list("job__kind", "job__requested_by")
    assert list(reports) == [(kind, people.city_officer.pk) for kind in ("stage_assessment", "inspection")]
    make_letters()
    assert set(ArchiveItem.objects.values_list("job__state", flat=True)) - {None} == {"done"}


def test_the_city_finds_volumes_by_a_number_of_their_papers(people):
    volume = make_volume(people)
    ArchiveItem.objects.filter(volume=volume, number=1).update(document_number="演建〔2026〕88号")
    groups = {group.title: [hit.href for hit in group.hits] for group in search(people.city_legal, "〔2026〕88号")}
    assert groups == {"档案": [reverse("reports:archive_volume", args=[volume.pk])]}
    assert search(people.preparer, "〔2026〕88号") == []


def test_the_page_of_a_finished_case_leads_to_its_volume(client, people):
    case = finished_case(people, files=0)
    page, opens = reverse("approvals:case", args=[case.pk]), reverse("reports:archive_open", args=["case", case.pk])
    client.force_login(people.city_officer)
    assert f'action="{opens}"' in client.get(page).content.decode()
    answer = client.post(opens)
    assert f'href="{answer.url}"' in client.get(page).content.decode()
    for seat, sees in (("city_checker", True), ("preparer", False)):
        client.force_login(getattr(people, seat))
        text = client.get(page).content.decode()
        assert (f'href="{answer.url}"' in text, opens in text) == (sees, False)


def test_a_report_is_proposed_once_and_asked_for_again_when_it_was_not_made(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="qualified", number="JD-2026-001")
    volume = services.open_volume(source="stageassessment", matter=stage.pk, by=people.city_officer)
    item = volume.items.get(kind="report")
    assert (item.title, item.confidentiality) == (f"{item.job.label}（平台生成）", "internal")
    for state, same in (("queued", True), ("failed", False)):
        ExportJob.objects.filter(pk=item.job_id).update(state=state)
        volume.refresh_from_db()
        assert services.collect(volume=volume, version=volume.version, by=people.city_officer) == 0
        assert (volume.items.get(kind="report").job_id == item.job_id) == same
