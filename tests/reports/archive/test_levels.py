"""Confidentiality of items and volumes: never below the file, raised with it, and of a closed volume not changed any more."""

import pytest
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import set_confidentiality
from reports.archive import services
from reports.archive.documents import catalogue_of, remarks_of
from reports.archive.models import ArchiveItem
from reports.jobs import services as jobs
from reports.jobs.requests import request_report
from tests.reports.archive.world import close_volume, finished_case, hand_over, make_volume
from tests.steps import step

pytestmark = pytest.mark.django_db
CLASSIFIED, INTERNAL, PUBLIC = Confidentiality.CLASSIFIED, Confidentiality.INTERNAL, Confidentiality.PUBLIC


def set_level(file, level, by):
    set_confidentiality(evidence=Evidence.objects.get(pk=file.pk), level=level, reason="复核（虚构）", by=by)


def levels(volume):
    """Of the volume, and of its items that come from files."""
    volume.refresh_from_db()
    return volume.confidentiality, list(volume.items.filter(kind="file").order_by("pk").values_list("confidentiality", flat=True))


def said(item, **changes):
    """What the form of an item would send."""
    names = ("number", "title", "responsible", "document_number", "dated", "pages", "confidentiality", "remark", "left_out")
    return {name: getattr(item, name) for name in names} | changes


def change(item, people, **changes):
    item = ArchiveItem.objects.select_related("volume").get(pk=item.pk)
    services.change_item(item=item, version=item.volume.version, by=people.city_officer, values=said(item, **changes))


def test_an_item_is_never_filed_below_its_file(client, people):
    case = finished_case(people)
    first, second = Evidence.objects.filter(owner=f"approvals.case:{case.pk}").order_by("pk")
    set_level(first, CLASSIFIED, people.city_officer)
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, INTERNAL])
    classified, internal = volume.items.get(document=first), volume.items.get(document=second)
    for item, level, lowest in ((classified, INTERNAL, "密级"), (internal, PUBLIC, "内部")):
        with pytest.raises(Refused, match=f"不能低于文件的密级（{lowest}）"):
            change(item, people, confidentiality=level)
    client.force_login(people.city_officer)
    page = client.get(reverse("reports:archive_item", args=[volume.pk, internal.pk]))
    assert [key for key, _ in page.context["form"].fields["confidentiality"].choices] == [INTERNAL, CLASSIFIED]
    change(internal, people, confidentiality=CLASSIFIED)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, CLASSIFIED])


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


def test_a_letter_follows_the_file_that_was_made_of_it(people):
    volume = make_volume(people, files=1)
    letter = volume.items.filter(kind="letter").first()
    set_level(letter.job.files.get().document, CLASSIFIED, people.city_officer)
    letter.refresh_from_db()
    volume.refresh_from_db()
    assert (letter.confidentiality, volume.confidentiality) == (CLASSIFIED, CLASSIFIED)


def test_a_file_that_is_left_out_does_not_count(people):
    volume = make_volume(people)
    item = volume.items.filter(kind="file").first()
    change(item, people, left_out="重复（虚构）")
    set_level(item.document, CLASSIFIED, people.city_officer)
    assert levels(volume) == (INTERNAL, [INTERNAL, INTERNAL])
    with pytest.raises(Refused, match="不能低于文件的密级（密级）"):
        change(item, people, left_out="")
    close_volume(people, volume)
    hand_over(people, volume)
    set_level(item.document, INTERNAL, people.city_officer)
    assert levels(volume) == (INTERNAL, [INTERNAL, INTERNAL])


@pytest.mark.parametrize("level", [PUBLIC, CLASSIFIED])
def test_the_file_of_a_closed_volume_keeps_its_level(client, people, level):
    volume = close_volume(people, make_volume(people))
    file = volume.items.filter(kind="file").first().document
    url, asked = reverse("documents:confidentiality", args=[file.key]), {"confidentiality": level, "reason": "复核（虚构）"}
    client.force_login(people.city_officer)
    answer = client.post(url, asked)
    assert (answer.status_code, "先由市级审核重新打开案卷" in answer.content.decode()) == (422, True)
    step(volume, "reopen", people.city_checker, reason="改密级（虚构）")
    assert client.post(url, asked).status_code == 302
    hand_over(people, close_volume(people, volume))
    answer = client.post(url, {**asked, "confidentiality": INTERNAL})
    assert (answer.status_code, "已随案卷移交" in answer.content.decode()) == (422, True)
    file.refresh_from_db()
    assert file.confidentiality == level


def test_a_file_of_the_districts_library_keeps_its_level_too(people):
    """It may get a newer version, but what was archived stays as it was."""
    volume = close_volume(people, make_volume(people))
    file = volume.items.filter(kind="file").first().document
    Evidence.objects.filter(pk=file.pk).update(owner=f"districts.district:{volume.district_id}")
    hand_over(people, volume)
    with pytest.raises(Refused, match=r"已随案卷移交.*不能改变密级"):
        set_level(file, CLASSIFIED, people.preparer)


def test_closing_raises_what_was_collected_while_the_file_changed(people):
    volume = make_volume(people)
    item = volume.items.filter(kind="file").first()
    Evidence.objects.filter(pk=item.document_id).update(confidentiality=CLASSIFIED)  # as another request that was not finished yet
    close_volume(people, volume)
    assert levels(volume) == (CLASSIFIED, [CLASSIFIED, INTERNAL])


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
