"""Lists of the last day of a year: the same titles, districts and bodies as the annual report of that year."""

import datetime as dt

import pytest

from greendistrict.core import clock
from reports.city.documents import city_composition, year_end_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import CityReport, city_report
from reports.city.services import ended_years
from reports.composition.blocks import PaperTable, Wide
from reports.composition.services import texts_of
from reports.jobs import sweeps
from reports.jobs.models import ExportJob
from tests.factories.accounts import cast
from tests.factories.received import at
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db
NOW, YEAR = at(2027, 5, 20), 2026


def tables(composition):
    found = (one for block in composition.blocks for one in (block.blocks if isinstance(block, Wide) else (block,)))
    return {block.key: block for block in found if isinstance(block, PaperTable)}


def test_the_lists_say_what_the_annual_report_of_the_year_says():
    many_districts(cast())
    with clock.at(NOW):
        lists = year_end_composition(CityReport(YEAR, demo=True))
        report = city_composition(city_report(YEAR, demo=True), ReportEdition.HANDED_ON)
    mine, whole = tables(lists), tables(report)
    assert len(mine["districts"].rows) == len(mine["register"].rows) >= 3
    for key in ("bodies", "places", "register"):
        assert mine[key].rows == whole[key].rows
    assert [row[2] for row in mine["counts"].rows] == [row[2] for row in whole["summary"].rows]
    assert f"{dt.date(YEAR, 12, 31):%Y年%-m月%-d日}" in " ".join(texts_of(lists))


def test_a_city_without_titles_has_empty_lists_that_say_so():
    with clock.at(NOW):
        lists = year_end_composition(CityReport(YEAR, demo=True))
    texts = list(texts_of(lists))
    assert "没有持有称号的城区。" in texts
    assert tables(lists)["districts"].rows == ()


def test_only_years_that_are_over_are_on_offer_and_the_schedule_asks_on_the_first_of_january():
    with clock.at(at(2026, 12, 31)):
        assert ended_years()[0] == 2025
        sweeps.ask_for_yearly()
        assert not ExportJob.objects.filter(kind="year_end").exists()
    with clock.at(at(2027, 1, 1)):
        assert ended_years()[0] == 2026
        sweeps.ask_for_yearly()
        sweeps.ask_for_yearly()
    assert [job.year for job in ExportJob.objects.filter(kind="year_end")] == [2026]
