"""What a rate does not count as reached opens as a list of exactly these rows."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.baselines.services import freeze_baseline
from districts.common.enums import ProjectState, Stage
from districts.facts.baseline_ratios import plot_rates
from districts.facts.facts import district_facts
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 1, 1)


def test_plots_that_are_not_reached_are_listed_and_exported(client, people):
    district = make_district(people, stage=Stage.CANDIDATE)
    PlotFactory(district=district, number="A", acquisition="grant", acquired_on=DAY)
    left = [PlotFactory(district=district, number=number) for number in ("B", "C")]
    PlotFactory(district=district, number="D", buildable=False)
    fact = district_facts(district, DAY)["plots_acquired_ratio"]
    assert (fact.numerator, fact.denominator) == (1, 3)
    client.force_login(people.preparer)
    assert [row.plot for row in client.get(fact.link).context["rows"]] == left


def test_works_and_projects_that_are_not_reached_are_listed(client, people):
    district = make_district(people, stage=Stage.PILOT)
    WorkFactory(district=district, name="甲路", main=True, built_on=DAY)
    road = WorkFactory(district=district, name="乙路", main=True)
    KeyProjectFactory(district=district, name="甲站", state=ProjectState.IN_USE, in_use_on=DAY)
    station = KeyProjectFactory(district=district, name="乙站")
    PlotFactory(district=district, number="A", acquisition="grant", acquired_on=DAY, built_on=DAY, conforms=True)
    left = PlotFactory(district=district, number="B")
    freeze_baseline(district=district, kind="pilot", reason="授予试点称号", by=None)
    facts = district_facts(district, dt.date(2027, 1, 1))
    client.force_login(people.preparer)
    works = client.get(facts["main_works_built_ratio"].link)
    assert works.context["works"] == [road]
    assert "只列核对中还缺的1项" in works.content.decode()
    assert client.get(facts["key_projects_in_use_ratio"].link).context["projects"] == [station]
    link = plot_rates(district, dt.date(2027, 1, 1))["plots_built_ratio"].link
    assert link == facts["plots_built_ratio"].link
    assert [row.plot for row in client.get(link).context["rows"]] == [left]


def test_a_link_that_names_no_row_shows_all(client, people):
    district = make_district(people)
    WorkFactory(district=district)
    client.force_login(people.preparer)
    pages = [client.get(reverse("districts:work_list", args=[district.code]), {"only": words}) for words in ("", "x", "９", "9" * 30)]
    assert [len(page.context["works"]) for page in pages] == [1] * 4
