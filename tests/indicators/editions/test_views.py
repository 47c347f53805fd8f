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


@pytest.mark.parametrize("name", ["edition_detail", "clause"])
def test_what_there_is_not_is_404(reader, name):
    assert reader.get(reverse(f"indicators:{name}", args=[999999])).status_code == 404


def test_detail_finds_clauses_by_words(reader, editions):
    body = page(reader, editions["GD-REF-2024"], q="功能混合", kind="new", stage="planning")
    assert "4.2.1" in body
    assert "5.2.3" not in body


@pytest.mark.parametrize("query", [{"kind": "moon"}, {"stage": "x"}, {"q": "长" * 100}])
def test_detail_bears_a_wrong_query(reader, editions, query):
    page(reader, editions["GD-REF-2024"], **query)


def test_every_clause_has_a_page(reader, editions):
    for code in ("GD-REF-2024", "LEED-V4-ND"):
        for clause in editions[code].clauses.order_by("order")[::9]:
            assert reader.get(reverse("indicators:clause", args=[clause.pk])).status_code == 200
