"""有要求, 不要求, 未提出要求: a plot's page, the board, the portfolio and the letters agree."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.urls import reverse

from districts.common.enums import IndicatorDemand, OpinionPurpose
from districts.land.green_indicators import demand_of, indicators
from districts.plots.letters import demands
from districts.plots.models import PlotIndicator, PlotOpinion
from districts.plots.selectors.board import by_shortfall
from districts.plots.selectors.demands import splits_of
from districts.plots.selectors.page import plot_page
from tests.factories.districts import PlotFactory

REQUIRED, NOT_REQUIRED, NOT_STATED = IndicatorDemand


@pytest.mark.parametrize(("required", "is_stated", "demand"), [
    ("36", False, REQUIRED), ("0", True, REQUIRED), ("yes", False, REQUIRED), ("no", False, NOT_REQUIRED), ("no", True, NOT_REQUIRED),
    ("无", False, NOT_REQUIRED), ("", True, NOT_REQUIRED), ("", False, NOT_STATED),
])  # fmt: skip
def test_silence_before_an_answer_is_not_a_waiver(required, is_stated, demand):
    assert demand_of(required, is_stated=is_stated) is demand


def plot_with(district, values, *, is_answered=False, **fields):
    """A plot with requirements, built values and, if it was consulted, the answer that stated them."""
    plot = PlotFactory(district=district, floor_area=Decimal(1000), **fields)
    for key, (required, short) in values.items():
        PlotIndicator.objects.create(plot=plot, key=key, required=required, built_short=short)
    if is_answered:
        stated = {key: required for key, (required, _) in values.items() if required}
        PlotOpinion.objects.create(
            plot=plot, purpose=OpinionPurpose.CONDITIONS, department="住建", asked_on=dt.date(2026, 2, 1), due_on=dt.date(2026, 2, 10),
            answered_on=dt.date(2026, 2, 5), number="演示1号", required=stated,
        )  # fmt: skip
    return plot


@pytest.fixture
def plots(district):
    return [
        plot_with(district, {"carbon": ("36", False), "open_green": ("no", False), "star": ("", None)}, is_answered=True),
        plot_with(district, {"carbon": ("36", True), "runoff": ("75", None)}),
        plot_with(district, {}),
        plot_with(district, {"carbon": ("36", True)}, buildable=False),
    ]


def test_page_board_portfolio_and_letter_say_the_same(plots, district):
    shown = {key: Counter() for key in indicators()}
    for plot in plots[:3]:
        for line in plot_page(plot, None)["lines"]:
            shown[line["known"].key][line["demand"]] += 1
    for line in by_shortfall(district):
        assert dict(zip(IndicatorDemand, (line.required, line.not_required, line.not_stated), strict=True)) == {
            demand: shown[line.key][demand] for demand in IndicatorDemand
        }
    for key, split in splits_of([district.pk])[district.pk].items():
        assert {demand: getattr(split, demand.value).plots for demand in IndicatorDemand} == {
            demand: shown[key][demand] for demand in IndicatorDemand
        }
    letter = demands(plots[0].opinions.get())
    page = {line["known"].key: line["demand"] for line in plot_page(plots[0], None)["lines"]}
    assert {known.key: demand for demand, some in letter.items() for known in some} == page


def test_the_letter_lists_what_is_required_alone(preparer, plots):
    letter = preparer.get(reverse("reports:letter", args=["plotopinion", plots[0].opinions.get().pk, "reply"])).content.decode()
    assert ("列表如下（未列入的指标不作要求）" in letter, "对单位建筑面积年碳排放量" in letter) == (True, False)


def test_what_was_found_stands_beside_what_is_asked(plots, district):
    split = splits_of([district.pk])[district.pk]["carbon"]
    assert (split.required.plots, split.met.plots, split.unmet.plots, split.unbuilt.plots, split.whole.plots) == (2, 1, 1, 0, 3)
    assert (split.required.floor, split.required.area_ha) == (2000, plots[0].area_ha * 2)
    assert splits_of([district.pk])[district.pk]["runoff"].unbuilt.plots == 1
