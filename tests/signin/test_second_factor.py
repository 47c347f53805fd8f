import time
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from greendistrict.accounts.revocation import Why, revoke
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.notifications.models import Notification
from greendistrict.signin import browsers, factors, stamps
from greendistrict.signin.browsers import SignInOrigin
from greendistrict.signin.models import CodeApp
from greendistrict.workflow import outbox
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
DESK = "/desk/"
HERE = SignInOrigin("", "127.0.0.1", is_known_place=False)


@pytest.fixture
def user():
    return make_user("city_officer", username="two")


def code_of(app, *, later=0):
    totp = TOTP(app.bin_key)
    totp.time = stamps.now() + later
    return f"{totp.token():06d}"


def enrolled(user):
    """(the app, recovery codes) of a person who has set one up; its last step lies back, so that a test may use the present one."""
    app = factors.begin_app(user)
    codes = factors.confirm_app(user=user, key=app.key, code=code_of(app))
    CodeApp.objects.filter(user=user).update(last_t=-1)
    return CodeApp.objects.get(user=user, confirmed=True), codes


def sign_in(client, user, password=PASSWORD, **kw):
    return client.post(reverse("accounts:login"), {"username": user.username, "password": password, **kw.pop("data", {})}, **kw)


def test_without_a_factor_the_password_is_enough(client, user):
    assert sign_in(client, user).status_code == HTTPStatus.FOUND
    assert client.get(reverse("signin:factors")).status_code == HTTPStatus.OK


def test_an_app_is_set_up_with_a_code_and_gives_recovery_codes_once(client, user):
    client.force_login(user)
    page = client.get(reverse("signin:app_add")).content.decode()
    app = factors.begin_app(user, client.session["app-key"])
    assert not CodeApp.objects.filter(user=user).exists()  # reading the page stores nothing of it
    assert app.spelled in page
    assert 'class="gd-qr-key"' in page
    assert bytes.fromhex(app.key) != app.bin_key  # wrapped
    assert app.bin_key.hex() not in app.key
    assert client.get(reverse("signin:app_add")).content.decode().count(app.spelled) == 1  # the same when opened again
    wrong = client.post(reverse("signin:app_add"), {"code": "000000" if code_of(app) != "000000" else "000001"})
    assert (wrong.status_code, "动态码不正确" in wrong.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert not factors.has_factor(user)
    assert not CodeApp.objects.filter(user=user).exists()
    done = client.post(reverse("signin:app_add"), {"code": code_of(app)}).content.decode()
    assert done.count("<li><code>") == factors.CODES
    assert factors.has_factor(user)
    assert "app-key" not in client.session
    assert CodeApp.objects.get(user=user).key == app.key
    assert "剩10个未用" in client.get(reverse("signin:factors")).content.decode()
    assert AuditRecord.objects.filter(action="signin.add_app", actor_id=user.pk).exists()
    outbox.drain()
    assert Notification.objects.filter(receiver=user, title="已启用动态码").exists()


def test_the_second_factor_is_asked_for_after_the_password(client, user):
    app, _codes = enrolled(user)
    answer = sign_in(client, user, data={"next": "/messages/"})
    assert answer.url == reverse("signin:second")
    assert client.get(DESK).status_code == HTTPStatus.FOUND  # not in yet
    assert client.get(answer.url).status_code == HTTPStatus.OK
    wrong = client.post(answer.url, {"code": "abcd-efgh"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert AuditRecord.objects.filter(action="signin.second_refused", actor_id=user.pk).count() == 1
    done = client.post(answer.url, {"code": code_of(app)})
    assert done.url == "/messages/"
    assert client.get(DESK).status_code == HTTPStatus.OK
    assert AuditRecord.objects.filter(action="accounts.login", actor_id=user.pk, data__second="app").count() == 1


def test_a_code_works_once(user):
    app, codes = enrolled(user)
    code = code_of(app)
    assert factors.check_code(user, code, HERE) == "app"
    assert factors.check_code(user, code, HERE) == ""
    assert factors.check_code(user, codes[0], HERE) == "recovery"
    assert factors.check_code(user, codes[0], HERE) == ""
    assert factors.factors_of(user).codes_left == factors.CODES - 1


def test_a_code_follows_the_databases_clock_on_a_host_whose_own_is_wrong(user, monkeypatch):
    app, _codes = enrolled(user)
    wrong = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: wrong)
    assert factors.check_code(user, code_of(app, later=600), HERE) == ""
    assert factors.check_code(user, code_of(app), HERE) == "app"
    assert CodeApp.objects.get(user=user).drift == 0


@pytest.mark.parametrize("why", sorted(set(Why) - {Why.POST, Why.PASSWORD}))
def test_a_browser_is_known_no_more_once_access_was_taken_away(client, user, rf, why):
    sign_in(client, user)
    request = rf.get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    assert browsers.known(request, user)
    assert revoke(user, why)["browsers"] == 1
    assert (browsers.known(request, user), browsers.is_used(request)) == ("", False)


def test_a_recovery_code_is_read_however_it_is_typed_and_is_nobody_elses(user):
    _app, codes = enrolled(user)
    other = make_user("preparer")
    enrolled(other)
    assert factors.check_code(other, codes[1], HERE) == ""
    assert factors.check_code(user, codes[1].upper().replace("-", " "), HERE) == "recovery"


def test_who_knows_a_password_uses_up_nobody_elses_tries(client, user):
    """Strangers at many addresses, one of them the owner's: the owner passes in the known browser, and at the known address."""
    app, codes = enrolled(user)
    sign_in(client, user)
    assert client.post(reverse("signin:second"), {"code": codes[0]}).status_code == HTTPStatus.FOUND
    client.post(reverse("accounts:logout"))
    for turn in range(60):
        thief, place = Client(), f"203.0.113.{turn}" if turn % 2 else "127.0.0.1"
        where = {"REMOTE_ADDR": place}
        thief.post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD}, **where)
        assert thief.post(reverse("signin:second"), {"code": f"{turn:06}"}, **where).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    stranger = SignInOrigin("", "203.0.113.99", is_known_place=False)
    assert factors.check_code(user, codes[1], stranger) == "", "all strangers together have an end"
    assert factors.check_code(user, codes[1], SignInOrigin("", "198.51.100.7", is_known_place=True)) == "recovery"
    sign_in(client, user)
    assert client.post(reverse("signin:second"), {"code": code_of(app)}).status_code == HTTPStatus.FOUND


