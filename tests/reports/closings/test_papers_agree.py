"""Papers of one closed year, and page, API, open data and lists beside them, have the same figures, in worlds drawn at random."""

import json
import random
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from assessments.self_checks.models import SelfCheck
from assessments.tables.models import TableVersion
from districts.plots.models import Plot
from greendistrict.core import clock
from reports.annual.documents import district_composition
from reports.annual.figures import report_figures
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.closings.services import open_due
from reports.composition.services import texts_of
from tests.assessments.browsing import text_of
from tests.factories.received import at
from tests.reports.annual.worlds import eventful_year
from tests.reports.closings.world import YEAR, close_year

pytestmark = [pytest.mark.django_db, pytest.mark.area("reports", "assessments", "districts", "portal/open_data", "portal/api")]
JUNE, LATER = at(2027, 6, 3), at(2027, 12, 1)


def closed(seed):
    """A closed year: drawn sizes and plots, and the received self-checks of the world as their frozen tables have them."""
    drawn = random.Random(seed)  # noqa: S311 -- draws test data
    people, check = eventful_year()
    checks = list(SelfCheck.objects.filter(year=YEAR, status="received").select_related("district", "table").order_by("pk"))
    for one in checks:
        one.district.area_km2 = Decimal(drawn.randint(100, 999)) / 100
        one.district.area_certainty = "sourced"
        one.district.save()
    for plot in Plot.objects.filter(district=check.district, acquired_on=None):
        plot.area_ha = Decimal(drawn.randint(100, 999)) / 100
        plot.save()
    with clock.at(JUNE):
        [closing] = [row for row in open_due(clock.today()) if row.year == YEAR]
        close_year(people, closing)
    return people, checks


def papers(checks):
    """Texts of the papers of the year by their name; those of a district under its code."""
    city = city_report(YEAR, clock.today(), demo=True)
    found = {edition.value: city_composition(city, edition) for edition in ReportEdition}
    found |= {check.district.code: district_composition(report_figures(check, clock.today())) for check in checks}
    return {name: "\n".join(texts_of(paper)).replace(",", "") for name, paper in found.items()}


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_every_paper_of_a_closing_and_what_stands_beside_it_have_the_same_figures(seed):
    people, checks = closed(seed)
    client = Client()
    client.force_login(people.city_officer)
    with clock.at(LATER):
        told = papers(checks)
        answered = {row["district"]: row for row in client.get(reverse("api:assessments"), {"year": YEAR}).json()["results"]}
        opened = json.loads(Client().get(reverse("portal:open_data_file", args=["titles", "json"])).content)["records"]
        listed = text_of(client.get(reverse("assessments:selfcheck_list"), {"year": YEAR}))
        closing = text_of(client.get(reverse("reports:closing", args=[YEAR])))
    areas = {row["district"]: Decimal(str(row["km2"])) for row in opened}
    for check in checks:
        result = TableVersion.objects.filter(table=check.table).latest("number").content["result"]
        total, code = str(result["total"]), check.district.code
        assert answered[code]["total"] == total
        assert [name for name in (*[edition.value for edition in ReportEdition], code) if total not in told[name]] == []
        for chapter in answered[code]["chapters"]:
            assert (answered[code]["bonus"] if chapter["key"] == "innovation" else chapter["score"]) in told[code], chapter
        assert total in listed
        area = f"{check.district.area_km2:f}"
        assert [name for name in (ReportEdition.INTERNAL.value, code) if area not in told[name]] == []
        assert areas[code] == check.district.area_km2
        assert check.number in told[code]
        assert check.district.name in closing
