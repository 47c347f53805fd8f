"""The table of an application or an acceptance begins with what the district's land says already."""

import datetime as dt
from decimal import Decimal

import pytest

from approvals.acceptances.services import acceptances
from approvals.applications.services import drafts
from districts.common.enums import ProjectState
from districts.plots.models import Plot, PlotIndicator
from districts.projects.models import KeyProject
from greendistrict.core import clock
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import cast
from tests.factories.approvals import make_ready_district, published_edition

pytestmark = pytest.mark.django_db


def brought(table):
    rows = table.rows.filter(prefill__source="land").select_related("prefill")
    return {row.item_id: (row.value, row.version, row.prefill.label) for row in rows}


def day(on):
    return f"（{on.year}年{on.month}月{on.day}日）"


def test_an_application_begins_with_the_designed_values_of_its_plots():
    people = cast()
    district = make_ready_district(people)
    Plot.objects.update(floor_area=Decimal(10_000))
    PlotIndicator.objects.bulk_create(PlotIndicator(plot=plot, key="star", designed="二星级") for plot in district.plots.all())
    case = drafts.start_application(district=district, by=people.preparer, edition=published_edition())
    assert brought(case.table) == {"7.2.1": ({"a": "20", "b": "20"}, 0, f"20个地块的设计值{day(clock.today())}")}


def test_an_acceptance_begins_with_its_projects_and_built_plots():
    people = cast()
    district = make_pilot(people)
    met = {"started_on": dt.date(2025, 1, 1), "finished_on": dt.date(2026, 6, 1), "state": ProjectState.IN_USE}
    KeyProject.objects.update(**met)
    case = acceptances.start_acceptance(district=district, by=people.preparer)
    assert brought(case.table) == {"4.2.19": ({"a": "2", "b": "2"}, 0, f"2个近期重点项目的计划与实际日期{day(clock.today())}")}