def test_a_known_browser_has_its_own_end(user):
    _app, codes = enrolled(user)
    seat = SignInOrigin("digest", "198.51.100.7", is_known_place=True)
    tries = [factors.check_code(user, code, seat) for code in [codes[0], *["no-such"] * factors.TRIES, codes[1]]]
    assert (tries[0], set(tries[1:])) == ("recovery", {""})


def test_after_some_wrong_codes_the_password_is_asked_for_anew(client, user):
    enrolled(user)
    sign_in(client, user)
    for _ in range(5):
        last = client.post(reverse("signin:second"), {"code": "nono-nono"})
    assert last.url == reverse("accounts:login")
    assert client.get(reverse("signin:second")).url == reverse("accounts:login")


def test_the_right_password_waits_ten_minutes(client, user, monkeypatch):
    enrolled(user)
    sign_in(client, user)
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 601)
    assert client.get(reverse("signin:second")).url == reverse("accounts:login")


def test_in_place_the_code_is_typed_into_the_same_form(client, user):
    app, _codes = enrolled(user)
    headers = {"X-In-Place": "1"}
    asked = sign_in(client, user, headers=headers)
    assert (asked.status_code, "动态码" in asked.content.decode()) == (HTTPStatus.PRECONDITION_REQUIRED, True)
    assert sign_in(client, user, headers=headers, data={"code": "nono-nono"}).status_code == HTTPStatus.PRECONDITION_REQUIRED
    assert "_auth_user_id" not in client.session
    assert sign_in(client, user, headers=headers, data={"code": code_of(app)}).status_code == HTTPStatus.NO_CONTENT
    assert client.session["_auth_user_id"] == str(user.pk)


def test_who_must_have_one_does_nothing_else_before(client, user, settings):
    settings.SECOND_FACTOR = ["city", "keepers"]
    client.force_login(user)
    assert client.get(DESK).url == reverse("signin:factors")
    assert client.get("/api/v1/districts/").status_code == HTTPStatus.FORBIDDEN
    assert client.get(reverse("signin:sessions")).status_code == HTTPStatus.OK
    client.get(reverse("signin:app_add"))
    app = factors.begin_app(user, client.session["app-key"])
    client.post(reverse("signin:app_add"), {"code": code_of(app)})
    assert client.get(DESK).status_code == HTTPStatus.OK
    with pytest.raises(Refused, match="须使用双因素"):
        factors.remove(user=user)


def test_a_session_without_the_factor_is_asked_for_it(client, user, settings):
    settings.SECOND_FACTOR = ["city"]
    app, _codes = enrolled(user)
    client.force_login(user)
    asked = client.get(DESK)
    assert asked.url == f"{reverse('signin:proof')}?next={DESK}"
    assert client.post(reverse("signin:proof"), {"code": code_of(app), "next": DESK}).url == DESK
    assert client.get(DESK).status_code == HTTPStatus.OK


@pytest.mark.parametrize("seat", ["preparer", "expert", "authority"])
def test_others_are_offered_one_and_not_asked(client, settings, seat):
    settings.SECOND_FACTOR = ["city", "keepers"]
    client.force_login(make_user(seat))
    assert client.get(DESK).status_code == HTTPStatus.OK


