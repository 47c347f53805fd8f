import pytest
from django.urls import reverse

from assessments.tables.models import ScoreRow
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db


def test_every_chapter_and_row_is_printed(client, django_assert_max_num_queries):
    people = make_cast()
    table = make_self_check(people, filled=False).table
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(value="14.3", explanation="按实测折算")
    client.force_login(people.preparer)
    with django_assert_max_num_queries(8):
        text = client.get(reverse("assessments:score_print", args=[table.pk])).content.decode()
    rows = table.rows.values_list("item_id", flat=True)
    assert [name for name in rows if f"<td>{name}</td>" not in text] == []
    assert text.count("gd-print-chapter") == text.count("<h2>")
    for words in ("14.3%", "说明：按实测折算", "参考版", "演示数据", "按建设期填报，不试算星级"):
        assert words in text
    client.force_login(people.outsider_preparer)
    assert client.get(reverse("assessments:score_print", args=[table.pk])).status_code == 404


def test_the_page_leads_to_the_printed_one(client):
    people = make_cast()
    table = make_self_check(people, filled=False).table
    client.force_login(people.preparer)
    page = client.get(reverse("assessments:score_table", args=[table.pk])).content.decode()
    assert f'href="{reverse("assessments:score_print", args=[table.pk])}" data-print-page' in page
