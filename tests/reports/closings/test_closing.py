"""Closing a year: what is frozen, what a correction changes, who sees and does what."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.self_checks.models import SelfCheck
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import offered
from reports.annual.documents import district_composition
from reports.annual.figures import report_figures
from reports.city.figures.whole import city_report
from reports.closings.models import FrozenFigures, StockRecord, YearClosing
from reports.closings.plain import digest_of
from reports.closings.registry import closes_day, frozen_kinds, stock
from reports.closings.selectors import closing_of, flow_lines, stocks_of
from reports.closings.services import NOT_COUNTED, OTHER, keep_stock, open_due
from reports.composition.services import texts_of
from tests.factories.received import at
from tests.refusing import refuses
from tests.reports.closings.world import YEAR, close_year, make_people
from tests.steps import reaches, step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
MAY = dt.date(2027, 5, 31)


@pytest.fixture(autouse=True)
def _june():
    with clock.at(at(2027, 6, 3)):
        yield


@pytest.fixture
def world():
    people, check = make_people()
    [closing] = open_due(clock.today())
    return people, check, closing


def correct(people, closing, closes_on=MAY):
    return step(closing, "correct", people.city_director, ground="面积登记有误（虚构）", closes_on=closes_on)


def area_of(year):
    return city_report(year, clock.today(), demo=True).figures["area"].value


def test_all_registered_figures_are_frozen_with_their_digests(world):
    people, check, closing = world
    close_year(people, closing)
    found = closing_of(YEAR)
    assert (found.edition, found.closed_on, found.snapshot_day, found.closes_on, found.changes) == (
        1, dt.date(2027, 6, 3), dt.date(2026, 12, 31), MAY, (),
    )  # fmt: skip
    rows = list(FrozenFigures.objects.all())
    assert {row.key for row in rows} == {key for key in frozen_kinds.by_key if list(frozen_kinds.by_key[key].freeze(YEAR, clock.today()))}
    assert all(row.digest == digest_of(row.data) for row in rows)
    assert str(check.district_id) in {row.part for row in rows}


def test_a_correction_lists_what_differs_and_keeps_the_editions_before(client, world):
    people, check, closing = world
    client.force_login(people.city_officer)
    close_year(people, closing)
    District.objects.filter(pk=check.district_id).update(area_km2=Decimal("4.25"))
    assert area_of(YEAR) != Decimal("4.25")
    correct(people, closing)
    assert closing_of(YEAR) is None
    assert area_of(YEAR) == Decimal("4.25")
    assert "4.25" in client.get(reverse("reports:closing_preview", args=[YEAR])).content.decode()
    close_year(people, closing)
    assert "变化清单" not in client.get(reverse("reports:closing", args=[YEAR]), {"edition": 1}).content.decode()
    found = closing_of(YEAR)
    areas = {"规划范围面积（平方公里）", "称号·规划范围面积（平方公里）"}  # of its self-check, and in the state of the city
    area = [one for one in found.changes if one.name in areas]
    assert (found.edition, found.reason) == (2, "面积登记有误（虚构）")
    assert [(one.subject, Decimal(one.after)) for one in area] == [(check.district.name, Decimal("4.25"))] * 2
    of_city = {"规划范围面积（km²）", "实施主体·面积（平方公里）", OTHER}
    assert {one.name for one in found.changes} <= areas | of_city
    assert closing.editions.get(number=1).figures.exists()


@AREA
def test_a_correction_dropped_leaves_the_edition_in_force_and_one_without_a_difference_lists_nothing(world):
    people, _, closing = world
    close_year(people, closing)
    before = closing_of(YEAR)
    correct(people, closing)
    step(closing, "keep", people.city_director)
    assert closing_of(YEAR) == before
    correct(people, closing)
    with clock.at(at(2027, 9, 9)):
        close_year(people, closing)
    assert (closing_of(YEAR).edition, closing_of(YEAR).changes) == (2, ())


def test_an_older_year_that_is_still_open_is_named_on_the_page(client, world):
    people, _check, closing = world
    earlier = YearClosing.objects.create(year=YEAR - 1, opened_at=clock.now())
    client.force_login(people.city_director)
    page = reverse("reports:closing", args=[YEAR])
    for close in (lambda: None, lambda: close_year(people, closing)):  # before the year is closed, and after
        close()
        assert f'<a href="{reverse("reports:closing", args=[YEAR - 1])}">{YEAR - 1}年度</a>' in client.get(page).content.decode()
    earlier.delete()
    assert "尚未关账" not in client.get(page).content.decode()


@AREA
def test_late_papers_count_only_by_a_correction_that_says_so(world):
    people, check, closing = world
    SelfCheck.objects.update(received_at=at(2027, 6, 2))

    def district_paper():
        """What the district's report says of its self-check: in its head and in words."""
        paper = district_composition(report_figures(check, clock.today()))
        return dict(paper.cover)["自查编号"], "尚未接收，没有得分" in "".join(texts_of(paper))

    late = ("截至2027年5月31日没有已接收的自查", True)
    assert district_paper() == late
    close_year(people, closing)
    assert district_paper() == late
    assert ("年度自查", 1, 1, 0, []) in flow_lines(YEAR, clock.today()), "filed in time, received late: nothing is missing"
    assert [row.number for row in city_report(YEAR, clock.today(), demo=True).scores.rows] == []
    correct(people, closing, dt.date(2027, 6, 2))
    close_year(people, closing)
    assert [row.number for row in city_report(YEAR, clock.today(), demo=True).scores.rows] == [check.number]
    assert district_paper() == (f"{check.number}（第1版）", False)
    assert (check.district.name, "城区年度自查得分", NOT_COUNTED, "计入") in [tuple(one) for one in closing_of(YEAR).changes]


