"""What a district owes and nobody has opened is begun by who owes it; everybody else reads why not and who can."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.common.owed_papers import begin_page
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.policy.models import Setting
from obligations.selectors import obligations_visible_to
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district
from tests.factories.received import at

PAPERS = ("self_check", "operation_report", "carbon_verification")


@pytest.fixture
def pilot(people):
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    published_edition()
    with clock.at(at(2027, 2, 1)):
        yield make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), type="new")


@pytest.mark.parametrize("kind", PAPERS)
def test_the_preparer_begins_what_is_owed_from_the_row_that_owes_it(client, people, pilot, kind):
    row = next(row for row in obligations_visible_to(Viewer(people.preparer)) if row.kind == kind and row.year == 2026)
    assert (row.record, row.link) == (None, begin_page(kind, pilot.pk, 2026))
    client.force_login(people.preparer)
    assert "开始填报" in client.get(row.link).content.decode()
    answer = client.post(row.link, follow=True)
    assert (answer.status_code, "已开始填报" in answer.content.decode()) == (200, True)
    again = next(row for row in obligations_visible_to(Viewer(people.preparer)) if row.kind == kind and row.year == 2026)
    assert (again.record is None, again.link == row.link) == (False, False)
    assert client.get(row.link, follow=True).redirect_chain[-1][0] == again.link
    assert not Notification.objects.filter(receiver=people.preparer, link=again.link).exists()
    assert [entry for entry in (SelfCheck, YearlyReport) if entry.objects.exists()] == [SelfCheck if kind == "self_check" else YearlyReport]


@pytest.mark.parametrize("kind", PAPERS)
def test_others_read_who_begins_it_and_strangers_nothing(client, people, pilot, kind):
    page = begin_page(kind, pilot.pk, 2026)
    for seat in ("reviewer", "authority", "city_officer"):
        client.force_login(getattr(people, seat))
        text = client.get(page).content.decode()
        assert (f"填报人（{people.preparer.name}）开始" in text, "<button" in text.partition("<main")[2].partition("</main")[0]) == (
            True,
            False,
        )
        assert client.post(page).status_code == 403
    client.force_login(people.expert1)
    assert client.get(page).status_code == 404
    assert not SelfCheck.objects.exists()
    assert not YearlyReport.objects.exists()


def test_what_stands_against_it_is_said_with_where_it_is_mended(client, people, pilot):
    type(pilot).objects.filter(pk=pilot.pk).update(type="")
    client.force_login(people.preparer)
    page = begin_page("self_check", pilot.pk, 2026)
    assert f"{reverse('districts:profile_edit', args=[pilot.code])}#id_type" in client.get(page).content.decode()
    assert client.post(page).status_code == 409
    type(pilot).objects.filter(pk=pilot.pk).update(type="new")
    assert client.post(page).status_code == 302
    assert SelfCheck.objects.get().district == pilot


def test_lists_lead_to_where_a_paper_is_begun(client, people, pilot):
    client.force_login(people.preparer)
    for name, kinds in (("selfcheck_list", PAPERS[:1]), ("yearly_report_list", PAPERS[1:])):
        text = client.get(reverse(f"assessments:{name}")).content.decode()
        assert [kind for kind in kinds if begin_page(kind, pilot.pk, 2026) not in text] == []


def test_the_officer_begins_a_stage_assessment_and_the_district_reads_when(client, people, pilot):
    page = reverse("assessments:owed_stage", args=[pilot.pk])
    client.force_login(people.preparer)
    assert "起开展" in client.get(page).content.decode()
    with clock.at(at(2028, 5, 2)):
        assert "由市级经办开始" in client.get(page).content.decode()
        assert client.post(page).status_code == 403
        client.force_login(people.city_officer)
        assert client.post(page, follow=True).status_code == 200
        made = StageAssessment.objects.get()
        assert client.get(page, follow=True).redirect_chain[-1][0] == reverse("assessments:stage", args=[made.pk])
