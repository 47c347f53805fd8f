"""Pages of the standards as a signed-in person sees them."""

import pytest
from django.urls import reverse

from indicators.editions.models import Edition
from indicators.editions.services import load_shipped_editions
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editions():
    load_shipped_editions()
    return {one.code: one for one in Edition.objects.all()}


@pytest.fixture
def reader(client, settings):
    client.force_login(UserFactory(), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def page(client, edition, **query):
    response = client.get(reverse("indicators:edition_detail", args=[edition.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["edition_list", "edition_detail"])
def test_nobody_reads_without_signing_in(client, editions, name):
    arguments = [editions["GD-REF-2024"].pk] if name == "edition_detail" else []
    response = client.get(reverse(f"indicators:{name}", args=arguments))
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("accounts:login"))


def test_list_shows_every_edition_with_its_marks(reader, editions):
    body = reader.get(reverse("indicators:edition_list")).content.decode()
    assert [code in body for code in editions] == [True] * 5
    assert (body.count("参考版</span>"), body.count("未录全</span>")) == (2, 3)


def test_detail_shows_rule_in_words_and_marks(reader, editions):
    body = page(reader, editions["GD-REF-2024"])
    assert "按达到的最高一档得分：不低于40%得4分；不低于50%得8分；不低于60%得12分" in body
    assert "参考版</span>" in body
    assert '一星级50分 <span class="gd-guess">推定</span>' in body


def test_detail_of_an_incomplete_edition_lists_what_is_missing(reader, editions):
    body = page(reader, editions["DG/TJ 08-2253-2024"])
    assert "17处" in body
    assert "chapters[6].weight" in body


def test_detail_finds_clauses_by_words(reader, editions):
    body = page(reader, editions["GD-REF-2024"], q="功能混合", kind="new", stage="planning")
    assert "4.2.1" in body
    assert "5.2.3" not in body


def test_detail_without_hits_says_so(reader, editions):
    assert "没有符合条件的条文" in page(reader, editions["GD-REF-2024"], q="没有符合条件的条文")


@pytest.mark.parametrize("query", [{"kind": "moon"}, {"stage": "x"}, {"q": "长" * 100}])
def test_detail_bears_a_wrong_query(reader, editions, query):
    page(reader, editions["GD-REF-2024"], **query)


def test_unknown_edition_is_404(reader):
    assert reader.get(reverse("indicators:edition_detail", args=[999999])).status_code == 404


@pytest.mark.parametrize("code", ["GB/T 51255-2017", "GD-REF-2024"])
def test_query_count_does_not_grow_with_the_clauses(reader, editions, kept_queries, code):
    page(reader, editions[code])
    with kept_queries():
        page(reader, editions[code])


def test_clause_page_explains_the_rule_step_by_step(reader, editions, kept_queries):
    clause = editions["GD-REF-2024"].clauses.get(item_id="5.2.1")
    url = reverse("indicators:clause", args=[clause.pk])
    body = reader.get(url).content.decode()
    limits = [step["at"] for step in clause.rule["steps"]]
    assert all(f"不低于{at}%</th>" in body for at in limits)
    assert ("上一条" in body, "下一条" in body, clause.method in body) == (True, True, True)
    with kept_queries():
        reader.get(url)


def test_every_clause_has_a_page(reader, editions):
    for code in ("GD-REF-2024", "LEED-V4-ND"):
        for clause in editions[code].clauses.order_by("order")[::9]:
            assert reader.get(reverse("indicators:clause", args=[clause.pk])).status_code == 200


def test_unknown_clause_is_404(reader):
    assert reader.get(reverse("indicators:clause", args=[999999])).status_code == 404


def test_stub_says_that_it_refuses_to_score(reader, editions):
    body = page(reader, editions["DG/TJ 08-2253-2024"])
    assert "缺以下各项，拒绝评分，也不能校核和发布；补录后重新导入。" in body
