"""Passwords are hashed one at a time: the next ones wait for a moment, more are told to come again, and pages are held up by none."""

import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from greendistrict.accounts import hashers, links
from greendistrict.accounts.models import PasswordLink
from greendistrict.accounts.passwords import set_password
from greendistrict.accounts.revocation import Why
from greendistrict.audit.models import AuditRecord
from greendistrict.processes import until
from tests.accounts.test_accounts import NEW
from tests.accounts.test_links import letters
from tests.factories.accounts import PASSWORD

BUSY = HTTPStatus.SERVICE_UNAVAILABLE
LONG = 60  # seconds: far from what is awaited, however busy the machine is
BOTH = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(hashers, "WAIT_SECONDS", LONG)


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(hashers, "WAIT_SECONDS", 0.01)


def sign_in(name="preparer", password=PASSWORD, **headers):
    """The answer to a sign-in, in a connection of its own."""
    try:
        return Client().post(reverse("accounts:login"), {"username": name, "password": password}, **headers)
    finally:
        connection.close()


def somebody_waits():
    """Whether the one place that this test leaves is taken."""
    free = hashers.WAITING.acquire(blocking=False)
    if free:
        hashers.WAITING.release()
    return not free


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_its_turn_while_pages_are_answered(client, people, patient):
    with ThreadPoolExecutor() as beside, hashers.WAITING:
        with hashers.in_turn():
            second = beside.submit(sign_in)
            assert until(somebody_waits, LONG)
            assert [client.get(reverse(name)).status_code for name in ("portal:home", "accounts:login")] == [200, 200]
            client.force_login(people.city_officer)
            assert client.get(reverse("portal:workdesk")).status_code == HTTPStatus.OK
            assert not second.done()
            third = beside.submit(sign_in, "reviewer").result(LONG / 2)
            assert third.status_code == BUSY, "two who wait are enough"
        assert second.result(LONG).status_code == HTTPStatus.FOUND
    assert sign_in("reviewer").status_code == HTTPStatus.FOUND


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_in_one_after_the_other_or_told_to_come_again(people):
    with ThreadPoolExecutor(6) as beside:
        answers = [one.result(LONG).status_code for one in [beside.submit(sign_in) for _ in range(6)]]
    assert set(answers) <= {HTTPStatus.FOUND, BUSY}
    assert answers.count(HTTPStatus.FOUND) >= 1
    assert sign_in().status_code == HTTPStatus.FOUND, "each turn has ended"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["preparer", "nobody"])
def test_who_waits_for_more_than_a_second_is_told_to_come_again_and_keeps_the_name(people, name):
    began = time.monotonic()
    with hashers.in_turn():
        answer = Client().post(reverse("accounts:login"), {"username": name, "password": PASSWORD, "next": "/register/"})
    assert time.monotonic() - began >= hashers.WAIT_SECONDS == 1
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], hashers.CROWDED in page) == (BUSY, "2", True)
    assert (f'value="{name}"' in page, 'value="/register/"' in page, PASSWORD in page) == (True, True, False)
    assert not AccessAttempt.objects.exists()
    assert not AuditRecord.objects.filter(action="accounts.login_failed").exists()


@pytest.mark.django_db
def test_the_dialog_on_a_page_is_told_in_words(people, hurried):
    form = {"username": "preparer", "password": PASSWORD}
    with hashers.in_turn():
        answer = Client().post(reverse("accounts:login"), form, headers={"X-In-Place": "1"})
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (BUSY, "2", "text/plain; charset=utf-8")
    assert answer.content.decode() == hashers.CROWDED


def change(people):
    return reverse("accounts:password_change"), {"old_password": PASSWORD, **BOTH}


def prove(people):
    return reverse("signin:proof"), {"password": PASSWORD, "next": "/districts/"}


def use_link(people):
    links.ask_own(username=people.preparer.username, email=people.preparer.email)
    (address,) = letters(people.preparer.email)
    return address, BOTH


@pytest.mark.django_db
@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("history", [5, 0])
@pytest.mark.parametrize("way", [change, prove, use_link])
def test_every_page_with_a_password_waits_in_the_same_row(preparer, people, settings, way, history):
    settings.PASSWORD_HISTORY = history
    address, form = way(people)
    recorded = AuditRecord.objects.count()
    with hashers.in_turn():
        answer = preparer.post(address, form)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], hashers.CROWDED in page) == (BUSY, "2", True)
    assert (PASSWORD in page, NEW in page) == (False, False)
    assert (AuditRecord.objects.count(), AccessAttempt.objects.count()) == (recorded, 0)
    assert not PasswordLink.objects.exclude(used_at=None).exists()
    people.preparer.refresh_from_db()
    assert people.preparer.check_password(PASSWORD)
    assert preparer.post(address, form).status_code in {HTTPStatus.OK, HTTPStatus.FOUND}
    assert AuditRecord.objects.count() > recorded or way is prove


@pytest.mark.django_db
def test_a_proof_keeps_where_it_leads(preparer, people, hurried):
    with hashers.in_turn():
        page = preparer.post(*prove(people)).content.decode()
    assert 'name="next" value="/districts/"' in page


@pytest.mark.django_db
def test_a_new_password_is_hashed_in_turn_and_nothing_of_it_stays_where_the_turn_does_not_come(people, hurried):
    before = people.preparer.password
    with hashers.in_turn(), pytest.raises(hashers.Crowded):
        set_password(user=people.preparer, password=NEW, why=Why.PASSWORD)
    people.preparer.refresh_from_db()
    assert people.preparer.password == before


def test_a_turn_ends_with_an_error_as_well(hurried):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), hashers.in_turn():
            raise ZeroDivisionError
    for _ in range(2):  # places to wait come back as well
        with hashers.in_turn(), hashers.WAITING, pytest.raises(hashers.Crowded), hashers.in_turn():
            pass
    with hashers.in_turn():
        assert hashers.HASHING.locked()
    assert not hashers.HASHING.locked()


def test_the_hasher_of_the_settings_hashes_and_checks_in_turn(real_hashers, hurried):
    hasher = get_hasher()
    stored = hasher.encode(PASSWORD, hasher.salt())
    assert hasher.verify(PASSWORD, stored)
    with hashers.in_turn():
        with pytest.raises(hashers.Crowded):
            hasher.encode(PASSWORD, hasher.salt())
        with pytest.raises(hashers.Crowded):
            hasher.verify(PASSWORD, stored)
