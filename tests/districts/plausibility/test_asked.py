"""Figures outside the score table are asked about before they are kept, once: what stood before is not asked about again."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from http import HTTPStatus
from io import BytesIO

import openpyxl
import pytest
from django.apps import apps
from django.urls import reverse

from approvals.applications.services.drafts import start_application
from beautiful.reserves.models import ReserveProject, ReserveState
from districts.common.enums import ImportKind, PlanStatus, Stage
from districts.lists.views.workbooks import FILES
from districts.plausibility.models import FigureAnswer
from districts.yearly_plans.models import ImplementationPlan
from districts.yearly_plans.services import open_plan
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.documents.workbooks.columns import index_of
from scripts.faults.places import modules
from scripts.faults.places import shown as path_of
from tests.beautiful.plans.world import FIRST, make_issued, unchecked
from tests.beautiful.reserves.world import make_project
from tests.factories.assessments import published_edition
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory
from tests.factories.workbooks import saved
from tests.operation.ledger.test_ledger import POSTED, enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
SAID = "已与批复核对（虚构）"
STAGES = {"stage_0_year": "2030", "stage_0_value": "30.5", "stage_1_year": "2035", "stage_1_value": "28"}
PLANNED = {"planned_start": "2026-03-01", "planned_finish": "2027-09-30"}
PAGES = {  # what is typed and right, the slip, the words that ask, another figure, another slip
    "profile_edit": (
        {"type": "new", "area_km2": "2.5", "developable_km2": "1.5", "population": "28000"},
        {"population": "3"},
        "人口密度",
        {"developable_km2": "1.6"},
        {"population": "4"},
    ),
    "plan_edit": (STAGES, {"stage_0_value": "305"}, "碳排放强度", {"stage_1_value": "27"}, {"stage_0_value": "306"}),
    "plot_create": (
        {"number": "D-9", "buildable": "true", "land_use": "0901", "area_ha": "2.35", "floor_area": "47000"},
        {"floor_area": "4.7"},
        "容积率",
        {"planned_start": "2027-03-01"},
        {"floor_area": "4.8"},
    ),
    "work_create": (
        {"name": "演示路（虚构）", "main": "true", "length_m": "820", **PLANNED},
        {"length_m": "0.8"},
        "长度0.8m",
        {"planned_finish": "2027-10-30"},
        {"length_m": "0.9"},
    ),
    "key_project_create": (
        {"name": "演示能源站（虚构）", "state": "planned", "investment": "5200", **PLANNED},
        {"planned_finish": "2062-09-30"},
        "请核对年份",
        {"investment": "5300"},
        {"planned_finish": "2063-09-30"},
    ),
    "plan_item_create": (
        {"work": "planning", "name": "编制专业规划", "money": "120", "start": "2027-01-01", "finish": "2027-09-30"},
        {"start": "2017-01-01", "finish": "2017-09-30"},
        "不在2027年度",
        {"money": "130"},
        {"start": "2016-01-01", "finish": "2016-09-30"},
    ),
    "reserve_save": (
        {"area": "development", "title": "屋顶光伏（虚构）", "fiscal": "300", "social": "700.5", "starts_on": "2026-03-01"},
        {"fiscal": "3000"},
        "约为原填",
        {"social": "710"},
        {"fiscal": "30000"},
    ),
    "entry_create": (
        {**POSTED["funds"][0], "budget": "270", "used": "195"},
        {"used": "1.9"},
        "约为上年",
        {"budget": "275"},
        {"used": "1.8"},
    ),
    "task_report": (
        {"period": f"{FIRST}-3", "value": "15", "text": "建成（虚构）"},
        {"value": "390"},
        "核对数值和单位",
        {"text": "建成一段（虚构）", "reason": "补记（虚构）"},
        {"value": "391", "reason": "补记（虚构）"},
    ),
}
ASKING = {  # modules that ask, and the page above, or why what they ask about is typed only once
    "beautiful.area_indicators.services": "a figure is recorded anew, never changed",
    "beautiful.plans.reporting": "task_report",
    "beautiful.reserves.services": "reserve_save",
    "carbon.inventories.services": "explained as a whole: tests/carbon/inventories",
    "districts.lists.services": "plot_create",
    "districts.profile.services": "profile_edit",
    "districts.special_plans.services": "plan_edit",
    "districts.yearly_plans.services": "plan_item_create",
    "operation.ledger.services": "entry_create",
}


def test_who_asks_is_tried():
    asking = {path_of(path) for path in modules() if re.search(r"plausibility\.services import .*\bask\b", path.read_text())}
    assert asking == {f"{name.replace('.', '/')}.py" for name in ASKING}


def page_of(name, people, district):
    """Address of a page, who fills it in, and what else it posts."""
    if name == "reserve_save":
        project = make_project(people)
        return reverse("beautiful:reserve_save", args=[project.pk]), people.authority, {"version": project.version, "pool": project.pool}
    if name == "plan_item_create":
        plan = open_plan(authority=people.authority_body, year=2027, by=people.authority)
        return reverse("districts:plan_item_create", args=[plan.pk]), people.authority, {"district": district.pk}
    if name == "entry_create":
        enter(people, district, "funds", 2025, budget="260.5", used="190")
        return reverse("operation:entry_create", args=[district.code, 2026, "funds"]), people.preparer, {}
    if name == "task_report":
        own = make_issued(people).own
        unchecked(own, people.authority, 2, 10)
        return reverse("beautiful:task_report", args=[own.pk]), people.authority, {}
    more = {"version": 0, "areas": [area.pk for area in district.areas.all()]} if name == "profile_edit" else {"version": 0}
    return reverse(f"districts:{name}", args=[district.code]), people.preparer, {**more, "do": "save"}


def explained():
    """The row that was explained; the record of its correction, which is before it in the order, keeps what it replaced."""
    model, pk = FigureAnswer.objects.last().subject.split(":")
    return apps.get_model(model)._base_manager.get(pk=pk)


def changed(name, address):
    """Address of the page that changes the explained row, and the row's version."""
    row = explained()
    return f"{address.removesuffix('new/')}{row.pk}/" if name.endswith("_create") else address, {"version": row.version}


