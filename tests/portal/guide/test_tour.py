"""Three things at the first sign-in: those of the seat, once, put away by one press, without a query."""

import pytest
from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from portal.guide.library import seat_page
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
TITLE = "初次使用，从这三步开始"


def desk(client, query=""):
    return client.get(reverse("portal:workdesk") + query).content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_each_seat_begins_with_its_three_things(client, role):
    client.force_login(make_user(role))
    html = desk(client)
    for step in seat_page(role).first:
        assert f'<a href="{reverse(step.view)}"><b>{step.title}</b></a>' in html
        assert step.text in html
        assert client.get(reverse(step.view)).status_code == 200


def test_they_are_shown_until_they_are_put_away(client):
    user = make_user(Role.PREPARER)
    client.force_login(user)
    assert TITLE in desk(client)
    assert TITLE in desk(client)
    assert TITLE not in desk(client, "?tab=done")
    assert client.get(reverse("accounts:introduced")).status_code == 405
    answer = client.post(reverse("accounts:introduced"))
    assert answer["Location"] == reverse("portal:workdesk")
    assert TITLE not in desk(client)
    assert list(User.objects.filter(introduced=True)) == [user]


def test_without_a_post_there_is_nothing_to_begin_with(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="nobody", name="演示人员"))
    assert TITLE not in desk(client)


def test_they_cost_no_query(client, count_queries):
    user = make_user(Role.PREPARER)
    client.force_login(user)
    shown = count_queries(lambda: desk(client))
    User.objects.filter(pk=user.pk).update(introduced=True)
    assert count_queries(lambda: desk(client)) == shown
