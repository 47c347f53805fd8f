"""Wrong passwords: one name under many spellings, one name from many places, many names from one place, and proxies in between."""

import time
from ipaddress import ip_network

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from greendistrict.accounts.models import name_key
from greendistrict.audit.models import AuditRecord
from greendistrict.signin import lockout
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
WRONG = "nope"
HOME = "198.51.100.7"
OUTSIDE = "203.0.113.{}"


def sign_in(client, name, password=WRONG, address=HOME, **headers):
    typed = {"username": name, "password": password}
    answer = client.post(reverse("accounts:login"), typed, REMOTE_ADDR=address, **headers)
    client.logout()
    return answer.status_code


def test_another_spelling_is_the_same_name(client, people):
    assert [sign_in(client, name) for name in ("bureau", "Bureau", "BUREAU", " bureau ", "ｂｕｒｅａｕ")] == [200, 200, 200, 200, 429]
    for spelling in ("bUreau", "Bureau", "ＢＵＲＥＡＵ", "bureau"):
        assert sign_in(client, spelling, PASSWORD) == 429, spelling


@pytest.mark.parametrize("name", ["9" * 1000, "ﷺ" * 200, "9" * 255])
def test_a_name_that_is_too_long_is_unknown_and_counted(client, name):
    assert [sign_in(client, name) for _ in range(5)] == [200, 200, 200, 200, 429]
    assert AccessAttempt.objects.get().username == name_key(name)[:255]


def test_a_sign_that_only_looks_alike_in_capitals_opens_nothing(client):
    make_user("bureau", username="city")
    assert name_key("cıty") != name_key("city")
    assert sign_in(client, "cıty", PASSWORD) == 200
    assert sign_in(client, "CITY", PASSWORD) == 302


def test_a_hundred_failures_behind_one_address_slow_it_and_lock_nobody(client, people, settings):
    settings.LOCK_SLOW_SECONDS = 0
    assert {sign_in(client, f"nobody-{turn}") for turn in range(100)} == {200}
    settings.LOCK_SLOW_SECONDS = 0.3
    with lockout.TURNS, lockout.TURNS:  # few wait at a time
        refused = client.post(reverse("accounts:login"), {"username": "city_officer", "password": PASSWORD}, REMOTE_ADDR=HOME)
        assert (refused.status_code, "没有锁定" in refused.content.decode()) == (429, True)
    took, answers = [], []
    for name in ("city_officer", "city_officer"):  # a stranger there waits for the first time, then the place is known
        began = time.monotonic()
        answers.append(sign_in(client, name, PASSWORD))
        client.cookies.clear()
        took.append(time.monotonic() - began > 0.3)
    assert (answers, took[0]) == ([302, 302], True)
    assert [sign_in(client, "preparer") for _ in range(5)] == [200, 200, 200, 200, 429], "one name is guessed no more often than elsewhere"


def test_nobody_else_locks_the_own_browser(client, people):
    answer = client.post(reverse("accounts:login"), {"username": "city_director", "password": PASSWORD}, REMOTE_ADDR=HOME)
    own = {"HTTP_COOKIE": f"gd_browser={answer.cookies['gd_browser'].value}"}
    client.logout()
    assert [sign_in(client, "city_director") for _ in range(5)] == [200, 200, 200, 200, 429]  # a colleague
    for number in range(1, 20):
        sign_in(client, "city_director", address=OUTSIDE.format(number))
    assert sign_in(client, "city_director", PASSWORD) == 429
    assert {sign_in(client, "city_director", PASSWORD, place, **own) for place in (HOME, OUTSIDE.format(99))} == {302}
    AccessAttempt.objects.all().delete()
    assert [sign_in(client, "city_director", **own) for _ in range(6)][-1] == 429, "what is typed there counts there"
    assert [sign_in(client, "preparer", **own) for _ in range(5)][-1] == 429, "a browser is known for who signed in with it"


def test_all_addresses_of_one_ipv6_network_are_one_place(client, people):
    assert [sign_in(client, "bureau", address=f"2001:db8:1:2::{turn:x}") for turn in range(5)] == [200, 200, 200, 200, 429]
    assert sign_in(client, "bureau", PASSWORD, "2001:db8:1:2:ffff::9") == 429
    assert sign_in(client, "bureau", PASSWORD, "2001:db8:1:3::9") == 302


def test_who_came_in_from_a_network_of_ipv6_is_known_in_all_of_it(client, people):
    assert sign_in(client, "city_officer", PASSWORD, "2001:db8:1:2::1") == 302
    for number in range(20):
        sign_in(client, f"nobody-{number}", address=f"2001:db8:1:2::{number:x}")
    assert sign_in(client, "city_officer", PASSWORD, "2001:db8:1:2::2") == 302
    assert set(AuditRecord.objects.filter(action="accounts.login").values_list("address", flat=True)) == {
        "2001:db8:1:2::1",
        "2001:db8:1:2::2",
    }


def test_one_name_from_many_addresses_is_refused_but_at_its_own_office(client, people):
    assert sign_in(client, "city_director", PASSWORD) == 302
    answers = [sign_in(client, "city_director", address=OUTSIDE.format(number)) for number in range(1, 20)]
    assert answers.count(200) == 14
    client.cookies.clear()
    assert sign_in(client, "city_director", PASSWORD, OUTSIDE.format(99)) == 429
    assert sign_in(client, "city_director", PASSWORD) == 302


def test_the_old_password_cannot_be_guessed_on_its_page(preparer, people):
    page = reverse("accounts:password_change")
    typed = {"new_password1": "Another-2026-word", "new_password2": "Another-2026-word"}
    answers = [preparer.post(page, {**typed, "old_password": f"guess-{turn}"}).status_code for turn in range(6)]
    assert answers == [200, 200, 200, 200, 429, 429]
    assert preparer.post(page, {**typed, "old_password": PASSWORD}).status_code == 429
    people.preparer.refresh_from_db()
    assert people.preparer.check_password(PASSWORD)
    assert AuditRecord.objects.filter(action="accounts.password_refused", actor_id=people.preparer.pk).count() >= 5
    assert "Another-2026-word" not in str(list(AccessAttempt.objects.values_list("post_data", flat=True)))


def test_behind_a_trusted_gateway_each_caller_is_counted_alone(client, people, settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.5")]
    for _ in range(5):
        sign_in(client, "city_director", address="10.0.0.5", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert sign_in(client, "city_director", PASSWORD, "10.0.0.5", HTTP_X_FORWARDED_FOR="203.0.113.9") == 429
    assert sign_in(client, "city_director", PASSWORD, "10.0.0.5", HTTP_X_FORWARDED_FOR="203.0.113.10") == 302
    kept = AuditRecord.objects.filter(action__in=["accounts.login", "accounts.login_failed"]).values_list("address", flat=True)
    assert set(kept) == {"203.0.113.9", "203.0.113.10"}
