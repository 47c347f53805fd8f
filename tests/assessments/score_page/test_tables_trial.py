"""What-if from a score table: the table's own values on a copy, for whoever reads it; nothing is written."""

import pytest
from django.urls import reverse

from assessments.tables.models import RowChange, ScoreRow
from assessments.tables.selectors.tables import result_of
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import fill_table, make_table
from tests.factories.districts import make_district
from tests.factories.received import received_self_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def address(table):
    return reverse("assessments:score_trial", args=[table.pk])


def test_the_page_begins_with_the_values_of_the_table(client, cast):
    table = fill_table(make_table(make_district(cast, key_areas=["五个新城"])))
    ScoreRow.objects.filter(table=table, item_id="4.2.1").update(value=None)
    client.force_login(cast.preparer)
    assert address(table) in client.get(reverse("assessments:score_table", args=[table.pk])).content.decode()
    page = client.get(address(table)).content.decode()
    assert f"<dd><b>{result_of(table).total}</b>" in page
    assert "最容易提高的分" in page
    assert "取值来自" in page
    assert "推定" in page


def test_values_typed_are_scored_and_never_written(client, cast):
    table = fill_table(make_table(make_district(cast, key_areas=["五个新城"])))
    before = list(ScoreRow.objects.filter(table=table).order_by("pk").values())
    client.force_login(cast.preparer)
    page = client.post(address(table), {"v:4.2.1": "1", "do": "score"}).content.decode()
    assert "得分" in page
    assert list(ScoreRow.objects.filter(table=table).order_by("pk").values()) == before
    assert not RowChange.objects.filter(row__table=table).exists()


def test_whoever_does_not_read_the_table_does_not_try_it(client, cast):
    table = make_table(make_district(cast))
    for user in (cast.city_officer, cast.secretariat, cast.expert1, cast.outsider_preparer):
        client.force_login(user)
        assert client.get(address(table)).status_code == 404
    client.force_login(cast.authority)
    assert client.get(address(table)).status_code == 200


def test_the_city_tries_what_was_received(client, cast):
    check = received_self_check(cast)
    client.force_login(cast.city_officer)
    assert client.get(address(check.table)).status_code == 200