@pytest.mark.parametrize("name", PAGES)
def test_a_slip_is_asked_about_once_and_kept_with_its_explanation(client, people, district, name):
    right, slip, words, other, worse = PAGES[name]
    address, user, more = page_of(name, people, district)
    client.force_login(user)
    told = {**more, **right, **slip}
    asked = client.post(address, told)
    text = asked.content.decode()
    refused = HTTPStatus.CONFLICT if name == "reserve_save" else HTTPStatus.UNPROCESSABLE_ENTITY  # of a file with steps
    assert (asked.status_code, words in text, "核对说明" in text) == (refused, True, True)
    assert not FigureAnswer.objects.exists()
    assert client.post(address, {**told, "explanation": SAID}).status_code == HTTPStatus.FOUND
    kept = FigureAnswer.objects.filter(subject=subject_of(explained()))
    said = list(kept.values_list("pk", "rule", "part", "value"))
    assert {(one.text, one.by, one.at.astimezone().date()) for one in FigureAnswer.objects.all()} == {(SAID, user, dt.date(2026, 11, 20))}
    edit, version = changed(name, address)
    assert client.post(edit, {**told, **other, **version}).status_code == HTTPStatus.FOUND, "another figure"
    assert list(kept.values_list("pk", "rule", "part", "value")) == said
    edit, version = changed(name, address)
    again = client.post(edit, {**told, **other, **worse, **version})
    assert (again.status_code, "核对说明" in again.content.decode()) == (refused, True), "another slip"
    FigureAnswer.objects.all().delete()
    assert client.post(edit, {**told, "reason": SAID, **version}).status_code == HTTPStatus.FOUND, (
        "it stood before, whoever answered for it"
    )


@pytest.mark.parametrize("name", PAGES)
def test_what_is_right_is_not_asked_about(client, people, district, name):
    address, user, more = page_of(name, people, district)
    client.force_login(user)
    assert client.post(address, {**more, **PAGES[name][0]}).status_code == HTTPStatus.FOUND
    assert not FigureAnswer.objects.exists()


ROWS = {  # of each list that is imported: a stored slip, its words, another figure, another slip, each in cells of its workbook
    ImportKind.PLOTS: (
        PlotFactory,
        {"land_use_code": "0901", "floor_area": 4},
        "容积率",
        {"planned_start": "2027-03-01"},
        {"floor_area": 5},
    ),
    ImportKind.PROJECTS: (
        KeyProjectFactory,
        {"planned_finish": dt.date(2062, 9, 30)},
        "请核对年份",
        {"investment": 5300},
        {"planned_finish": "2063-09-30"},
    ),
    ImportKind.WORKS: (WorkFactory, {"length_m": Decimal("0.8")}, "一般不", {"planned_finish": "2027-10-30"}, {"length_m": "0.9"}),
}


