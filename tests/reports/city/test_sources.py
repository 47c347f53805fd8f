"""Every figure of the city's annual report opens the rows that add up to it, for one district and for three."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import resolve, reverse

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from assessments.tables.models import RowEvidence, ScoreRow
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from greendistrict.core.memoisation import held_reads
from greendistrict.core.rounding import half_up
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from reports.annual.figures import annual_rows, figures_of
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.standing import figures_of as figures_of_titles
from reports.city.figures.standing import standing
from reports.city.figures.whole import SHOWN, city_report
from reports.city.sources import CityFigure, Reckoning, SourceRow, five_numbers, quartiles, reckoned
from tests.carbon.inventories.world import HEAD
from tests.factories.accounts import make_user
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district
from tests.factories.received import at, received_self_check
from tests.factories.titles import give_title
from tests.reports.annual.worlds import AFTER, BEFORE, MISSED, fill_lists, fill_supervision
from tests.reports.world import many_districts, spoil

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
NOW, YEAR = at(2027, 5, 20), 2026
ADDS = re.compile(r'data-adds="([^"]+)"')


def prove(check):
    """A control item that fails, with the page of a paper that says so."""
    spoil(check)
    row = ScoreRow.objects.get(table=check.table, item_id="4.1.2")
    told = {"content": b"%PDF-1.4 energy", "name": "energy.pdf", "content_type": "application/pdf", "kind": "佐证", "title": "能耗监测年报"}
    paper = store_bytes(owner=check.table, **told)
    RowEvidence.objects.create(row=row, document=paper, page=7)


def read_all():
    """Every part of the report once, with the pages of its districts."""
    with held_reads():
        report = city_report(YEAR, clock.today(), demo=True)
        city_composition(report, ReportEdition.INTERNAL)
        return report.figures


@AREA
def test_the_number_of_queries_is_the_same_for_one_district_and_for_three(people, kept_queries):
    first = received_self_check(people, change=spoil)
    PlotFactory(district=first.district, built_on=dt.date(2026, 5, 1), conforms=True)
    with clock.at(NOW):
        read_all()  # the edition's rules are kept from then on
        with kept_queries():
            read_all()
    for number in range(2):
        other = make_district(people, stage="pilot", key_areas=["五个新城"], name=f"演示{'丑寅'[number]}城（虚构）")
        received_self_check(people, district=other, change=spoil)
        PlotFactory(district=other, built_on=dt.date(2026, 5, 1), conforms=True)
    with clock.at(NOW), kept_queries():
        figures = read_all()
    assert (figures["pilot"].value, figures["check_received"].value, figures["plots_built"].value) == (3, 3, 3)


def test_each_figure_opens_exactly_the_rows_that_add_up_to_it(client, people):
    many_districts(people)
    client.force_login(people.city_officer)
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
        year, opened = reverse("reports:city_year", args=[YEAR]), set()
        page = "".join(client.get(year, {"part": part}).content.decode() for part in SHOWN)
        for key, figure in report.figures.items():
            href, way = reverse("reports:city_figure", args=[YEAR, key]), (figure.reckoning, figure.unit, bool(figure.rows))
            assert f'href="{href}"' in page, key
            if way not in opened:  # one that is reckoned so: each page makes the whole report
                opened.add(way)
                adds = [Decimal(one) for one in ADDS.findall(client.get(href).content.decode())]
                assert reckoned(figure.reckoning, adds) == figure.value, key
            for row in figure.rows:
                kind = resolve(row.href.partition("#")[0].partition("?")[0]).url_name, row.href.partition("?")[2]
                if kind not in opened:  # one of each kind of page
                    assert client.get(row.href.partition("#")[0]).status_code == 200, (key, row.href)
                    opened.add(kind)
    values = {key: figure.value for key, figure in report.figures.items()}
    known = {"pilot": 3, "demonstration": 1, "titled": 4, "check_owed": 4, "check_filed": 3, "check_received": 3, "controls_failed": 1}
    assert {key: values[key] for key in known} == known
    assert (values["area"], report.figures["area"].unknown) == (Decimal("7.5"), 1)


def test_the_page_reads_of_the_score_tables_what_the_report_finds_in_them(people):
    """Control items that fail, and one that is not begun."""

    def change(check):
        spoil(check)
        rows = {row.item_id: row for row in ScoreRow.objects.filter(table=check.table)}
        rows["5.1.1"].value, rows["5.1.1"].build_state = None, "not_started"
        rows["4.1.1"].value, rows["4.1.1"].target = False, True
        write_columns([rows["5.1.1"], rows["4.1.1"]], ["value", "build_state", "target"])

    many_districts(people)
    received_self_check(
        people, district=make_district(people, stage="pilot", key_areas=["五个新城"], name="演示丑城（虚构）"), change=change
    )
    with clock.at(NOW):
        whole, page = (city_report(YEAR, clock.today(), demo=True, brief=brief) for brief in (False, True))
        assert page.figures == whole.figures
        assert page.reference == whole.reference
        assert (page.outlook.warned, page.scores) == (whole.outlook.warned, whole.scores)
        read = {row.district.pk: row for row in annual_rows(YEAR, clock.today())}
        brief = {row.district.pk: row for row in annual_rows(YEAR, clock.today(), brief=True)}
    assert {key: row.failed_controls for key, row in brief.items()} == {key: row.failed_controls for key, row in read.items()}
    assert sorted(len(row.failed_controls) for row in read.values()) == [0, 0, 1, 2]
    assert {key: len(row.items) for key, row in brief.items()} != {key: len(row.items) for key, row in read.items()}
    told = ("total", "bonus", "verdict", "number", "reference", "building")
    assert [[getattr(row, name) for name in told] for row in brief.values()] == [
        [getattr(row, name) for name in told] for row in read.values()
    ]


def test_a_failed_control_item_leads_to_its_clause_and_its_evidence(officer, people):
    received_self_check(people, change=prove)
    with clock.at(NOW):
        [row] = city_report(YEAR, clock.today(), demo=True).figures["controls_failed"].rows
        path, _, anchor = row.href.partition("#")
        page = officer.get(path).content.decode()
    assert (row.clause, row.value) == ("4.1.2", "不满足")
    assert f'id="{anchor}"' in page
    file = Evidence.objects.get(title="能耗监测年报")
    assert f"{reverse('documents:reading', args=[file.key])}?page=7" in page


def test_only_the_city_reads_them_and_each_world_its_own(client, people):
    received_self_check(people)
    year, figure = reverse("reports:city_year", args=[YEAR]), reverse("reports:city_figure", args=[YEAR, "pilot"])
    with clock.at(NOW):
        real = make_user("city_officer", people.city_body, is_demo=False)
        for user, code in ((people.city_officer, 200), (people.preparer, 404), (real, 404)):
            client.force_login(user)
            assert {client.get(year).status_code, client.get(figure).status_code} == {code}
        client.force_login(people.city_officer)
        assert client.get(reverse("reports:city_figure", args=[YEAR, "no-such"])).status_code == 404
        assert client.get(reverse("reports:city_year", args=[2019])).status_code == 404


def test_titles_gained_and_lost_are_those_of_the_year(people):
    kept = make_district(people, key_areas=["五个新城"])
    give_title(kept, granted_on=dt.date(2024, 6, 1))
    received_self_check(people, district=kept)
    give_title(make_district(people), granted_on=dt.date(2026, 3, 1))
    give_title(make_district(people), granted_on=dt.date(2027, 2, 1))
    give_title(District.objects.get(pk=kept.pk), TitleKind.DEMONSTRATION, granted_on=dt.date(2027, 3, 1))
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
    values = {key: (figure.value, figure.before) for key, figure in report.figures.items()}
    assert [values[key] for key in ("pilot", "demonstration", "new")] == [(2, 1), (0, 0), (1, 0)]
    assert [(event.what, event.title) for event in report.stood.events] == [("授予", "试点（二星级）")]
    assert {row.star_words for row in report.stood.rows} == {"二星级"}
    assert report.stood.by_district[kept.pk].held.text == "试点"


def test_reckoning():
    numbers = [Decimal(one) for one in (10, 20, 30, 50)]
    assert quartiles(numbers) == (Decimal("17.50"), Decimal("25.00"), Decimal("35.00"))
    assert five_numbers(numbers[:1]) == (Decimal("10.00"),) * 5
    rows = tuple(SourceRow("甲", "面积", "/", one) for one in numbers)
    area = CityFigure("a", "面积", "km²", rows, Reckoning.SUM, before=Decimal("10.7100"))
    assert (area.value, area.words, area.before_words) == (110, "110.00", "10.71")
    nothing = CityFigure("a", "面积", "km²", (), Reckoning.SUM)
    assert (nothing.words, nothing.before_words) == ("未查明", "—")
    ways = (rows, Reckoning.MEDIAN), ((), Reckoning.SUM), ((),)
    assert [CityFigure("a", "面积", "km²", *way).value for way in ways] == [25, None, 0]
    few = CityFigure("a", "得分中位数", "分", rows[:2], Reckoning.MEDIAN)
    assert (few.value, few.words) == (None, "不足3个，不列"), "two districts are no city"


@AREA
def test_a_district_reads_the_same_in_the_tables_of_the_city_and_on_its_own_pages(people):
    check = received_self_check(people, change=spoil)
    fill_lists(check.district, people, 8)
    fill_supervision(check.district, people)
    KeyProjectFactory(district=check.district, name="一", state="in_use", started_on=BEFORE, in_use_on=None)
    KeyProjectFactory(district=check.district, name="二", state="building", started_on=AFTER, planned_start=BEFORE)
    with clock.at(NOW):
        report, own = city_report(YEAR, clock.today(), demo=True), figures_of(check.district, YEAR, clock.today())
        [land], [carbon] = report.land.lines, report.carbon.lines
    totals = own.land.totals
    counts = [land.counts[name] for name in ("plots", "conforming", "failing")]
    assert counts == [totals[name] for name in ("buildable", "built", "failing")]
    assert (land.projects, land.in_use) == (len(own.land.projects), dict(own.land.project_totals.states)["投用"])
    assert (land.late, land.works, land.works_built) == (
        len({slip.name for slip in own.land.slips}), own.land.work_totals.main, own.land.work_totals.built,
    )  # fmt: skip
    assert (carbon.total, carbon.per_m2, carbon.target) == (own.carbon.found.total, own.carbon.found.intensity, own.carbon.target)
    assert (carbon.compared, carbon.compared.reason) == (own.carbon.against, MISSED)
    assert carbon.per_person == half_up(carbon.total / Decimal(HEAD.population)), "by the population of the year, not by the planned one"
    assert [(one.text, one.late) for one in report.supervision.findings] == [
        (one.finding.text, one.is_late) for one in own.supervision.findings
    ]
    mine = [one.text for one in report.supervision.opinions if one.district == check.district.name]
    assert mine == [one.opinion.text for one in own.supervision.open_opinions]
    duties = [(one.title, one.due, one.met_on) for one in report.checks.duties]
    assert duties == [(one.title, one.due, one.met_on) for one in own.coming.duties if one.year]


def test_titles_gained_and_lost_are_counted_for_the_year_before_too(people):
    districts = [make_district(people, name=f"演示{number}城（虚构）") for number in range(4)]
    for district, year in zip(districts, (2023, 2024, 2024, 2025), strict=True):
        give_title(district, granted_on=dt.date(year, 9, 1))
    ended = {"end": "cancelled", "ended_on": dt.date(2024, 11, 1), "end_reason": "取消（虚构）"}
    Title.objects.filter(district=districts[0]).update(**ended)
    with clock.at(at(2026, 6, 3)):
        found = {figure.key: (figure.value, figure.before) for figure in figures_of_titles(standing(2025, clock.today(), demo=True))}
    assert (found["new"], found["lost"], found["titled"]) == ((1, 2), (0, 1), (3, 2))