def test_a_page_costs_no_statement_more_where_one_is_demanded(client, user, settings, django_assert_max_num_queries):
    settings.SECOND_FACTOR = ["city"]
    _app, codes = enrolled(user)
    sign_in(client, user)
    client.post(reverse("signin:second"), {"code": codes[0]})
    client.get(reverse("signin:sessions"))
    with django_assert_max_num_queries(4):  # session, person, sessions of the person, posts
        assert client.get(reverse("signin:sessions")).status_code == HTTPStatus.OK


def test_an_own_factor_is_removed_with_its_recovery_codes(client, user):
    enrolled(user)
    client.force_login(user)
    client.post(reverse("signin:factor_remove"))
    assert factors.factors_of(user) == factors.Factors(None, (), 0)
    again = client.post(reverse("signin:factor_remove"), follow=True)
    assert "已经移除" in again.content.decode()


def test_new_recovery_codes_take_the_place_of_the_old_ones(client, user):
    _app, codes = enrolled(user)
    client.force_login(user)
    page = client.post(reverse("signin:codes_renew")).content.decode()
    assert page.count("<li><code>") == factors.CODES
    assert codes[0] not in page
    assert factors.check_code(user, codes[0], HERE) == ""


def test_keepers_reset_what_somebody_has_lost(people):
    for person in (people.preparer, people.security_keeper):
        enrolled(person)
    factors.reset(person=people.preparer, by=people.system_keeper, reason="丢失手机，已当面核实")
    assert not factors.has_factor(people.preparer)
    outbox.drain()
    told = Notification.objects.filter(title__contains="重置了").values_list("receiver__username", flat=True)
    assert set(told) == {"preparer", "audit_keeper"}
    assert AuditRecord.objects.get(action="signin.reset_factors").data == {"reason": "丢失手机，已当面核实"}
    factors.reset(person=people.security_keeper, by=people.system_keeper, reason="丢失")
    for by in (people.audit_keeper, people.city_director, people.preparer):
        with pytest.raises(NotAllowed):
            factors.reset(person=people.reviewer, by=by, reason="丢失")
    with pytest.raises(NotAllowed):
        factors.reset(person=people.system_keeper, by=people.system_keeper, reason="丢失")
    second = make_user("system_keeper", people.keeper_body)
    with pytest.raises(NotAllowed):
        factors.reset(person=people.system_keeper, by=second, reason="丢失")


def test_the_page_of_the_reset_is_the_keepers(client, people):
    enrolled(people.expert1)
    address = reverse("signin:factors_reset", args=[people.expert1.pk])
    for seat, person in people.everybody.items():
        client.force_login(person)
        wanted = HTTPStatus.OK if seat in {"system_keeper", "security_keeper"} else HTTPStatus.NOT_FOUND
        assert client.get(address).status_code == wanted, seat
    client.force_login(people.security_keeper)
    assert f'href="{address}"' in client.get(reverse("accounts:user_list")).content.decode()
    assert client.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, {"reason": "核实身份证件"}).url == reverse("accounts:user_list")
    assert not factors.has_factor(people.expert1)


def test_acts_of_keepers_ask_anew(client, settings, monkeypatch):
    settings.REASK_MINUTES = 15
    keeper = make_user("system_keeper")
    client.force_login(keeper)
    address = reverse("accounts:user_create")
    assert client.get(address).status_code == HTTPStatus.OK  # just signed in
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 15 * 60)
    asked = client.get(address)
    assert asked.url == f"{reverse('signin:proof')}?next={address}"
    sent = client.post(address, {"username": "x"}, headers={"Referer": f"http://testserver{address}"})
    assert sent.url == asked.url
    assert client.post(asked.url, {"password": "wrong", "next": address}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert AuditRecord.objects.filter(action="signin.proof_refused", actor_id=keeper.pk).count() == 1
    assert client.post(asked.url, {"password": PASSWORD, "next": address}).url == address
    assert client.get(address).status_code == HTTPStatus.OK
    assert client.post(reverse("signin:proof"), {"password": PASSWORD, "next": "https://evil.example/"}).url == DESK


def test_exports_of_personal_data_ask_anew(client, settings, monkeypatch):
    settings.REASK_MINUTES = 15
    client.force_login(make_user("secretariat"))
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 16 * 60)
    assert client.get(reverse("assessments:expert_export")).url.startswith(reverse("signin:proof"))
    assert client.get(reverse("portal:personal_export")).url.startswith(reverse("signin:proof"))
    settings.REASK_MINUTES = 0
    assert client.get(reverse("assessments:expert_export")).status_code == HTTPStatus.OK


def test_the_key_may_be_replaced_while_the_old_one_is_named(user, settings):
    app, _codes = enrolled(user)
    before = app.bin_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-portal-for-this-test-only-0123456789"
    assert CodeApp.objects.get(pk=app.pk).bin_key == before