def notes(client, district, kind, *rows):
    """Words beside the cells of a workbook whose first rows, or those behind them, are filled in."""
    files = FILES[kind]
    book = openpyxl.load_workbook(BytesIO(client.get(files.address("export", district)).content))
    for at, cells in enumerate(rows, start=files.book.first_row + 1):
        for field, value in cells.items():
            book[files.book.sheet].cell(at, index_of(files.book.columns, field) + 1).value = value
    found = files.reader(district, clock.today()).read(saved(book))
    assert found.applicable, (found.problems, found.refused)
    return [(line.key, line.note) for line in (*found.changed, *found.noted)]


@pytest.mark.parametrize("kind", FILES)
def test_an_import_notes_what_is_new_about_a_row(client, people, district, kind):
    factory, slip, words, other, worse = ROWS[kind]
    factory(district=district, **slip)
    client.force_login(people.preparer)
    assert [words in "".join(note for _, note in notes(client, district, kind, cells)) for cells in (other, worse)] == [False, True]


def test_an_import_compares_a_plot_with_the_rows_before_it_and_a_project_with_its_plots(client, people, district):
    type(district).objects.filter(pk=district.pk).update(area_km2=Decimal("0.05"), developable_km2=None)
    district.refresh_from_db()
    PlotFactory(district=district, number="D-1", area_ha=Decimal("2.5"), floor_area=50000)
    client.force_login(people.preparer)
    rows = [{"area_ha": "1.5"}, {"number": "D-2", "area_ha": "3"}, {"number": "D-3", "area_ha": "2"}]
    words = "全部地块的面积合计6.5公顷大于城区规划范围面积5公顷"
    assert [key for key, note in notes(client, district, ImportKind.PLOTS, *rows) if words in note] == ["D-3"]
    project = {"name": "演示能源站（虚构）", "investment": "2000000", "plots": "D-1"}
    assert "投资÷涉及地块的建筑面积" in "".join(note for _, note in notes(client, district, ImportKind.PROJECTS, project))


READ = {  # pages of each paper that whoever checks, signs or accepts it reads
    "profile_edit": ("districts:district_file",),
    "plan_edit": ("districts:district_file",),
    "plot_create": ("districts:plot_list", "districts:plot_control", "districts:district_file"),
    "work_create": ("districts:work_list", "districts:work", "districts:district_file"),
    "key_project_create": ("districts:key_project_list", "districts:key_project", "districts:district_file"),
    "plan_item_create": ("districts:implementation_plan_edit",),
    "reserve_save": ("beautiful:reserve",),
    "entry_create": ("operation:ledger",),
    "task_report": ("beautiful:task", "beautiful:progress_check"),
}


def read_address(page, row, district):
    """Address of a page about the explained row."""
    of_row = {"districts:implementation_plan_edit": "plan_id", "beautiful:reserve": "pk", "beautiful:task": "planned_id"}
    if page in of_row or page == "beautiful:progress_check":
        return reverse(page, args=[getattr(row, of_row.get(page, "pk"))])
    more = {"operation:ledger": [2026], "districts:district_file": []}.get(page, [] if page.endswith("_list") else [row.pk])
    return reverse(page, args=[district.code, *more])


@pytest.mark.parametrize("name", PAGES)
def test_who_checks_signs_or_accepts_a_paper_reads_the_question_and_the_explanation(client, people, district, name):
    right, slip, *_ = PAGES[name]
    address, user, more = page_of(name, people, district)
    client.force_login(user)
    assert client.post(address, {**more, **right, **slip, "explanation": SAID}).status_code == HTTPStatus.FOUND
    said, row = FigureAnswer.objects.first(), explained()
    pages = [(people.city_officer, read_address(page, row, district)) for page in READ[name]]
    if "districts:district_file" in READ[name]:  # what an application rests on
        case = start_application(district=district, by=people.preparer, edition=published_edition())
        pages += [(people.reviewer, reverse("approvals:case", args=[case.pk]))]
    type(district).objects.filter(pk=district.pk).update(stage=Stage.PILOT, titled_on=dt.date(2026, 5, 6))
    ImplementationPlan.objects.update(status=PlanStatus.FILED)
    ReserveProject.objects.update(status=ReserveState.SUBMITTED, number="CB-2026-001")
    for seat, page in pages:
        client.force_login(seat)
        shown = unescape(client.get(page).content.decode())
        assert (said.question in shown, SAID in shown, user.name in shown) == (True, True, True), page
