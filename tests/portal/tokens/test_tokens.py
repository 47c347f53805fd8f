"""Tokens open what their owner sees, end with their term, the right and the password, are limited when wrong, and leave a record."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.signin import factors
from portal.tokens.models import TokenScopes
from portal.tokens.services import make_token
from tests.factories.accounts import PASSWORD
from tests.factories.districts import make_district
from tests.signin.test_second_factor import enrolled

NEW = "Another-2026-word"


def by_token(client, secret, address="203.0.113.9"):
    return client.get(reverse("api:districts"), HTTP_AUTHORIZATION=f"Token {secret}", REMOTE_ADDR=address).status_code


def test_a_token_opens_what_its_owner_sees_and_only_its_digest_is_kept(client, people):
    make_district(stage="pilot")
    secret = make_token(by=people.partner)
    read = client.get(reverse("api:districts"), HTTP_AUTHORIZATION=f"Token {secret}").json()
    digest = Token.objects.get().key
    assert (read["count"], secret in digest, by_token(client, digest)) == (1, False, 401)


def changed(client, people):
    client.force_login(people.city_checker)
    client.post(reverse("accounts:password_change"), {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    client.logout()
    assert not Token.objects.exists()


def without_a_post(client, people):
    people.city_checker.posts.update(valid_to=dt.date(2020, 1, 2))


def switched_off(client, people):
    type(people.city_checker).objects.filter(pk=people.city_checker.pk).update(is_active=False)


@pytest.mark.parametrize("end", [changed, without_a_post, switched_off])
def test_a_token_ends_with_the_password_the_account_and_the_seat(client, people, end):
    secret = make_token(by=people.city_checker)
    assert by_token(client, secret) == 200
    end(client, people)
    assert by_token(client, secret) == 401


def test_a_token_of_who_must_have_a_factor_opens_nothing_without_one_and_ends_with_it(client, people, settings):
    secret = make_token(by=people.city_checker)
    settings.SECOND_FACTOR = ["city"]
    assert by_token(client, secret) == 401
    enrolled(people.city_checker)
    assert by_token(client, secret) == 200
    factors.reset(person=people.city_checker, by=people.system_keeper, reason="丢失")
    assert not Token.objects.exists()


def test_only_city_partner_departments_and_who_fills_in_make_tokens(people):
    for seat in ("reviewer", "expert1", "secretariat", "system_keeper"):
        with pytest.raises(NotAllowed):
            make_token(by=getattr(people, seat))


def test_the_page_makes_shows_once_replaces_and_revokes(client, people):
    client.force_login(people.city_officer)
    address = reverse("portal:tokens")
    assert client.post(address, {"action": "make"}).status_code == 422
    first, second = (client.post(address, {"action": "make", "confirmed": "on"}).context["secret"] for _ in range(2))
    assert second not in client.get(address).content.decode()
    assert [by_token(Client(), secret) for secret in (first, second)] == [401, 200]
    client.post(address, {"action": "revoke"})
    assert by_token(Client(), second) == 401


def test_the_page_offers_the_scopes_of_the_seat_and_keeps_those_chosen(client, people):
    address, made = reverse("portal:tokens"), {"action": "make", "confirmed": "on"}
    client.force_login(people.preparer)
    assert client.post(address, {**made, "scopes": ["plots", "scores"]}).context["secret"]
    assert "登记地块、填写自查评分表" in client.get(address).content.decode()
    assert client.post(address, {**made, "scopes": ["everything"]}).status_code == 422
    client.post(address, made)
    assert not TokenScopes.objects.exists()
    client.force_login(people.bureau)
    offered = client.get(address).content.decode()
    assert ('value="answers"' in offered, 'value="plots"' in offered) == (True, False)
    client.force_login(people.city_checker)
    assert "写入范围" not in client.get(address).content.decode().replace("写入限", "")
    assert client.post(address, {**made, "scopes": ["plots"]}).status_code == 200
    assert not TokenScopes.objects.exists()


def test_a_token_has_a_term_that_its_page_shows(client, people):
    secret = make_token(by=people.partner)
    made = clock.now()
    with clock.at(made + dt.timedelta(days=89)):
        assert by_token(client, secret) == 200
    with clock.at(made + dt.timedelta(days=91)):
        assert by_token(client, secret) == 401
        client.force_login(people.partner)
        assert "已过期" in client.get(reverse("portal:tokens")).content.decode()


def test_wrong_tokens_are_recorded_and_end_the_trying_from_their_address(client, people):
    secret = make_token(by=people.partner)
    assert [by_token(client, f"guess-{turn}") for turn in range(12)] == [401] * 10 + [429] * 2
    assert [by_token(client, word) for word in (secret, "guess")] == [200, 429], "a good one goes on"
    refused = AuditRecord.objects.filter(action="api.token_refused")
    assert set(refused.values_list("address", flat=True)) == {"203.0.113.9"}
    assert refused.count() == 10
    assert "guess" not in str(list(refused.values_list("data", flat=True)))


def test_the_first_use_per_day_and_address_is_recorded(client, people):
    secret = make_token(by=people.partner)
    for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2"):
        by_token(client, secret, address)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        by_token(client, secret, "203.0.113.1")
    used = AuditRecord.objects.filter(action="api.use", actor_id=people.partner.pk).values_list("address", flat=True)
    assert sorted(used) == ["203.0.113.1", "203.0.113.1", "203.0.113.2"]
