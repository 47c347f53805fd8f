from http import HTTPStatus

import pytest
from django.urls import reverse

from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
IN_PLACE = {"X-In-Place": "1"}


@pytest.fixture
def user():
    return make_user("preparer", username="again")


def sign_in(client, password, **headers):
    return client.post(reverse("accounts:login"), {"username": "again", "password": password}, headers=headers)


def test_signing_in_in_place_tells_the_outcome_and_leads_nowhere(client, user):
    refused = sign_in(client, "wrong", **IN_PLACE)
    assert (refused.status_code, "不正确" in refused.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert sign_in(client, PASSWORD, **IN_PLACE).status_code == HTTPStatus.NO_CONTENT
    assert client.session["_auth_user_id"] == str(user.pk)


def test_in_place_somebody_else_may_have_signed_in_meanwhile(client, user):
    client.force_login(make_user("consultant"))
    assert client.get(reverse("accounts:login"), headers=IN_PLACE).status_code == HTTPStatus.OK
    assert sign_in(client, PASSWORD, **IN_PLACE).status_code == HTTPStatus.NO_CONTENT
    assert client.session["_auth_user_id"] == str(user.pk)


def test_without_it_signing_in_leads_on(client, user):
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.FOUND
