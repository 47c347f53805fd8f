"""The bench's paths over cases work on a few rows; what they measure means nothing here."""

import pytest

from approvals.cases.models.cases import Case
from tools.bench import cases, seeding
from tools.bench.measuring import Effort

pytestmark = [pytest.mark.slow, pytest.mark.area("tools/bench"), pytest.mark.django_db]
ONCE = Effort(rounds=1, repeats=1)


def test_copies_of_a_case_lie_in_districts_of_their_own_and_the_paths_hold_their_bounds():
    seeded = seeding.seed()
    seeding.more_districts(seeded, 6)
    assert cases.more_cases(seeded, 4) == 4
    assert cases.more_cases(seeded, 99) == 5
    assert Case.objects.values("district").distinct().count() == Case.objects.filter(status="sent").count() == 5
    assert not seeded.district.cases.exists()
    rows = list(cases.rows_of_work(seeded, ONCE, 6))
    assert [row.name for row in rows] == [
        "policy check of 6 districts",
        "one decision through perform()",
        "one decision, share of audit and outbox",
    ]
    assert all(row.within for row in rows), [(row.name, row.queries) for row in rows]
    assert Case.objects.filter(status="checking").count() == 1
