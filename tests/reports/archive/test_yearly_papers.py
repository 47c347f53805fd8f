"""Yearly papers as matters of the archive: self-checks, operation reports, carbon verification reports."""

import pytest
from django.urls import reverse

from assessments.tables.models import RowEvidence
from assessments.yearly_reports.models import YearlyReport
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.services import store
from reports.archive import services
from reports.archive.models import ArchiveVolume
from reports.archive.selectors import unfiled_matters
from tests.factories.accounts import cast
from tests.factories.approvals import pdf
from tests.factories.districts import make_district
from tests.factories.received import at, filed_self_check
from tests.steps import step

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


def opened(client, matter, page):
    """The volume that the button on the page of the matter makes; afterwards the page leads to it."""
    source = matter._meta.model_name
    opens = reverse("reports:archive_open", args=[source, matter.pk])
    assert f'action="{opens}"' in client.get(page).content.decode()
    answer = client.post(opens)
    assert f'href="{answer.url}"' in client.get(page).content.decode()
    return ArchiveVolume.objects.get(source=source, matter=matter.pk)


def test_a_received_self_check_becomes_a_volume_with_its_evidence_and_letters(client, people):
    def prove(check):
        for row in check.table.rows.order_by("pk")[:2]:
            RowEvidence.objects.create(row=row, document=proof, page=1)

    district = make_district(people, stage="pilot", key_areas=["五个新城"])
    proof = store(owner=district, upload=pdf(), kind="佐证", title="佐证（虚构）", by=people.preparer)
    check = filed_self_check(people, district=district, change=prove)
    with pytest.raises(Refused, match="没有这一办结的事项"):
        services.open_volume(source="selfcheck", matter=check.pk, by=people.city_officer)
    with clock.at(at(check.year + 1, 4, 8)):
        step(check, "receive", people.city_officer)
    assert [(one.source, one.matter) for one in unfiled_matters(people.city_officer, 5)] == [("selfcheck", check.pk)]
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
def test_a_received_yearly_report_becomes_a_volume_with_its_files(client, people, kind, word, retention):
    district = make_district(people, stage="pilot")
    report = YearlyReport.objects.create(district=district, kind=kind, year=2025, opened_at=clock.now())
    paper = store(owner=report, upload=pdf(), kind="报告", title="报告（虚构）", by=people.preparer)
    newer = store(owner=report, upload=pdf(), kind="报告", title="报告（虚构）", by=people.preparer, replaces=paper)
    assert unfiled_matters(people.city_officer, 5) == []
    YearlyReport.objects.update(status="received", number="YY-2026-001", received_at=clock.now())
    client.force_login(people.city_officer)
    volume = opened(client, report, reverse("assessments:yearly_report", args=[report.pk]))
    assert (word in volume.kind, volume.retention, volume.matter_number) == (True, retention, "YY-2026-001")
    assert [item.document for item in volume.items.filter(kind="file")] == [newer]
    reports = list(volume.items.filter(kind="report").values_list("job__kind", "job__subject", "dated"))
    assert reports == ([("carbon", str(district.pk), clock.today())] if kind == "carbon" else [])
