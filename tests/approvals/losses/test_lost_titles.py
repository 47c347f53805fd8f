"""取消与撤销: titles lost as a picture by year, real and fictional ones apart; nothing is drawn where none was lost."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.losses.selectors import titles_lost
from approvals.titles.models.publicity import Title
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 1)


def lost(end, ended_on, **about):
    about = {"is_demo": False, "sources": ["x"], **about}
    district = make_district(name=f"城区{Title.objects.count()}", **about)
    return Title.objects.create(district=district, kind="pilot", historic=True, policy="x", end=end, ended_on=ended_on)


def test_titles_are_counted_by_the_year_and_the_decision_that_ended_them():
    lost("cancelled", dt.date(2025, 5, 1))
    lost("revoked", dt.date(2025, 6, 1))
    lost("revoked", None)
    lost("withdrawn", dt.date(2025, 7, 1))
    lost("cancelled", dt.date(2027, 3, 2))
    lost("cancelled", dt.date(2026, 3, 2), is_demo=True)
    real, demo = titles_lost(TODAY).values()
    found = [(row.words, row.cancelled, row.revoked) for row in real]
    assert found == [
        ("2025年", 1, 1),
        ("2026年", 0, 0),
        ("2027年", 0, 0),
        ("年份未查明", 0, 1),
    ]
    assert [(row.words, row.lost) for row in demo] == [("2026年", 1), ("2027年", 0)]


def test_a_picture_stands_with_its_table_where_a_title_was_lost(client, people):
    client.force_login(people.city_officer)
    assert "gd-bullets" not in client.get(reverse("approvals:loss_list")).content.decode()
    lost("revoked", dt.date(2026, 3, 2), is_demo=True)
    page = client.get(reverse("approvals:loss_list")).content.decode()
    assert [picture.title for picture in client.get(reverse("approvals:loss_list")).context["lost"]] == ["虚构城区失去的称号"]
    assert all(words in page for words in ("窄条：撤销", "宽条：取消和撤销合计", "来源：称号登记", "截至", "数据表：虚构城区失去的称号"))
