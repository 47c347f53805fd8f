"""Columns of many rows written in one statement: the same rows as by ``bulk_update``."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from districts.plots.models import Plot
from greendistrict.core import columns
from greendistrict.core.columns import write_columns
from tests.factories.districts import PlotFactory, make_district

pytestmark = pytest.mark.django_db
NAMES = ["number", "area_ha", "floor_area", "buildable", "conforms", "built_on", "origins", "backfill", "version"]
TEXT = "一'二\\三%s{}"


@pytest.fixture
def plots():
    district = make_district()
    return [PlotFactory(district=district) for _ in range(5)]


def change(plots):
    for at, plot in enumerate(plots):
        plot.number, plot.area_ha, plot.buildable, plot.version = f"{TEXT}{at}", Decimal(at + 1) / 3, at % 2 == 0, at
        plot.floor_area = None if at == 0 else Decimal("12.50")
        plot.conforms = None if at < 3 else at == 4
        plot.built_on = None if at < 2 else dt.date(2026, 1, at)
        plot.origins = [{}, TEXT, {"1": "0.5"}, 0, [True, None]][at]


def stored():
    return list(Plot.objects.order_by("pk").values_list("pk", "land_use", *NAMES))


def test_every_kind_of_column_is_stored_as_bulk_update_stores_it(plots, django_assert_num_queries):
    change(plots)
    Plot.objects.bulk_update(plots, NAMES)
    expected = stored()
    Plot.objects.update(area_ha=1, floor_area=1, buildable=True, conforms=True, built_on="2020-01-01", origins={}, version=9)
    with django_assert_num_queries(1):
        write_columns(plots, NAMES)
    assert stored() == expected


def test_only_the_named_columns_of_the_named_rows_change(plots):
    for plot in plots:
        plot.version, plot.land_use = 7, "公园绿地"
    write_columns(plots[1:3], ["version"])
    assert list(Plot.objects.order_by("pk").values_list("version", "land_use")) == [(0, ""), (7, ""), (7, ""), (0, ""), (0, "")]


def test_a_text_that_is_too_long_is_refused_not_cut(plots):
    plots[0].number = "长" * 41
    with pytest.raises(DataError):
        write_columns(plots, ["number"])


def test_many_rows_are_several_statements_and_none_is_none(plots, monkeypatch):
    monkeypatch.setattr(columns, "AT_ONCE", 2)
    for plot in plots:
        plot.version = 3
    with CaptureQueriesContext(connection) as asked:
        write_columns(plots, ["version"])
        write_columns([], ["version"])
    assert len(asked) == 3
    assert set(Plot.objects.values_list("version", flat=True)) == {3}
