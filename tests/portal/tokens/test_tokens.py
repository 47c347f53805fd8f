"""Tokens end with their term and the password, are limited when wrong, and leave a record."""

import datetime as dt

import pytest
from django.urls import reverse
from rest_framework.authtoken.models import Token

from greendistrict.accounts import links, services
from greendistrict.accounts.models import PasswordLink
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from portal.tokens.services import make_token
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Another-2026-word"


def by_token(client, secret, address="203.0.113.9"):
    return client.get(reverse("api:districts"), HTTP_AUTHORIZATION=f"Token {secret}", REMOTE_ADDR=address).status_code


def test_a_token_ends_with_a_changed_password(client, people):
    secret = make_token(by=people.city_checker)
    client.force_login(people.city_checker)
    client.post(reverse("accounts:password_change"), {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    client.logout()
    assert by_token(client, secret) == 401
    assert not Token.objects.exists()


def test_a_token_ends_with_a_password_set_by_link(client, people):
    secret = make_token(by=people.city_checker)
    link = PasswordLink.objects.create(user=people.city_checker, purpose="reset", asked_at=clock.now())
    word = links.fill(link)
    assert by_token(client, secret) == 200
    links.use(secret=word, password=NEW)
    assert by_token(client, secret) == 401


def test_a_token_does_not_come_back_with_its_account(client, people):
    secret = make_token(by=people.city_checker)
    services.set_active(user=people.city_checker, active=False, by=people.system_keeper, reason="离职")
    services.set_active(user=people.city_checker, active=True, by=people.system_keeper, reason="回来")
    assert by_token(client, secret) == 401


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
    assert by_token(client, secret) == 429
    assert by_token(client, secret, "203.0.113.10") == 200
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
