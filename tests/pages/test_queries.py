"""Whatever stands in the address of a list is answered: a day at the end of time, a number without an end, signs no table holds."""

import re
from http import HTTPStatus
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
import pytest
from django.test import Client

from greendistrict.accounts.models import User
from greendistrict.core import clock
from tests.pages.asked import asked
from tests.pages.world import NOW, VISITOR, stored_world

pytestmark = pytest.mark.slow
DAYS = ("0001-01-01", "9999-12-31")
OTHERS = ("9" * 21, "\0", "١٢")


@pytest.fixture
def world(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock(), stored_world(tmp_path_factory.mktemp("pages") / "portal"), clock.at(NOW):
        yield


def browser_of(seat):
    client = Client(raise_request_exception=False)
    if seat != VISITOR:
        client.force_login(User.objects.get(username=seat))
    return client


def asking(page, content):
    """(path, name, type) of what one may type into the address: fields of forms that ask, for their page and the exports it leads to."""
    document = lxml.html.fromstring(content)
    paths = {urlsplit(urljoin(page, link)).path for link in document.xpath("//a/@href") if re.search(r"/export/", link)}
    for form in document.xpath('//form[@method="get"]'):
        own = urlsplit(urljoin(page, form.get("action") or "")).path or page
        for field in form.xpath(".//*[@name]"):
            yield from ((path, field.get("name"), field.get("type")) for path in {own, *paths})


def test_any_value_in_the_address_of_a_list_is_answered(world):
    browsers, tried, failed = {}, set(), []
    for page in (page for pages in asked().values() for page in pages if page.data is None):
        client = browsers.setdefault(page.seat, browser_of(page.seat))
        answer = client.get(page.address)
        if answer.status_code != HTTPStatus.OK or "html" not in answer["Content-Type"]:
            continue
        for path, name, kind in set(asking(urlsplit(page.address).path, answer.content)) - tried:
            tried.add((path, name, kind))
            for value in DAYS if kind == "date" else OTHERS:
                given = f"{path}?{urlencode({name: value})}"
                if client.get(given).status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    failed.append((page.seat, given))
    assert len(tried) > 300
    assert failed == []
