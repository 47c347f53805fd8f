"""An insider at every seat: hostile values in every form and address that can be seen, and strangers at addresses that are not theirs."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from scripts.crawl import VARIABLE
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.reviews import Scene
from tests.portal.attacks import Attack, answers_to, read_by
from tests.portal.strangers import STRANGERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOMS = ("/cases/", "/assessments/", "/documents/", "/districts/", "/indicators/", "/reports/")


def is_named(url, codes):
    """Whether the address leads to one matter, not to a list."""
    parts = urlsplit(url).path.split("/")
    return url.startswith(ROOMS) and any(VARIABLE.match(part) or part in codes for part in parts)


def test_nothing_fails_nothing_is_kept_and_strangers_read_and_write_nothing():
    people = cast()
    filing = Filing(people).to_accepted()
    check = make_self_check(people)
    scene = Scene(people=people).to_scoring()
    codes = {filing.district.code, check.district.code, scene.table.district.code}
    attack = Attack()
    for seat, user in people.everybody.items():
        client = Client()
        client.force_login(user)
        attack.visit(seat, client, most=70)
    assert attack.wrong == []
    assert attack.sent > 1000
    titled = f"/districts/{check.district.code}/"  # what everybody may know of a district with a title
    known = {titled, f"{titled}timeline/"}
    named = {url for url in attack.pages if is_named(url, codes) and urlsplit(url).path not in known}
    assert len(named) > 20
    # What falls due in a year is asked for by everybody, each of the own districts.
    forms = {url: fields for url, fields in attack.posts.items() if is_named(url, codes) and "/papers/obligations/" not in url}
    assert len(forms) > 40
    for role, kind in STRANGERS.items():
        client = Client()
        client.force_login(make_user(role, make_organisation(kind)))
        assert read_by(client, named) == set(), role
        assert {url: code for url, code in answers_to(client, forms).items() if code not in {403, 404}} == {}, role
