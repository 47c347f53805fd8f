"""Public page of the standards: official facts, 参考版 marked, no text of clauses."""

import datetime as dt

import pytest
from django.urls import reverse

from indicators.common.enums import EditionStatus
from indicators.editions.models import Clause, Edition
from indicators.editions.selectors import editions_public
from tests.factories.editions import reference_edition

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def editions():
    """The reference edition in use; an official one not entered; another that is a draft, one that comes into force later."""

    used = reference_edition()
    used.status = EditionStatus.PUBLISHED
    used.save()

    def official(code, in_force, **more):
        return Edition.objects.create(
            code=code,
            title="绿色生态城区评价标准",
            official=True,
            in_force=in_force,
            complete=False,
            digest=code,
            imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            **more,
        )

    return {
        "used": used,
        "official": official("DG/TJ 08-1", dt.date(2024, 7, 1)),
        "later": official("DG/TJ 08-2", dt.date(2027, 1, 1)),
        "draft": Edition.objects.create(
            code="草稿", title="草稿", official=False, complete=False, digest="3", imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        ),
    }


def test_what_is_in_use_and_what_is_officially_in_force_is_public(editions):
    assert {row.pk for row in editions_public(TODAY)} == {editions["used"].pk, editions["official"].pk}
    editions["used"].status = EditionStatus.SUPERSEDED
    editions["used"].save()
    assert editions["used"].pk in {row.pk for row in editions_public(TODAY)}


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_marks_the_reference_edition_and_prints_no_clause(client, editions, kept_queries, more):
    for number in range(more):
        Edition.objects.create(
            code=f"官{number}",
            title="标准",
            official=True,
            in_force=TODAY,
            complete=False,
            digest=str(number),
            imported_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        )
    client.get(reverse("portal:public_standards"))
    with kept_queries():
        page = client.get(reverse("portal:public_standards"))
    text = page.content.decode()
    assert text.count("参考版</span>") >= 1
    assert "条文未录入，不用于评分" in text
    clause = Clause.objects.filter(edition=editions["used"]).first()
    assert clause.title
    assert clause.title not in text
