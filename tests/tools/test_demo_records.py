"""Ledgers, supervision, changes of plots and meters of the demo's story: fiction only, with something behind every page of theirs."""

import datetime as dt
from decimal import Decimal

import pytest

from assessments.yearly_reports.models import YearlyReport
from carbon.factor_library import library
from carbon.factors.selectors import factors_now as factors
from carbon.inventories.content import HeadTexts, filled, later_factors
from carbon.inventories.selectors import filled_of
from carbon.metering.models import Meter, MeterReading, ReadingImport
from carbon.metering.selectors.board import above_parents, board
from carbon.targets.selectors import carbon_path
from districts.baselines.services import freeze_baseline
from districts.common.enums import PlotChangeKind, QueuedState, Stage
from districts.plot_changes.models import PlotChange
from districts.plots.models import Plot
from districts.supervision.models import SupervisionKind, SupervisionRecord
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from operation.entries.sections import SECTIONS
from operation.ledger.selectors import ledger_of, ledger_rows
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import PlotFactory, SpecialPlanFactory, WorkFactory, make_district
from tools.demo import inventories, land_records, ledger, metering, reset

pytestmark = [pytest.mark.area("tools/demo", "carbon", "operation", "districts"), pytest.mark.django_db]
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today():
    with clock.at(dt.datetime.combine(TODAY, dt.time(9), tzinfo=clock.SHANGHAI)):
        yield


@pytest.fixture
def cast():
    made = make_cast()
    for user in made.everybody.values():
        user.is_demo = True
        user.save(update_fields=["is_demo"])
    return made


