"""谁在哪一步: stage, open matters, next duty, what is late and missing, in sight of each seat, under conditions, as a workbook."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.spreadsheets import LINE
from obligations.duties import ObligationState
from obligations.selectors import due
from portal.policy.selectors import city_check
from tests.factories.approvals import Filing
from tests.factories.districts import DistrictFactory, file_case, make_district
from tests.factories.received import at
from tests.obligations.world import titled, world

pytestmark = pytest.mark.django_db
NOW = at(2027, 4, 12)


@pytest.fixture
def people(db):
    return world()


def shown(client, **query):
    with clock.at(NOW):
        answer = client.get(reverse("portal:pilot_progress"), query)
    return {line.district.name: line for line in answer.context["lines"]}


def test_each_seat_reads_the_districts_whose_file_it_may_open(client, people):
    make_district(name="演示未报城（虚构）", applicant=people.applicant_body)
    rows = {}
    for seat in ("city_officer", "secretariat", "authority", "preparer", "outsider_preparer"):
        client.force_login(getattr(people, seat))
        rows[seat] = {line.district.name for line in client.get(reverse("portal:pilot_progress")).context["lines"]}
    assert rows["city_officer"] == rows["secretariat"] == rows["authority"] == {"演示甲城（虚构）"}
    assert rows["preparer"] == {"演示甲城（虚构）", "演示未报城（虚构）"}
    assert rows["outsider_preparer"] == set()


def test_a_row_says_what_the_list_of_duties_and_the_policy_check_say(officer, people):
    row = shown(officer)["演示甲城（虚构）"]
    with clock.at(NOW):
        owed = [one for one in due(Viewer(None)) if one.district_id == row.district.pk and one.is_open]
        check = next(one for one in city_check(Viewer(people.city_officer)).rows if one.district == row.district)
    assert [duty.key for duty in row.late] == [one.key for one in owed if one.is_overdue(NOW.date())] != []
    assert row.next_duty == next(one for one in owed if not one.is_overdue(NOW.date()))
    assert row.check.verdicts == check.verdicts
    with clock.at(NOW):
        page = officer.get(reverse("portal:pilot_progress")).content.decode()
        link = f"{reverse('obligations:obligation_list')}?district={row.district.pk}&state={ObligationState.OVERDUE.value}"
        assert officer.get(link).context["page"].paginator.count == len(row.late)
    assert link in page


def test_what_a_candidate_does_not_meet_is_named_and_a_record_without_applicant_is_asked_nothing(officer, people):
    file_case(make_district(people, name="演示丙城（虚构）", boundary_matches=False))
    DistrictFactory(name="演示补录城（虚构）", stage=Stage.DEMONSTRATION)
    row = shown(officer, ready="failing")["演示丙城（虚构）"]
    with clock.at(NOW):
        page = officer.get(reverse("portal:pilot_progress")).content.decode()
    assert (row.check.failing[0].title in page, row.readiness) == (True, "failing")
    row = shown(officer)["演示补录城（虚构）"]
    assert (row.check, row.next_duty, row.late, row.target) == (None, None, (), "")


def test_a_matter_under_way_is_named_with_its_step(client):
    filing = Filing().to_sent()
    client.force_login(filing.people.city_officer)
    row = shown(client)[filing.district.name]
    assert [(matter.label, matter.href) for matter in row.matters] == [("试点申报", reverse("approvals:case", args=[filing.case.pk]))]
    assert row.target == "试点"


def test_conditions_and_orders(client, people):
    titled(people, "演示乙城（虚构）")
    file_case(make_district(people, name="演示丙城（虚构）"))
    client.force_login(people.city_officer)

    def found(**query):
        return [name[2] for name in shown(client, **query)]

    assert [set(found(late=late)) for late in ("late", "ontime")] == [{"甲", "乙"}, {"丙"}]
    assert [found(stage="pilot", q="乙城"), found(ready="ready"), found(kind="real")] == [["乙"], [], []]
    assert set(found(ready="failing")) | set(found(ready="unknown")) == {"甲", "乙", "丙"}
    assert [found(order="stage")[0], found(order="-stage")[-1], found()[-1]] == ["丙"] * 3
    missing = [len(line.check.failing) for line in shown(client, order="-missing").values()]
    assert missing == sorted(missing, reverse=True)


def test_the_workbook_has_the_rows_of_the_page(client, people):
    titled(people, "演示乙城（虚构）")
    client.force_login(people.city_director)
    with clock.at(NOW):
        answer = client.get(reverse("portal:pilot_progress_export"), {"q": "乙城"})
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert {cell.alignment.wrap_text for cells in sheet.iter_rows(min_row=3) for cell in cells} == {True}
    missing = sheet.cell(4, 13).value
    assert sheet.row_dimensions[4].height >= LINE * len(missing) * 2 / 60 > LINE  # in print nothing is cut off
    rows = list(sheet.values)
    row = shown(client, q="乙城")["演示乙城（虚构）"]
    assert [cells[1] for cells in rows[3:]] == ["演示乙城（虚构）"]
    assert rows[3][7] == len(row.late)
    assert rows[3][6].date() == row.next_duty.due
