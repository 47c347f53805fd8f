"""Values of clauses from plots and key projects: only where every plot that counts has one."""

import datetime as dt
from decimal import Decimal

import pytest

from districts.common.enums import ProjectState
from districts.facts.selectors import values_by_clause
from districts.plots.models import PlotIndicator
from greendistrict.core import clock
from tests.factories.districts import DistrictFactory, KeyProjectFactory, PlotFactory

pytestmark = pytest.mark.django_db
EDITION = "GD-REF-2024"


def plot(district, floor, **values):
    made = PlotFactory(district=district, floor_area=Decimal(floor), built_on=dt.date(2026, 1, 1))
    for key, value in values.items():
        PlotIndicator.objects.create(plot=made, key=key, designed=value, built=value)
    return made


def given(district, stage="planning", edition=EDITION):
    return {clause: one.value for clause, one in values_by_clause(district, edition, stage, clock.today()).items()}


def test_shares_and_means_are_weighed_by_floor_area():
    district = DistrictFactory()
    plot(district, 30_000, star="三星级", prefab="80", smart_building="yes")
    plot(district, 10_000, star="一星级", prefab="60", smart_building="no")
    PlotFactory(district=district, buildable=False)
    assert given(district) == {"7.2.1": {"a": "3", "b": "4"}, "7.2.26": {"a": "3", "b": "4"}, "7.2.25": "75"}
    assert given(district, "operation") == given(district)
    assert given(district, edition="other") == {}


def test_one_plot_without_its_value_or_floor_area_and_nothing_is_offered():
    district = DistrictFactory()
    assert given(district) == {}
    plot(district, 30_000, star="三星级", renewable="10")
    plot(district, 10_000, star="三星级")
    assert given(district) == {"7.2.1": {"a": "4", "b": "4"}}
    PlotFactory(district=district, floor_area=None)
    assert given(district) == {}


def test_projects_count_by_the_days_told():
    district = DistrictFactory()
    day = dt.date(2026, 1, 1)
    KeyProjectFactory(district=district, planned_start=day, planned_finish=dt.date(2026, 6, 1), state=ProjectState.COMPLETED,
                      started_on=day, finished_on=dt.date(2026, 5, 1))  # fmt: skip
    late = KeyProjectFactory(district=district, planned_start=day, state=ProjectState.BUILDING)
    assert given(district, "operation") == {}
    type(late).objects.filter(pk=late.pk).update(started_on=day + dt.timedelta(days=1))
    assert given(district, "operation") == {"4.2.19": {"a": "1", "b": "2"}}
