"""四（一） asks for 第二轮, of which no record tells: a star announced under the policy meets the duty by the reading that is said."""

import datetime as dt

import pytest

from districts.file.models.district import District
from greendistrict.accounts.models import Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.models import Setting
from obligations.duties import ObligationState
from obligations.selectors import everything
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
DAY, UNDER, OLDER = dt.date(2026, 3, 2), dt.date(2024, 6, 1), dt.date(2023, 9, 30)


@pytest.mark.parametrize(("granted", "met", "state"), [
    ((UNDER,), UNDER, "met"), ((OLDER,), None, "none"), ((), None, "overdue"), ((OLDER, UNDER, dt.date(2025, 5, 6)), UNDER, "met"),
])  # fmt: skip
def test_an_older_star_neither_meets_nor_misses_the_round(people, granted, met, state):
    Setting.objects.filter(key="obligations_from").update(value="2024-01-01", at=at(2024, 1, 1))
    Post.objects.update(valid_from=dt.date(2024, 1, 1))
    for place, day in enumerate(granted):
        give_title(make_district(people, code=f"round-{place}"), granted_on=day)
    rows = [
        row
        for row in everything(Viewer(None, as_of=DAY), kinds={"organise_application"})
        if row.organisation_id == people.authority_body.pk
    ]
    assert [(row.met_on, row.state(DAY)) for row in rows] == [(met, ObligationState(state))]
    assert "原文未规定怎样认定第二轮" in rows[0].how.rule
    assert "推定" not in rows[0].how.rule
    District.objects.update(fact_certainty="所在区推定")
    told = [row for row in everything(Viewer(None, as_of=DAY), kinds={"organise_application"}) if row.key == rows[0].key]
    assert ("城区的所在区为推定" in told[0].how.rule) is bool(met)


@pytest.mark.parametrize("words", [("所在区推定", ""), ("", "所在区推定")])
def test_of_two_announced_on_one_day_the_certain_one_meets_it(people, words):
    Setting.objects.filter(key="obligations_from").update(value="2024-01-01", at=at(2024, 1, 1))
    Post.objects.update(valid_from=dt.date(2024, 1, 1))
    for place, certainty in enumerate(words):
        give_title(make_district(people, code=f"round-{place}"), granted_on=UNDER)
        District.objects.filter(code=f"round-{place}").update(fact_certainty=certainty)
    rows = everything(Viewer(None, as_of=DAY), kinds={"organise_application"})
    [row] = [row for row in rows if row.organisation_id == people.authority_body.pk]
    assert row.met_on == UNDER
    assert "推定" not in row.how.rule
