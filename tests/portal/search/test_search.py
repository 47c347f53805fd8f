"""Search finds what the person may open, and nothing else."""

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from portal.search.selectors import MOST, clean, search
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.factories.reviews import reference_edition

pytestmark = pytest.mark.django_db


def titles(user, text):
    return [hit.title for group in search(user, clean(text)) for hit in group.hits]


@pytest.mark.parametrize("text", ["桃浦", "taopu", "TPZCC", "  桃浦　智创 "])
def test_districts_by_name_and_pinyin(people, text):
    make_district(name="桃浦智创城", is_demo=False, stage=Stage.PILOT, sources=["x"])
    assert titles(people.expert1, text) == ["桃浦智创城"]


def test_cases_by_number_for_those_who_may_open_them():
    filing = Filing(name="演示查找城（虚构）").to_sent()
    people, number = filing.people, filing.case.number
    for seat in ("preparer", "reviewer", "authority", "city_officer"):
        assert any(number in title for title in titles(getattr(people, seat), number)), seat
    for seat in ("outsider_preparer", "expert1", "partner", "secretariat", "verifier", "system_keeper"):
        assert titles(getattr(people, seat), number) == [], seat


def test_drafts_are_found_in_their_house_only():
    filing = Filing(name="演示未报城（虚构）").to_signing()
    assert len(titles(filing.people.preparer, "演示未报城")) == 2
    assert not any("草稿" in title for title in titles(filing.people.city_officer, "演示未报城"))
    assert titles(filing.people.outsider_preparer, "演示未报城") == []


def test_clauses_by_number_and_words(people):
    reference_edition()
    assert any(title.startswith("7.1.2") for title in titles(people.partner, "7.1.2"))
    assert titles(people.audit_keeper, "7.1.2") == []


def test_many_hits_are_cut_and_say_so(people):
    reference_edition()
    group = search(people.city_officer, "绿色")[-1]
    assert len(group.hits) <= MOST


def test_every_hit_opens(client, people):
    reference_edition()
    filing = Filing(people=people, name="演示打开城（虚构）").to_sent()
    client.force_login(people.city_officer)
    for text in ("演示打开城", filing.case.number, "5.1"):
        for group in search(people.city_officer, text):
            for hit in group.hits[:2]:
                assert client.get(hit.href).status_code == 200, hit


def test_the_page_costs_few_queries(client, people, django_assert_max_num_queries):
    reference_edition()
    client.force_login(people.city_officer)
    with django_assert_max_num_queries(8):
        client.get(reverse("portal:search"), {"q": "绿色"})
