"""What a hand-written statement reads is what a queryset would give."""

import pytest

from assessments.tables.models import ScoreTable
from assessments.tables.selectors.tables import table_worked_on, worked_on
from greendistrict.accounts.models import Post
from greendistrict.accounts.selectors import POSTS, posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db


def same(read, stored):
    loaded = {name: value for name, value in vars(read).items() if not name.startswith("_")}
    return loaded and all(value == getattr(stored, name) for name, value in loaded.items())


def test_posts_come_with_their_organisation():
    user, day = cast().preparer, clock.today()
    stored = list(Post.objects.filter(user=user).select_related("organisation").order_by("pk"))
    read = POSTS.read(user.pk, day, day, user.pk, day, day, day, day, day)
    assert [(row["post"].pk, row["body"].pk) for row in read] == [(post.pk, post.organisation_id) for post in stored]
    assert all(same(row["post"], one) and same(row["body"], one.organisation) for row, one in zip(read, stored, strict=True))
    assert posts_of(user).organisations[0].aliases == stored[0].organisation.aliases  # not read at first


def test_a_table_comes_with_all_that_stands_around_it(django_assert_num_queries):
    people = cast()
    check = make_self_check(people, filled=False)
    stored = ScoreTable.objects.select_related("district", "edition", "planned", "self_check").get(pk=check.table.pk)
    read = worked_on().read(stored.pk)[0]
    assert all([same(read["t"], stored), same(read["district"], stored.district), same(read["edition"], stored.edition)])
    assert same(read["self_check"], check)
    assert read["planned"] is None
    posts_of(people.preparer)
    with django_assert_num_queries(1):
        table = table_worked_on(Viewer(people.preparer), stored.pk)
        assert (table.district, table.edition, table.planned, table.self_check) == (stored.district, stored.edition, None, check)
        assert table.self_check.table is table


def test_of_nothing_nothing_is_read():
    assert worked_on().read(0) == []
    assert table_worked_on(Viewer(cast().preparer), 0) is None
