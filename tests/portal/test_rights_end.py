"""Every address, asked by people whose access was taken away or who owe a proof first."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from greendistrict.accounts import services
from greendistrict.signin import stamps
from tests import caches
from tests.factories.accounts import make_user
from tests.portal.addresses import Addresses
from tests.portal.routes import routes
from tests.signin.test_sessions import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLOSED = {401, 403, 404, 405, 410}
WAY_OUT = "accounts:logout"  # ends the session that the crawl needs
# Pages that a keeper reaches before the second factor is set up, and why.
BEFORE_THE_FACTOR = {
    "accounts:login", "accounts:care", "accounts:password_change", "api:docs", "api:schema",  # ways in and out
    "signin:factors", "signin:app_add", "signin:passkey_add", "signin:proof", "signin:proof_passkey",  # the factor itself
    "signin:second", "signin:second_passkey", "signin:sso", "signin:sso_back",
    "signin:sessions", "signin:session_end", "signin:session_left", "signin:session_stay", "signin:session_warning",
}  # fmt: skip
# What a keeper may do without a fresh proof: nothing of it gives or takes away a right, shows a secret or personal data.
WITHOUT_PROOF = BEFORE_THE_FACTOR | {
    "accounts:introduced", "notifications:channel_settings", "notifications:read_all", "notifications:read_drop",
    "portal:personal_correction", "portal:privacy_notice",
}  # fmt: skip
# Keys and rights that people other than keepers give.
KEYS = {
    "accounts:delegation_give", "accounts:invite", "carbon:meter_tokens", "obligations:feed_settings", "portal:leaving", "portal:tokens",
    "portal:webhook", "portal:webhook_redeliver", "portal:webhook_remove", "portal:webhooks",
}  # fmt: skip


@pytest.fixture
def places(people):
    """One address of each route that takes signing in."""
    addresses, anybody = Addresses(), SimpleNamespace(sees=lambda *_: None)
    found = {route.name: addresses.of(route, anybody)[0][0] for route in routes() if route.name != WAY_OUT}
    closed = {name: url for name, url in found.items() if getattr(resolve(urlsplit(url).path).func, "login_required", True)}
    assert len(closed) > 400
    return closed


def answers(places, cookies=None, methods=("get", "post")):
    """(status, path led to) of a page and of an empty form at each place; the cookie is sent every time."""
    found, client = {}, Client(raise_request_exception=False)
    caches.empty()
    for name, url in places.items():
        for method in methods:
            client.cookies.clear()
            client.cookies.load(cookies or {})
            answer = getattr(client, method)(url)
            found[method, name] = answer.status_code, urlsplit(answer.headers.get("Location", "")).path
    return found


def cookie_of(person):
    return {key: morsel.value for key, morsel in signed_in(person).cookies.items()}


def test_an_old_cookie_is_worth_what_none_is(people, places):
    """Of a disabled person, of one who was enabled again, and of one whose last post was ended this minute."""
    old = {person: cookie_of(person) for person in (people.preparer, people.city_officer, people.audit_keeper, people.partner)}
    acts = ((people.preparer, False), (people.city_officer, False), (people.city_officer, True))
    for person, active in acts:
        services.set_active(user=person, active=active, by=people.system_keeper, reason="离职")
    make_user("audit_keeper", people.keeper_body)  # the last one stays
    for person in (people.audit_keeper, people.partner):
        services.end_post(post=person.posts.get(), by=people.security_keeper, reason="离职")
    visitor = answers(places)
    for person, cookies in old.items():
        found = answers(places, cookies, ("get", "post")[: 1 + (person == people.city_officer)])
        assert {place: got for place, got in found.items() if got != visitor[place]} == {}, person.username


def test_a_keeper_without_the_second_factor_reaches_what_sets_one_up(people, places, settings):
    settings.SECOND_FACTOR, setup = ["keepers"], reverse("signin:factors")
    for keeper in (people.system_keeper, people.security_keeper, people.audit_keeper):
        found = answers(places, cookie_of(keeper))
        wrong = {place: got for place, got in found.items() if got not in {(302, setup), (403, "")}}
        assert {name for _method, name in wrong} <= BEFORE_THE_FACTOR, keeper.username


def test_a_keeper_with_a_stale_proof_acts_nowhere(people, places, settings, monkeypatch):
    settings.REASK_MINUTES = 15
    for person in (people.system_keeper, people.security_keeper, people.audit_keeper, people.preparer):
        is_keeper, cookies, at = person != people.preparer, cookie_of(person), stamps.now()
        with monkeypatch.context() as later:
            later.setattr(stamps, "now", lambda at=at: at + 16 * 60)
            found = answers(places if is_keeper else {name: places[name] for name in KEYS}, cookies, ("post",))
        asked = {name for (_method, name), got in found.items() if got == (302, reverse("signin:proof"))}
        assert asked >= (KEYS if not is_keeper else {"accounts:user_activity", "accounts:post_end", "signin:factors_reset"})
        if is_keeper:
            taken = {name for (_method, name), got in found.items() if got[0] not in CLOSED} - asked
            assert taken <= WITHOUT_PROOF, person.username
