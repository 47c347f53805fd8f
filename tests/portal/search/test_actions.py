"""Actions of a seat: each opens for those who find it, and stands with nobody else."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from greendistrict.accounts.selectors import posts_of
from portal.search.selectors.actions import ACTIONS, actions
from tests.factories.accounts import SEATS

pytestmark = pytest.mark.django_db


def test_an_action_is_found_by_exactly_the_seats_that_may(client, people):
    told = {}
    for seat in (*SEATS, "expert1"):
        user = getattr(people, seat)
        client.force_login(user)
        for one in ACTIONS:
            answer = client.get(reverse(one.url_name))
            opens = answer.status_code == HTTPStatus.OK
            found = one.label in [hit.title for hit in actions(user, "").hits]
            if opens != found:
                told.setdefault((one.label, opens), set()).update(posts_of(user).roles)
    assert told == {}


def test_the_palette_shows_actions_and_pages_of_the_seat_first(client, people):
    client.force_login(people.preparer)
    shown = client.get(reverse("portal:search"), headers={"HX-Request": "true"}).content.decode()
    assert shown.index("发起申报或验收") < shown.index("工作台")
    client.force_login(people.system_keeper)
    assert "新建账号" in client.get(reverse("portal:search"), {"q": "xjzh"}).content.decode()
