"""Lists and pages of districts take as many queries for three rows as for one."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.file.models.district import District
from districts.supervision.services import record_supervision
from greendistrict.core import clock
from tests.districts.boundaries.test_boundaries import keep
from tests.factories.accounts import make_organisation
from tests.factories.approvals import pdf
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district, shaped_plots

DAY = dt.date(2026, 5, 1)


def file_entries(people, district, number):
    District.objects.update(type="renewal")
    district.funds.create(kind="planning", document=f"文件{number}", amount=1)
    district.sub_areas.create(name=f"分区{number}")
    district.renewal_projects.create(kind="street", name=f"街区{number}")
    district.acts.create(kind="rename", on=DAY, reason="测试", entered_at=clock.now(), entered_by=people.city_officer)


def other_authority(people, number):
    make_district(people, name=f"演示城区甲{number}（虚构）", key_areas=["嘉定新城"])
    return make_organisation("authority", f"演示第{number}区人民政府（虚构）")


def supervised(people, district):
    plot = district.plots.first() or PlotFactory(district=district)
    values = {"kind": "site", "body": "演示监理公司", "inspected_on": DAY, "finding": "符合"}
    record_supervision(subject=plot, by=people.preparer, upload=pdf(), **values)
    return plot


# A row of each page of which the stored world has few: of what the city watches, of a district, of one thing of it.
OF_THE_CITY = {"plan_watch": lambda people, _, number: other_authority(people, number)}
OF_A_DISTRICT = {
    "boundary_list": lambda _, district, number: keep(district, number + 1),
    "district_file": file_entries,
    "plot_map": lambda _, district, __: (shaped_plots(district, 1), KeyProjectFactory(district=district)),
}
OF_A_ROW = {"plot_supervision": lambda people, district, _: supervised(people, district)}
PAGES = OF_THE_CITY | OF_A_DISTRICT | OF_A_ROW


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_the_same_queries_for_one_row_and_for_three(client, people, name, rows, kept_queries):
    district = make_district(people, code="yanshi", name="演示新城（虚构）")
    for number in range(rows):
        made = PAGES[name](people, district, number)
    if name in OF_THE_CITY:
        asked, person = reverse(f"districts:{name}") + "?kind=demo", people.city_officer
    else:
        asked = reverse(f"districts:{name}", args=[district.code, *([made.pk] if name in OF_A_ROW else [])])
        person = people.preparer
    client.force_login(person)
    client.get(asked)
    with kept_queries(name):
        assert client.get(asked).status_code == 200