def test_a_year_is_not_closed_before_its_last_day_of_receipt_is_over(world):
    people, _, closing = world
    with clock.at(at(2027, 5, 31, hour=23)):
        assert open_due(clock.today()) == []
        [offer] = offered(closing, people.city_director)
        assert "过后才能关账" in offer.refusals[0].text
        refuses("过后才能关账", close_year, people, closing)


def test_the_stock_of_the_snapshot_day_is_kept_once(world):
    people, check, _ = world
    with clock.at(at(2026, 1, 5)):
        set_setting(by=people.city_director, key="obligations_from", value="2026-01-05", reason="首次启用（虚构）")
    with clock.at(at(2026, 12, 31)):
        assert [row.year for row in keep_stock(clock.today())] == []
        assert stocks_told(YEAR) == {"统计截止日过后留存"}
    with clock.at(at(2027, 1, 1, hour=5)):
        assert {row.day for row in keep_stock(clock.today())} == {dt.date(2026, 12, 31)}
        assert keep_stock(clock.today()) == []
    kept = stock(YEAR, "districts")
    assert (kept.words, kept.made_up_on) == ("2026年12月31日", None)
    assert kept.data[check.district.code]["name"] == check.district.name
    StockRecord.objects.all().delete()
    with clock.at(at(2027, 1, 9)):
        assert stocks_told(YEAR) == {"统计截止日过后留存"}, "made up by the next run"
        keep_stock(clock.today())
        assert stocks_told(YEAR) == {"2026年12月31日（2027年1月9日补记）"}
    assert stock(YEAR, "plots").words == "2026年12月31日（2027年1月9日补记）", "kept late"
    assert stock(2019, "plots") is None


def test_stock_that_no_run_will_keep_is_not_promised(world):
    """A year before the portal was in use, and one whose next snapshot day is over, stay without it."""
    people, _, _ = world
    with clock.at(at(2026, 1, 5)):
        set_setting(by=people.city_director, key="obligations_from", value="2026-01-05", reason="首次启用（虚构）")
        assert stocks_told(2025) == {"没有留存，报告按变动记录推算"}
        assert keep_stock(clock.today()) == []
    with clock.at(at(2028, 1, 5)):
        assert {row.year for row in keep_stock(clock.today())} == {2027}
        assert stocks_told(YEAR) == {"没有留存，报告按变动记录推算"}


def stocks_told(year):
    return {words for _, words in stocks_of(year, clock.today())}


def test_the_director_is_asked_once_the_receipts_are_over():
    people, _ = make_people()
    [closing] = open_due(clock.today())
    assert open_due(clock.today()) == []
    assert closes_day(YEAR) == MAY
    assert reaches(people, closing, "begun") == {"2026年度关账：收件截止日已过，可以关账"}
