"""What plots and key projects say of clauses: brought into the table with its source, binding, shown before 提交."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.findings.selectors.blocking import findings
from assessments.findings.services import unchanged
from assessments.prefill import services as prefill
from assessments.tables.models import ScoreRow
from assessments.tables.services.cells import save_cell
from districts.plots.models import PlotIndicator
from districts.projects.models import KeyProject
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from tests.factories.assessments import make_table
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district

pytestmark = pytest.mark.django_db
STARS, ON_TIME = "7.2.1", "4.2.19"


@pytest.fixture
def table(people):
    """A year's table of a district with one built plot, one project begun too late, and its own values of 7.2.1 and 4.2.19."""
    district = make_district(people)
    plot = PlotFactory(district=district, floor_area=Decimal(40_000), acquisition="grant", built_on=dt.date(2025, 3, 1))
    PlotIndicator.objects.create(plot=plot, key="star", designed="三星级", built="二星级")
    KeyProjectFactory(district=district, planned_start=dt.date(2025, 2, 1), planned_finish=dt.date(2027, 1, 1))
    return make_table(district, year=2025)


def reasoned(table):
    return [one.text for one in findings(table) if one.rule == "reasoned" and one.blocks]


def test_plots_and_projects_fill_their_clauses_with_their_source(table, people):
    assert prefill.prefill_table(table) == 2
    rows = {row.item_id: row for row in ScoreRow.objects.filter(table=table, prefill__isnull=False).select_related("prefill")}
    assert {name: row.value for name, row in rows.items()} == {STARS: {"a": "4", "b": "4"}, ON_TIME: {"a": "0", "b": "1"}}
    assert rows[STARS].prefill.label == "1个地块的建成值（2025年12月31日）"
    assert rows[ON_TIME].prefill.source == "land"


def test_a_departure_from_them_says_why(table, people):
    prefill.prefill_table(table)
    save_cell(table=table, item_id=STARS, field="value", value={"a": "3", "b": "4"}, version=0, token="", by=people.preparer)
    assert len(reasoned(table)) == 1
    assert "与1个地块的建成值（2025年12月31日）带入的" in reasoned(table)[0]
    row = ScoreRow.objects.select_related("table__district").get(table=table, item_id=STARS)
    prefill.give_reason(row=row, reason="另有一幢在复核星级", by=people.preparer)
    assert reasoned(table) == []


def test_what_was_entered_after_the_table_was_opened_is_offered_and_brought_in(preparer, table, people):
    ScoreRow.objects.filter(table=table, item_id=ON_TIME).update(value={"a": "1", "b": "1"}, version=1)
    check = preparer.get(reverse("assessments:score_check", args=[table.pk])).content.decode()
    assert "平台上已有1条的取值" in check
    assert "1个地块的建成值" in check
    assert preparer.post(reverse("assessments:bring_in", args=[table.pk])).status_code == 302
    assert ScoreRow.objects.get(table=table, item_id=STARS).value == {"a": "4", "b": "4"}
    assert ScoreRow.objects.get(table=table, item_id=ON_TIME).value == {"a": "1", "b": "1"}
    assert "平台上已有" not in preparer.get(reverse("assessments:score_check", args=[table.pk])).content.decode()
    page = preparer.get(reverse("assessments:score_table", args=[table.pk]), {"item": STARS}).content.decode()
    assert "1个地块的建成值（2025年12月31日）" in page
    with pytest.raises(NotAllowed):
        prefill.bring_in(table=table, by=people.reviewer)


def test_a_table_without_a_year_asks_for_today(people):
    district = make_district(people)
    plot = PlotFactory(district=district, floor_area=Decimal(10_000))
    PlotIndicator.objects.create(plot=plot, key="renewable", designed="12")
    table = make_table(district, stage="planning")
    prefill.prefill_table(table)
    today = clock.today()
    row = ScoreRow.objects.select_related("prefill").get(table=table, item_id="7.2.7")
    assert (row.value, row.prefill.label) == ("12", f"1个地块的设计值按建筑面积加权（{today.year}年{today.month}月{today.day}日）")


def test_a_newer_value_of_the_source_takes_the_place_of_the_older(preparer, table, people):
    prefill.prefill_table(table)
    save_cell(table=table, item_id=STARS, field="value", value={"a": "3.9", "b": "4"}, version=0, token="", by=people.preparer)
    PlotIndicator.objects.update(built="一星级")
    KeyProject.objects.update(started_on=dt.date(2025, 1, 20), state="building")
    assert "平台上已有2条的取值" in preparer.get(reverse("assessments:score_check", args=[table.pk])).content.decode()
    assert prefill.bring_in(table=table, by=people.preparer) == 2
    rows = {row.item_id: row for row in ScoreRow.objects.filter(table=table, prefill__isnull=False).select_related("prefill")}
    assert (rows[ON_TIME].value, rows[ON_TIME].prefill.content) == ({"a": "1", "b": "1"}, {"value": {"a": "1", "b": "1"}})
    assert (rows[STARS].value, rows[STARS].prefill.content) == ({"a": "3.9", "b": "4"}, {"value": {"a": "0", "b": "4"}})
    assert len(reasoned(table)) == 1


def opened(client, table):
    """What the page of an opened table asks for and gets."""
    return client.post(reverse("assessments:follow", args=[table.pk]), headers={"HX-Request": "true"})


def page_of(client, table):
    return client.get(reverse("assessments:score_table", args=[table.pk]), {"chapter": "all"}).content.decode()


def test_an_opened_table_brings_in_what_was_entered_since(preparer, table):
    asks = f'hx-post="{reverse("assessments:follow", args=[table.pk])}"'
    assert asks in page_of(preparer, table)
    note = opened(preparer, table).content.decode()
    assert "平台带入了2条取值" in note
    assert f'data-brought="{ON_TIME} {STARS}"' in note
    assert "带入了" not in opened(preparer, table).content.decode()
    PlotIndicator.objects.update(built="一星级")
    assert f'data-brought="{STARS}"' in opened(preparer, table).content.decode()
    assert ScoreRow.objects.get(table=table, item_id=STARS).value == {"a": "0", "b": "4"}
    text = page_of(preparer, table)
    assert asks in text
    assert f'aria-label="{STARS}确认"' in text
    preparer.post(reverse("assessments:unchanged", args=[table.pk]), {"item": [STARS, ON_TIME]})


def test_what_somebody_filled_in_or_confirmed_is_left_to_them(client, table, people):
    prefill.prefill_table(table)
    save_cell(table=table, item_id=STARS, field="value", value={"a": "3.9", "b": "4"}, version=0, token="", by=people.preparer)
    unchanged.declare_unchanged(table=table, by=people.preparer, items=[ON_TIME])
    PlotIndicator.objects.update(built="一星级")
    KeyProject.objects.update(started_on=dt.date(2025, 1, 20), state="building")
    assert prefill.follow_sources(table=table, by=people.preparer) == []
    rows = {row.item_id: row.value for row in ScoreRow.objects.filter(table=table, prefill__isnull=False)}
    assert rows == {STARS: {"a": "3.9", "b": "4"}, ON_TIME: {"a": "0", "b": "1"}}


def test_a_page_with_nothing_to_be_filled_does_not_ask(client, table, people):
    ScoreRow.objects.filter(table=table).update(version=1)
    client.force_login(people.preparer)
    assert 'id="brought"' not in page_of(client, table)
    client.force_login(people.reviewer)
    assert 'id="brought"' not in page_of(client, table)
    assert opened(client, table).status_code == 403
    client.logout()
    assert opened(client, table).status_code == 401
