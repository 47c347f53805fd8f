"""Finished cases, and volumes of them at any point of their life; all fictional."""

from unittest.mock import patch

from approvals.cases.models.cases import Case, CaseDocument
from greendistrict.core import clock
from greendistrict.documents.services import store
from greendistrict.policy.services import set_setting
from reports.archive import services
from reports.archive.models import ArchiveItem, ArchiveVolume
from reports.jobs import making
from reports.jobs import services as jobs
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from tests.factories.approvals import make_evidence, pdf
from tests.factories.districts import make_district
from tests.files import pdf as plain_pdf
from tests.steps import step

FONDS = "演0123"
HANDED = {"receiver": "演示市档案馆（虚构）", "receiving_person": "演接收（虚构）"}


def finished_case(people, *, number=1, status="refused", files=2):
    """An application that was turned down, with files in its checklist."""
    district = make_district(people, name=f"演示归档{number}区（虚构）")
    moments = dict.fromkeys(("created_at", "sent_at", "submitted_at"), clock.now())
    case = Case.objects.create(
        kind="SQ", district=district, applicant=people.applicant_body, created_by=people.preparer, number=f"SQ-2026-{number:03}",
        status="draft", **moments,
    )  # fmt: skip
    for place in range(1, files + 1):
        file = store(owner=case, upload=pdf(), kind="申请表", title=f"材料{place}（虚构）.pdf", by=people.preparer)
        CaseDocument.objects.create(case=case, slot="application", document=file)
    Case.objects.filter(pk=case.pk).update(status=status)
    case.refresh_from_db()
    return case


def make_volume(people, **kw):
    """The volume of such a case, with its letters made."""
    case = finished_case(people, **kw)
    volume = services.open_volume(source="case", matter=case.pk, by=people.city_officer)
    make_letters()
    return volume


def bare_volume(people, district, *, number, status="closed", items=0, **values):
    """A volume with its number and files of one page each, without a matter and its steps."""
    given = {"fonds": FONDS, "number": number, "closed_at": clock.now(), "checked_by": people.city_checker}
    given |= {"kind": "试点申报", "matter_number": f"SQ-2026-{number:03}", "year": clock.today().year, "retention": "y30"}
    given |= {"title": f"{district.name}试点申报（{number}）", "prepared_by": people.city_officer, "opened_at": clock.now()}
    given |= {"is_demo": True} | values
    volume = ArchiveVolume.objects.create(source="case", matter=number, district=district, status="preparing", **given)
    for place in range(1, items + 1):
        file = make_evidence(district, f"材料{place}（虚构）")
        told = {"key": f"file:{file.key}", "number": place, "title": file.title, "document": file}
        ArchiveItem.objects.create(volume=volume, kind="file", pages=1, **told)
    ArchiveVolume.objects.filter(pk=volume.pk).update(status=status)
    volume.refresh_from_db()
    return volume


def make_letters():
    """The worker makes what was asked for. How a paper is laid out is tested elsewhere and takes long: each is an empty page."""
    with patch.object(making, "made_of", lambda _paper, *, formats, **_: {name: plain_pdf() for name in formats}):
        for job in ExportJob.objects.filter(state=JobState.QUEUED):
            jobs.run(job.pk)


def set_fonds(people):
    """The city has set its 全宗号."""
    set_setting(by=people.city_director, key="archive.fonds", value=FONDS, reason="档案部门给定（虚构）")


def close_volume(people, volume):
    """The volume once it was submitted and closed."""
    step(volume, "submit", people.city_officer)
    return step(volume, "close", people.city_checker)


def hand_over(people, volume):
    """The volume once it was handed over today."""
    return step(volume, "hand_over", people.city_checker, handed_over_on=clock.today(), **HANDED)
