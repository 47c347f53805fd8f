import datetime as dt
from http import HTTPStatus

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from greendistrict.accounts.passwords import set_password
from greendistrict.accounts.revocation import Why
from greendistrict.core import clock
from greendistrict.signin.models import UsedPassword
from tests.factories.accounts import PASSWORD, make_organisation, make_user

pytestmark = pytest.mark.django_db
NEW = "Entirely-new-77"


@pytest.fixture
def user():
    return make_user("preparer", make_organisation(name="虹桥开发公司（虚构）", code="hqkf"))


def refused(password, user):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return "".join(error.messages)
    return ""


def test_the_last_passwords_are_refused_and_older_ones_are_not(user, settings):
    settings.PASSWORD_HISTORY = 2
    for number in range(4):
        set_password(user=user, password=f"Number-{number}-of-mine", why=Why.PASSWORD)
    assert [bool(refused(f"Number-{number}-of-mine", user)) for number in range(4)] == [False, False, True, True]
    assert UsedPassword.objects.filter(user=user).count() == 2
    assert refused(NEW, user) == ""


def test_the_present_one_is_refused_though_nothing_is_remembered(user, settings):
    assert "用过的密码" in refused(PASSWORD, user)
    settings.PASSWORD_HISTORY = 0
    set_password(user=user, password=NEW, why=Why.PASSWORD)
    assert (refused(NEW, user), UsedPassword.objects.count()) == ("", 0)


@pytest.mark.parametrize("password", ["Shanghai-2026x", "My-HQKF-2026-x", "xGreenDistrict#1", "A-{pinyin}-9", "Hongqiao1kaifa-kaifagongsi"])
def test_names_that_everybody_would_try_and_the_pinyin_of_the_own_body_are_refused(user, password):
    pinyin = "".join(user.posts.get().organisation.name_pinyin.split())
    assert ("名称、代码、拼音" in refused(password.format(pinyin=pinyin), user)) is not password.startswith("Hongqiao1")


def test_the_old_password_is_not_taken_back_at_once(client, user):
    client.force_login(user)
    sent = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("accounts:password_change"), sent).status_code == HTTPStatus.FOUND
    third = {"old_password": NEW, "new_password1": "Third-one-of-77", "new_password2": "Third-one-of-77"}
    assert client.post(reverse("accounts:password_change"), third).status_code == HTTPStatus.FOUND
    back = {"old_password": "Third-one-of-77", "new_password1": NEW, "new_password2": NEW}
    assert "用过的密码" in client.post(reverse("accounts:password_change"), back).content.decode()


def test_a_password_that_is_too_old_is_changed_first(client, user, settings):
    settings.PASSWORD_DAYS = 90
    user.password_changed_at = clock.now() - dt.timedelta(days=90)
    user.save(update_fields=["password_changed_at"])
    client.force_login(user)
    assert client.get("/desk/").url == reverse("accounts:password_change")
    page = client.get(reverse("accounts:password_change")).content.decode()
    assert "超过90天" in page
    sent = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("accounts:password_change"), sent).status_code == HTTPStatus.FOUND
    assert client.get("/desk/").status_code == HTTPStatus.OK