@pytest.fixture
def district(cast):
    return make_district(cast, name="演示记录城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6), is_demo=True)


def test_inventories_miss_their_target_are_verified_after_a_finding_and_explained(cast, district):
    SpecialPlanFactory(district=district, carbon_stage_targets=[{"year": 2030, "value": "28.5"}])
    seats = inventories.CarbonSeats(cast.preparer, cast.reviewer, cast.authority, cast.verifier, cast.verifier_body, cast.city_officer)
    found = inventories.CarbonYear(2025, Decimal("12345.67"), Decimal(316_000))
    made = inventories.two_years(district, seats, found, signed=True)
    assert (made.status, made.frozen["inventory"]["edition"], made.frozen["inventory"]["total"]) == ("signed", 2, "12345.67")
    path = carbon_path(Viewer(cast.city_officer), district)
    assert [(row.year, row.is_missed, row.reason) for row in path.years] == [(2024, False, ""), (2025, True, inventories.WHY)]
    assert YearlyReport.objects.get(district=district, kind="carbon").figures["total"] == "12345.67"


def test_the_second_district_waits_for_its_corrections(cast, district):
    seats = inventories.CarbonSeats(cast.preparer, cast.reviewer, cast.authority, cast.verifier, cast.verifier_body, cast.city_officer)
    made = inventories.two_years(district, seats, inventories.CarbonYear(2025, Decimal(9000), Decimal(250_000)), signed=False)
    assert (made.status, made.findings.filter(closed_at__isnull=True).count()) == ("correcting", 1)
    assert district.carbon_inventories.filter(status="filed").count() == 2


def test_a_draft_of_an_early_year_names_the_row_whose_factor_begins_later(cast, district):
    made = inventories.draft_early(district, cast.preparer)
    [told] = later_factors(filled_of(made).content, made.year, library())
    assert (made.status, told.partition("：")[0], "自2022年起适用，2021年适用的是2013年起的版本" in told) == ("draft", "建筑用电", True)


@pytest.mark.parametrize(("area", "number"), [("31.6", 3), ("0", 0)])
def test_inventories_come_to_what_the_report_on_the_year_says(cast, district, area, number):
    filed = {"status": "filed", "number": "TH-2026-0001", "filed_at": clock.now(), "opened_at": clock.now()}
    report = YearlyReport.objects.create(
        district=district, kind="carbon", year=2025, figures={"total": "12346", "area": area}, verifier="演示核查机构（虚构）", **filed
    )
    seats = inventories.CarbonSeats(cast.preparer, cast.reviewer, cast.authority, cast.verifier, cast.verifier_body, cast.city_officer)
    SpecialPlanFactory(district=district, carbon_stage_targets=[{"year": 2030, "value": "28.5"}])
    inventories.beside_report(district, seats, 2025, signed=True)
    assert district.carbon_inventories.count() == number
    kept = YearlyReport.objects.get()
    assert (kept.pk, kept.status, kept.figures, kept.version) == (report.pk, "filed", report.figures, report.version)
    counted = district.carbon_inventories.filter(year=2025).order_by("-edition").first()
    assert not number or counted.frozen["content"]["total"] == "12346.00"


@pytest.mark.parametrize("total", ["1234", "56789.01", "0.37"])
def test_activities_come_to_the_total_to_the_last_digit(total):
    content = filled(HeadTexts("1000", "10", "10"), inventories.rows_of(Decimal(total)), factors()).content
    assert Decimal(content["total"]) == Decimal(total)


def plots_of(district):
    begun = {"acquired_on": dt.date(2025, 1, 6), "started_on": dt.date(2025, 6, 2)}
    PlotFactory(district=district, number="A", acquisition="grant", **begun)
    for number in ("B", "C", "D"):
        PlotFactory(district=district, number=number, acquired_on=None, area_ha=Decimal("2.35"), floor_area=Decimal(40_001))


def test_a_year_of_the_ledger_lacks_nothing_that_is_required_and_the_next_is_begun(cast, district):
    ledger.keep(district, cast.preparer, 2025)
    whole, begun = (ledger_of(district, year) for year in (2025, 2026))
    assert (whole.missing, whole.unconfirmed) == ([], 0)
    assert all(part.lines for part in whole.parts)
    [row] = ledger_rows([district], 2025)
    assert (row.mechanism_words, row.meetings, row.platforms, row.trainings, row.budget, row.used) == (
        "2/2", 3, 2, 3, Decimal(680), Decimal("496.5"),
    )  # fmt: skip
    assert begun.unconfirmed > 0
    assert {part.section.key for part in begun.parts if any(line.entry.counts_since for line in part.lines)} == {"mechanisms", "meetings"}


def test_a_ledger_with_fewer_trainings_names_whom_it_left_out(cast, district):
    ledger.keep(district, cast.preparer, 2025, tiers=2, size=65)
    assert [one.text for one in ledger_of(district, 2025).missing] == ["当年没有面向作业服务人员的培训"]
    [row] = ledger_rows([district], 2025)
    assert (row.trained, row.budget, row.used) == (15 + 24, Decimal(442), Decimal("322.73"))


def test_a_plot_is_split_one_put_back_and_one_numbered_anew_without_moving_land(cast, district):
    plots_of(district)
    before = sum(plot.area_ha for plot in district.plots.all())
    land_records.change_plots(district, cast.preparer, TODAY)
    kinds = list(PlotChange.objects.order_by("recorded_at").values_list("kind", flat=True))
    assert kinds == [PlotChangeKind.SPLIT, PlotChangeKind.SPLIT, PlotChangeKind.REVOKE, PlotChangeKind.RENUMBER]
    assert sorted(district.plots.values_list("number", flat=True)) == ["A", "B甲", "C", "Da", "Db"]
    assert sum(plot.area_ha for plot in district.plots.all()) == before


def test_plots_that_came_later_are_changed_directly_and_one_of_the_baseline_by_a_case(cast):
    district = make_district(cast, stage=Stage.PILOT)
    for number in (1, 2):
        PlotFactory(district=district, number=f"P-{number:03d}", floor_area=1000)
    with clock.at(dt.datetime(2026, 1, 5, tzinfo=clock.SHANGHAI)):
        freeze_baseline(district=district, kind="pilot", reason="授予试点", by=None)
    land_records.add_plots(district, cast.preparer, TODAY)
    land_records.change_plots(district, cast.preparer, TODAY)
    people = {name: getattr(cast, name) for name in ("preparer", "reviewer", "city_officer", "city_checker", "city_director")}
    land_records.split_by_case(district, people, TODAY)
    assert sorted(district.plots.values_list("number", flat=True)) == [
        "P-001", "P-002a", "P-002b", "P-003甲", "P-004", "P-005a", "P-005b",
    ]  # fmt: skip
    [case] = district.cases.all()
    decided = PlotChange.objects.exclude(case_number="")
    assert list(decided.values_list("case_number", "kind", "before__0__number")) == [(case.number, PlotChangeKind.SPLIT, "P-002")]
    assert case.status == "approved"


def test_supervision_is_recorded_by_applicant_and_bureau(cast, district):
    plots_of(district)
    built = dt.date(2026, 6, 30)
    district.plots.filter(number="A").update(built_on=built)
    WorkFactory(district=district, name="演示路", started_on=dt.date(2026, 1, 5))
    land_records.supervise(district, cast.preparer, cast.bureau, TODAY)
    told = district.supervision_records.order_by("pk").values_list("plot__number", "work__name", "kind", "recorded_by__username")
    by_bureau, kind = cast.bureau.username, SupervisionKind
    once = [(kind.SITE, cast.preparer.username), (kind.OVERSIGHT, by_bureau), (kind.OVERSIGHT, by_bureau)]
    days = district.supervision_records.filter(plot__number="A").values_list("inspected_on", flat=True)
    assert [dt.date(2025, 6, 2) < day < built for day in days] == [True] * 3
    assert list(told) == [("A", None, *one) for one in once] + [(None, "演示路", *one) for one in once]


def test_meters_have_a_year_of_readings_a_gap_and_a_file(cast, district):
    metering.read_meters(district, cast.bureau, TODAY)
    assert Meter.objects.filter(is_demo=True).count() == len(metering.METERS)
    read = len(metering.METERS) * metering.DAYS - len(metering.GAP)
    assert MeterReading.objects.count() == read
    asked = ReadingImport.objects.get()
    assert (asked.state, asked.seen["written"]["added"], asked.seen["refused"]) == (QueuedState.WRITTEN, 10 * len(metering.METERS), 0)
    assert len(board(district, 2026, clock.today())) == len({carrier for _code, _name, carrier, *_more in metering.METERS})
    assert above_parents(district, 2026) == []


def test_all_of_it_goes_with_the_fiction(cast, district):
    plots_of(district)
    ledger.keep(district, cast.preparer, 2025)
    land_records.change_plots(district, cast.preparer, TODAY)
    land_records.supervise(district, cast.preparer, cast.bureau, TODAY)
    metering.read_meters(district, cast.bureau, TODAY)
    reset.remove_fiction()
    models = [*(one.model for one in SECTIONS), Meter, MeterReading, Plot, PlotChange, SupervisionRecord]
    assert [model for model in models if model._base_manager.exists()] == []
    assert not Evidence.objects.exclude(uploaded_by=None).exists()  # the factory's own have nobody
