"""Single sign-on against a real provider process."""

import re
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.core import checks
from greendistrict.core.errors import Refused
from greendistrict.notifications.models import Notification
from greendistrict.signin import identities, stamps
from greendistrict.signin.models import LinkedIdentity
from greendistrict.workflow import outbox
from tests.factories.accounts import PASSWORD, cast, make_user
from tests.identity_provider import SECRET, Browser, OwnProvider
from tests.signin.test_second_factor import code_of, enrolled

pytestmark = pytest.mark.django_db
BEGIN, BACK = "/accounts/login/sso/", f"{configured.SITE_URL}/accounts/login/sso/back/"


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    one = OwnProvider(tmp_path_factory.mktemp("oidc"), back=BACK, out=f"{configured.SITE_URL}/")
    one.start()
    yield one
    one.end()


@pytest.fixture
def provider(process, settings):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = process.issuer, "portal", SECRET
    return process


@pytest.fixture
def user():
    return make_user("preparer", username="sso-user")


def went(client, person, amr="pwd", **asked):
    """The answer of the portal to somebody who has come back from the provider."""
    there = client.get(BEGIN, asked)
    assert there.status_code == HTTPStatus.FOUND, there.content.decode()
    return client.get(Browser(person, amr).walk(there.url, BACK))


def linked(user, subject="p1"):
    return identities.link(user=user, subject=subject, name="person p1")


def refusals():
    return AuditRecord.objects.filter(action="signin.identity_refused").count()


def test_without_a_setting_there_is_no_single_sign_on(client):
    assert "统一身份认证" not in client.get(reverse("accounts:login")).content.decode()
    assert [client.get(path).status_code for path in (BEGIN, urlsplit(BACK).path)] == [HTTPStatus.NOT_FOUND] * 2


def test_somebody_signed_in_links_once_and_signs_in_by_it(client, provider, user):
    client.force_login(user)
    assert went(client, "p1", **{"for": "link"}).url == reverse("signin:identity")
    page = client.get(reverse("signin:identity")).content.decode()
    assert ("确认关联" in page, "person p1" in page) == (True, True)
    assert not LinkedIdentity.objects.exists()  # nothing before the person's own word
    assert client.post(reverse("signin:identity_link")).url == reverse("signin:identity")
    outbox.drain()
    assert Notification.objects.filter(receiver=user, title="已关联统一身份认证的身份").exists()
    other = Client()
    assert "用统一身份认证登录" in other.get(reverse("accounts:login")).content.decode()
    assert went(other, "p1", next="/messages/").url == "/messages/"
    assert other.session["_auth_user_id"] == str(user.pk)
    assert AuditRecord.objects.filter(action="accounts.login", actor_id=user.pk, data__way="oidc").count() == 1
    assert LinkedIdentity.objects.get(user=user).last_used_at is not None
    assert "gd_browser" in other.cookies  # the one way in: a new browser is told of, sessions are listed


