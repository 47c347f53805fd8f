"""After signing in one comes back to the page a form stood on, or stays in place; an address that only takes forms says so."""

from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from greendistrict.accounts.enums import Role
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
SENT_TO = "/assessments/inspections/1/save/"
IN_PLACE = {"X-In-Place": "1"}


def led_to(answer):
    assert answer.status_code == HTTPStatus.FOUND
    assert urlsplit(answer.url).path == reverse("accounts:login")
    return parse_qs(urlsplit(answer.url).query)["next"][0]


@pytest.mark.parametrize(
    ("told", "page"),
    [
        ("http://testserver/assessments/inspections/1/?tab=a&b=c", "/assessments/inspections/1/?tab=a&b=c"),
        ("https://elsewhere.example/assessments/inspections/1/", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_signing_in_leads_to_the_page_the_form_stood_on(client, told, page):
    headers = {"Referer": told} if told else {}
    assert led_to(client.post(SENT_TO, {"summary": "x"}, headers=headers)) == page


def test_a_page_that_was_asked_for_opens_after_signing_in(client):
    asked = reverse("assessments:inspection_list")
    assert led_to(client.get(asked, headers={"Referer": "http://testserver/"})) == asked


def test_an_address_that_only_takes_forms_says_so(client):
    client.force_login(make_user(Role.CITY_OFFICER))
    answer = client.get(SENT_TO)
    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert answer["Allow"] == "POST"
    assert "不能直接打开" in answer.content.decode()


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
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.FOUND


def test_in_place_somebody_else_may_have_signed_in_meanwhile(client, user):
    client.force_login(make_user("consultant"))
    assert client.get(reverse("accounts:login"), headers=IN_PLACE).status_code == HTTPStatus.OK
    assert sign_in(client, PASSWORD, **IN_PLACE).status_code == HTTPStatus.NO_CONTENT
    assert client.session["_auth_user_id"] == str(user.pk)
