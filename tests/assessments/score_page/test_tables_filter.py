"""Filters of the score table: addresses that work without JavaScript, over all chapters."""

import re

import pytest
from django.urls import reverse

from assessments.sharing.models import RowShare, SharedRow
from assessments.tables.models import ScoreRow
from greendistrict.core import clock
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check, make_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def check(people):
    return make_self_check(people)


def shown(client, table, query):
    text = client.get(f"{reverse('assessments:score_table', args=[table.pk])}?{query}").content.decode()
    return re.findall(r'<tr id="row-[^"]*" data-item="([^"]*)"', text), text


def put(table, item_id, **values):
    ScoreRow.objects.filter(table=table, item_id=item_id).update(**values)


def test_all_chapters_show_every_row_in_order(client, check, people):
    client.force_login(people.preparer)
    rows, text = shown(client, check.table, "chapter=all")
    assert rows == list(check.table.rows.order_by("order").values_list("item_id", flat=True))
    assert text.count('class="gd-chapter"') == text.count("<progress")


def test_empty_rows(client, check, people):
    put(check.table, "7.2.7", value=None)
    put(check.table, "7.2.1", value={"a": "3"})  # half of a ratio
    client.force_login(people.preparer)
    assert shown(client, check.table, "show=empty")[0] == ["7.2.1", "7.2.7"]


def test_rows_that_differ_from_last_year(client, check, people):
    last = make_table(check.district, year=2025)
    for row in check.table.rows.all():
        put(last, row.item_id, value=row.value)
    type(check.table).objects.filter(pk=check.table.pk).update(previous=last)
    put(check.table, "7.2.7", value="11")
    put(check.table, "9.2.1", exclusion_reason="没有")
    client.force_login(people.preparer)
    rows, text = shown(client, check.table, "show=changed")
    assert rows == ["7.2.7", "9.2.1"]
    assert '<a href="?show=changed" aria-current="true"' in text


def test_rows_below_target(client, check, people):
    put(check.table, "7.2.7", value="11", target="12")
    put(check.table, "7.2.23", target={"a": "1", "b": "100"})
    client.force_login(people.preparer)
    assert shown(client, check.table, "show=below")[0] == ["7.2.7"]


def test_rows_with_findings_rows_sent_back_and_rows_of_mine(client, check, people):
    client.force_login(people.preparer)
    put(check.table, "7.1.2", value=False)
    assert "7.1.2" in shown(client, check.table, "show=failed")[0]
    type(check).objects.filter(pk=check.pk).update(findings=[{"item_id": "5.2.3", "text": "补证明"}, {"item_id": "", "text": "整体"}])
    assert shown(client, check.table, "show=returned")[0] == ["5.2.3"]
    assert shown(client, check.table, "show=mine")[0] == []
    share = RowShare.objects.create(table=check.table, person=people.preparer, assigned_by=people.preparer, assigned_at=clock.now())
    SharedRow.objects.create(share=share, row=check.table.rows.get(item_id="6.2.1"))
    assert shown(client, check.table, "show=mine")[0] == ["6.2.1"]


def test_nothing_found_says_so_and_an_unknown_filter_is_none(client, check, people):
    client.force_login(people.preparer)
    rows, text = shown(client, check.table, "show=mine")
    assert (rows, "没有符合条件的条文" in text) == ([], True)
    assert shown(client, check.table, "show=nonsense")[0]


@pytest.mark.parametrize("query", ["chapter=all", "show=empty", "show=changed", "show=below", "show=returned"])
def test_filters_cost_no_more_queries_than_a_chapter(client, check, people, query, django_assert_max_num_queries):
    client.force_login(people.preparer)
    shown(client, check.table, query)
    with django_assert_max_num_queries(8):
        shown(client, check.table, query)