def test_the_request_has_state_nonce_and_pkce(client, provider):
    asked = parse_qs(urlsplit(client.get(BEGIN).url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [BACK]


def test_an_identity_that_nobody_linked_is_not_let_in_whatever_it_is_called(client, provider, user):
    user.name, user.email = "person p9", "p9@example.test"
    user.save()
    answer = went(client, "p9")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "没有关联本平台的账号" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert refusals() == 1


@pytest.mark.parametrize("person", ["p\\u0000", "p\\ud800", "p\\n1", "p" * 256])
def test_an_identity_that_no_row_can_hold_is_refused_in_words(client, provider, user, person):
    assert "没有通过核验" in went(client, person).content.decode()
    assert not LinkedIdentity.objects.exists()


def test_a_disabled_account_and_a_keepers_are_refused(client, provider, user):
    linked(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert "已停用" in went(client, "p1").content.decode()
    keeper = cast().system_keeper
    with pytest.raises(Refused, match="管理员用密码"):
        identities.link(user=keeper, subject="k1", name="")
    LinkedIdentity.objects.filter(user=user).update(user=keeper)  # became one afterwards
    assert "管理员用密码" in went(client, "p1").content.decode()
    assert "_auth_user_id" not in client.session
    assert refusals() == 2


def test_the_own_second_factor_is_asked_for(client, provider, user):
    linked(user)
    app, _codes = enrolled(user)
    assert went(client, "p1", amr="pwd,otp").url == reverse("signin:second")
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("signin:second"), {"code": code_of(app)}).status_code == HTTPStatus.FOUND
    assert client.session[stamps.STAMP]["second"] == "app"
    assert client.session[stamps.STAMP]["id_token"]


@pytest.mark.parametrize("counts", ["two-factors", "otp"])
def test_by_setting_what_the_provider_says_counts_as_the_second_factor(client, provider, user, settings, counts):
    settings.OIDC_SECOND, settings.OIDC_ACR_VALUES, settings.SECOND_FACTOR = [counts], "two-factors", ["city"]
    linked(user)
    enrolled(user)
    assert went(client, "p1", amr="pwd,otp").url == reverse("portal:workdesk")
    assert client.session[stamps.STAMP]["second"] == "provider"
    assert "统一身份认证" in client.get(reverse("signin:sessions")).content.decode()


def test_one_factor_at_the_provider_is_one_factor_here(client, provider, user, settings):
    settings.OIDC_SECOND, settings.OIDC_ACR_VALUES = ["two-factors", "otp"], "two-factors"
    linked(user)
    enrolled(user)
    assert went(client, "p1").url == reverse("signin:second")


def test_what_comes_back_is_good_once_and_in_the_browser_that_asked(client, provider, user):
    linked(user)
    there = client.get(BEGIN).url
    back = Browser("p1").walk(there, BACK)
    assert "不是从本平台发起" in Client().get(back).content.decode()  # somebody else's browser
    assert refusals() == 0  # nothing that anybody can send fills the log
    assert client.get(back).status_code == HTTPStatus.FOUND
    client.logout()
    assert client.get(back).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(("old", "new"), [("code=", "code=x"), ("iss=http", "iss=https")])
def test_an_answer_that_was_changed_is_refused(client, provider, user, old, new):
    linked(user)
    back = Browser("p1").walk(client.get(BEGIN).url, BACK)
    assert old in back
    answer = client.get(back.replace(old, new))
    assert ("没有通过核验" in answer.content.decode(), refusals()) == (True, 1)
    assert "_auth_user_id" not in client.session


def test_a_token_signed_with_the_shared_secret_is_refused(client, provider, user, settings):
    settings.OIDC_CLIENT_ID = "weak"
    linked(user)
    assert "没有通过核验" in went(client, "p1").content.decode()
    assert "_auth_user_id" not in client.session


def test_who_cancels_reads_so(client, provider):
    answer = went(client, "nobody")
    assert "没有通过，或者已取消" in answer.content.decode()
    assert refusals() == 1


def test_a_provider_that_does_not_answer_or_calls_itself_otherwise(client, provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = client.get(BEGIN)
    assert (answer.status_code, "连接不上" in answer.content.decode()) == (HTTPStatus.SERVICE_UNAVAILABLE, True)
    settings.OIDC_ISSUER = provider.issuer.replace("127.0.0.1", "localhost")
    assert "没有通过核验" in client.get(BEGIN).content.decode()


def test_an_identity_is_one_accounts_and_an_account_has_one(user):
    linked(user)
    with pytest.raises(Refused, match="已关联另一个账号"):
        linked(make_user("city_officer"))
    with pytest.raises(Refused, match="先解除"):
        linked(user, "p2")


def test_linking_asks_for_a_proof_and_a_foreign_answer_is_put_away(client, provider, user, settings):
    settings.REASK_MINUTES = 15
    client.force_login(user)
    stamps.change(session := client.session, proved=0)
    session.save()
    assert client.get(BEGIN, {"for": "link"}).url.startswith(reverse("signin:proof"))
    client.post(reverse("signin:proof"), {"password": PASSWORD})
    went(client, "attacker", **{"for": "link"})
    client.post(reverse("signin:identity_remove"))
    client.post(reverse("signin:identity_link"))
    assert not LinkedIdentity.objects.exists()


def test_the_person_and_keepers_unlink(client, provider, user):
    linked(user)
    client.force_login(user)
    assert client.post(reverse("signin:identity_remove")).status_code == HTTPStatus.FOUND
    assert not LinkedIdentity.objects.exists()
    linked(user)
    page = reverse("signin:identity_of", args=[user.pk])
    assert client.get(page).status_code == HTTPStatus.NOT_FOUND
    client.force_login(cast().security_keeper)
    assert client.get(page).status_code == HTTPStatus.OK
    assert client.post(page, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(page, {"reason": "换岗"}).status_code == HTTPStatus.FOUND
    record = AuditRecord.objects.get(action="signin.unlink_identity", data__reason="换岗")
    assert record.data["subject"] == "p1"
    assert not LinkedIdentity.objects.exists()


def test_a_proof_is_given_at_the_provider_by_typing_there_again(client, provider, user, settings):
    settings.REASK_MINUTES = 15
    linked(user)
    client.force_login(user)
    browser = Browser("p1")
    assert "用统一身份认证确认" in client.get(reverse("signin:proof")).content.decode()
    stamps.change(session := client.session, proved=0)
    session.save()
    there = client.get(BEGIN, {"for": "prove", "next": "/messages/"}).url
    assert "prompt=login" in there
    assert client.get(browser.walk(there, BACK)).url == "/messages/"
    assert client.session[stamps.STAMP]["proved"] > 0
    assert went(client, "p2", **{"for": "prove"}).status_code == HTTPStatus.FORBIDDEN  # somebody else's identity
    enrolled(user)
    assert went(client, "p1", **{"for": "prove"}).status_code == HTTPStatus.FORBIDDEN  # one factor of two


def test_sign_out_goes_on_to_the_provider(client, provider, user):
    linked(user)
    browser = Browser("p1")
    client.get(browser.walk(client.get(BEGIN).url, BACK))
    done = client.post(reverse("accounts:logout"))
    assert (done.status_code, "_auth_user_id" in client.session) == (HTTPStatus.OK, False)
    assert "cache" in done["Clear-Site-Data"]
    away = done["Refresh"].partition("url=")[2]
    assert away.startswith(provider.issuer)
    asks = browser.http.get(away, timeout=30)
    assert asks.status_code == HTTPStatus.OK
    token, action = re.search(r'name="xsrf" value="([^"]+)"', asks.text)[1], re.search(r'action="([^"]+)"', asks.text)[1]
    end = browser.http.post(action, data={"xsrf": token, "logout": "yes"}, allow_redirects=False, timeout=30)
    assert end.headers["Location"] == f"{configured.SITE_URL}/"
    client.force_login(user)
    assert client.post(reverse("accounts:logout")).status_code == HTTPStatus.FOUND  # who came by the password stays here


def test_who_comes_by_the_provider_is_not_asked_to_change_the_password(client, provider, user, settings):
    settings.PASSWORD_DAYS = 1
    linked(user)
    type(user).objects.filter(pk=user.pk).update(password_changed_at="2020-01-01T00:00:00Z")
    went(client, "p1")
    assert client.get(reverse("signin:sessions")).status_code == HTTPStatus.OK
    assert client.get("/desk/").status_code == HTTPStatus.OK


WHOLE = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []), (WHOLE, []), ({"OIDC_ISSUER": WHOLE["OIDC_ISSUER"]}, ["gd.E018"]), ({"OIDC_SECOND": ["mfa"]}, ["gd.E018"]),
        (WHOLE | {"OIDC_ISSUER": "http://id.example"}, ["gd.E019"]), (WHOLE | {"OIDC_SCOPE": "profile"}, ["gd.E018"]),
    ],
)  # fmt: skip
def test_half_set_settings_are_named(settings, given, found):
    for name, value in given.items():
        setattr(settings, name, value)
    told = [*checks.single_sign_on_is_complete(), *checks.single_sign_on_is_encrypted()]
    assert [one.id for one in told] == found
