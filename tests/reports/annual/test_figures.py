from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from greendistrict.core import clock
from greendistrict.core.errors import Refused
from reports.annual import figures
from reports.city.figures.whole import city_report
from tests.factories.accounts import cast
from tests.factories.received import at, filed_self_check
from tests.reports.world import many_districts

pytestmark = pytest.mark.django_db


def test_figures_are_those_that_were_frozen(district_report):
    shown, frozen = district_report.figures, district_report.content
    result = frozen["result"]
    assert (str(shown.total), str(shown.bonus)) == (result["total"], result["bonus"])
    assert [(str(row.obtained), str(row.possible), str(row.score)) for row in shown.chapters] == [
        (row["obtained"], row["possible"], row["score"]) for row in result["chapters"]
    ]
    assert {row.id: row.points for row in shown.items if row.points} == {
        row["id"]: row["points"] for row in result["items"] if row["points"] and not row["excluded"]
    }
    assert [row.id for row in shown.items] == [row["item_id"] for row in frozen["rows"]]
    assert shown.sections == tuple((title, text) for title, text in frozen["report"])
    assert (shown.edition_code, shown.reference, shown.building) == ("GD-REF-2024", True, True)


def test_failed_control_and_exclusion_are_told(district_report):
    shown = district_report.figures
    assert [item.id for item in shown.failed_controls] == ["4.1.2"]
    assert [item.id for item in shown.excluded] == ["6.2.14"]
    assert shown.excluded[0].reason.startswith("城区范围内没有历史建筑")
    states = {item.id: item.state for item in shown.items}
    assert (states["4.1.1"], states["4.1.2"], states["6.2.14"]) == ("满足", "不满足", "不参评")


def test_what_is_excluded_has_neither_value_nor_points(district_report):
    """Its frozen row still holds what was typed before; 0 points would read as a verdict."""
    out = next(item for item in district_report.figures.items if item.id == "6.2.14")
    row = next(row for row in district_report.content["rows"] if row["item_id"] == "6.2.14")
    assert row["value"] is not None
    assert (out.value, out.points) == ("", "")
    sheet = load_workbook(BytesIO(district_report.xlsx))["2026年度自评分表"]
    shown = next(line for line in sheet.iter_rows(values_only=True) if line[0] == "6.2.14")
    assert (shown[2], shown[3], shown[5]) == ("—", "—", "不参评")


def test_figures_are_those_of_the_page(client, world):
    shown = figures.district_figures(world.check)
    client.force_login(world.people.city_officer)
    assert str(shown.total) in client.get(reverse("assessments:selfcheck", args=[world.check.pk])).content.decode()
    page = client.get(reverse("assessments:score_table", args=[world.check.table_id])).content.decode()
    for chapter in shown.dimensions:
        assert chapter.title in page
        assert f"{chapter.score.normalize():f}" in page, chapter.title


def test_later_changes_do_not_move_the_figures(world):
    before = figures.district_figures(world.check)
    world.check.table.rows.update(value=None)
    world.check.table.result = {}
    world.check.table.save()
    after = figures.district_figures(world.check)
    assert (after.total, after.items, after.digest) == (before.total, before.items, before.digest)


def test_self_check_that_was_not_received_has_no_figures(db):
    check = filed_self_check(cast())
    with pytest.raises(Refused, match="尚未接收，不能出报告"):
        figures.district_figures(check)
    with pytest.raises(Refused, match="2026年度尚无已接收的自查"):
        city_report(2026, demo=True)


def test_city_counts_who_owes_and_names_who_is_missing(db):
    many_districts(cast())
    with clock.at(at(2027, 4, 9)):
        shown = city_report(2026, demo=True)
        rows, owed = shown.scores.rows, [line for line in shown.checks.lines if "owed" in line.counts]
        missing = [line.district for line in owed if line.met_on is None]
    assert (len(rows), len(owed), missing) == (3, 4, ["演示己城（虚构）"])
    assert [row.area_km2 for row in rows].count(None) == 1
    assert not [row.number for row in rows if row.items or row.sections]


def test_city_of_a_year_long_gone_still_counts_what_was_received(db):
    many_districts(cast())
    with clock.at(at(2031, 1, 5)):
        shown = city_report(2026, demo=True)
        assert (len(shown.scores.rows), shown.figures["check_owed"].value) == (3, 4)
