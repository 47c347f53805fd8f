"""Data of a district in 培育 are visible to its own side only until the filing: each role and kind of data, before and after."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from districts.plots.models import PlotOpinion
from greendistrict.core import clock
from greendistrict.documents.services import store_bytes
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, WorkFactory, file_case, make_district
from tests.files import pdf

OWN = ("preparer", "reviewer", "consultant", "authority")
WAITING = ("city_officer", "city_checker", "city_director", "city_legal", "secretariat", "bureau")
PAGES = (
    "plot_list", "plot_board", "plot_export", "work_list", "key_project_list", "boundary_list", "district_file", "indicator_system",
)  # fmt: skip
TABS = ("indicators", "plan", "projects", "plots", "carbon", "archive")


@pytest.fixture
def district(people):
    district = make_district(people, area_km2="7.77", population=123_456, key_areas=["五个新城"])
    for factory in (PlotFactory, KeyProjectFactory, WorkFactory, SpecialPlanFactory):
        factory(district=district)
    return district


def answers(client, user, district, evidence):
    """What of the file a person reads, by kind."""
    client.force_login(user)
    found = {name for name in PAGES if client.get(reverse(f"districts:{name}", args=[district.code])).status_code == 200}
    page = reverse("districts:district_detail", args=[district.code])
    found |= {tab for tab in TABS if client.get(page, {"tab": tab}).context["tab"] == tab}
    head = client.get(page).content.decode()
    found |= {word for word, shown in (("population", "123,456"), ("area", "7.77")) if shown in head}
    sent = client.get(reverse("documents:download", args=[evidence.key]))
    found |= {"download"} if sent.status_code == 200 and b"".join(sent.streaming_content) else set()
    rows = client.get("/api/v1/districts/").json()["results"]
    found |= {"api"} if [row["area_km2"] for row in rows if row["code"] == district.code and row["area_km2"]] else set()
    found |= {"list"} if "7.77" in client.get(reverse("districts:district_list")).content.decode() else set()
    book = load_workbook(BytesIO(client.get(reverse("districts:district_export")).content))
    found |= {"export"} if 7.77 in [cell for row in book.active.values for cell in row] else set()
    return found


EVERYTHING = {*PAGES, *TABS, "population", "area", "download", "api", "list", "export"}


def test_nobody_but_the_district_and_its_authority_reads_what_is_not_filed_and_city_secretariat_and_bureau_what_is(
    client, people, district
):
    named = {"name": "演示材料.pdf", "content_type": "application/pdf", "kind": "plan", "title": "演示材料"}
    evidence = store_bytes(owner=district, content=pdf(), **named)
    for seat in OWN:
        assert answers(client, people.everybody[seat], district, evidence) == EVERYTHING, seat
    for seat in (*WAITING, "partner"):
        found = answers(client, people.everybody[seat], district, evidence)
        assert found == ({"plot_list", "work_list"} if seat == "bureau" else set()), (seat, found)
    file_case(district)
    for seat in WAITING:
        assert answers(client, people.everybody[seat], district, evidence) == EVERYTHING, seat
    assert not answers(client, people.partner, district, evidence)


def test_the_line_of_the_register_stays_and_says_why_there_is_no_more(officer, district):
    page = officer.get(reverse("districts:district_detail", args=[district.code])).content.decode()
    refused = officer.get(reverse("districts:plot_list", args=[district.code]))
    assert ("报送后可以查看" in page, refused.status_code, "报送后可以查看" in refused.content.decode()) == (True, 403, True)
    assert officer.get(reverse("districts:act_list", args=[district.code])).status_code == 200


def test_a_body_that_was_asked_about_a_plot_reads_it_and_no_other(officer, people, district):
    asked, other = district.plots.first(), PlotFactory(district=district)
    today = {"asked_on": clock.today(), "due_on": clock.today()}
    PlotOpinion.objects.create(plot=asked, purpose="conditions", department="住建", organisation=people.city_body, **today)
    statuses = [officer.get(reverse("districts:plot_control", args=[district.code, plot.pk])).status_code for plot in (asked, other)]
    assert statuses == [200, 403]


def test_a_bureau_works_on_land_before_the_applicant_files_and_reads_nothing_else(client, people, district):
    """七（二）1: whoever supplies the land asks before, and supply comes before the filing."""
    plot = district.plots.get()
    kept = PlotFactory(district=district, number="BL-9", buildable=False)
    planning = make_organisation("bureau", parent=people.authority_body, departments=["planning"])
    planner = make_user("bureau", organisation=planning)
    client.force_login(planner)
    head = client.get(reverse("districts:district_detail", args=[district.code])).content.decode()
    address = reverse("districts:plot_list", args=[district.code])
    assert address in head
    answer = client.get(address)
    listed = answer.content.decode()
    assert plot.number in listed
    assert (answer.context["totals"]["plots"], answer.context["totals"]["shown"]) == (1, 1), "the totals are those of the list"
    assert not [name for name in ("BL-9", reverse("districts:plot_board", args=[district.code])) if name in listed]
    page, closed = (reverse("districts:plot_control", args=[district.code, one.pk]) for one in (plot, kept))
    assert (client.get(page).status_code, client.get(closed).status_code) == (200, 403)
    assert client.post(reverse("districts:plot_open", args=[district.code, plot.pk]), {"table": "grant", "version": 0}).status_code == 302
    today = clock.today().isoformat()
    sent = {"level": "district", "organisation": people.bureau_body.pk, "on": today, "version": 1}
    assert client.post(reverse("districts:plot_ask", args=[district.code, plot.pk]), sent).status_code == 302
    assert plot.opinions.get().asked_by == planner
    client.force_login(people.outsider_preparer)
    assert client.get(address).status_code == 404
    client.force_login(people.city_officer)
    assert (
        reverse("districts:plot_list", args=[district.code])
        not in client.get(reverse("districts:district_detail", args=[district.code])).content.decode()
    )


def test_a_bureau_works_on_municipal_works_before_the_applicant_files_and_reads_nothing_else(client, people, district):
    """七（二）: departments check works at approval and appraisal as they check plots, and both come before the filing."""
    work, value = district.works.get(), {"name": "透水铺装率", "kind": "at_least", "unit": "%", "required": "50", "version": "0"}
    client.force_login(people.bureau)
    listed, page = reverse("districts:work_list", args=[district.code]), reverse("districts:work", args=[district.code, work.pk])
    assert listed in client.get(reverse("districts:district_detail", args=[district.code])).content.decode()
    shown = client.get(listed).content.decode()
    assert page in shown
    assert reverse("districts:work_export", args=[district.code]) not in shown
    opened = client.get(page).content.decode()
    sources = reverse("districts:work_sources", args=[district.code, work.pk])
    assert sources not in opened
    assert [client.get(address).status_code for address in (sources, reverse("districts:work_export", args=[district.code]))] == [403, 403]
    assert client.get(reverse("districts:work_supervision", args=[district.code, work.pk])).status_code == 200
    assert client.post(reverse("districts:work_value_add", args=[district.code, work.pk]), value).status_code == 302
    check = {"stage": "approval", "department": "建设交通", "result": "held", "checked_on": clock.today().isoformat()}
    assert client.post(reverse("districts:work_check", args=[district.code, work.pk]), check).status_code == 302
    assert (work.indicators.get().required, work.checks.get().entered_by) == ("50", people.bureau)
    for seat, status in (("outsider_preparer", 404), ("city_officer", 403), ("secretariat", 403)):
        client.force_login(people.everybody[seat])
        assert [client.get(address).status_code for address in (listed, page)] == [status, status], seat
    client.force_login(people.city_officer)
    assert listed not in client.get(reverse("districts:district_detail", args=[district.code])).content.decode()


def answer(client, user, address, query):
    client.force_login(user)
    return client.get(address, query).content.decode()
