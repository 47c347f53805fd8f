"""A host whose own clock is wrong: times that others compare are right, and the host is named."""

import platform
import time

import pytest
from django.urls import reverse

from greendistrict.core import database_clock
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("off", "words"), [(600, "相差600秒（快）"), (-7, "相差7秒（慢）"), (3, "")])
def test_what_hosts_compare_follows_the_database_and_a_wrong_host_is_named(client, monkeypatch, off, words):
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + off)
    database_clock._known.clear()
    assert abs(database_clock.timestamp() - real()) < 2
    client.force_login(make_user("system_keeper"))
    page = client.get(reverse("portal:operations")).content.decode()
    assert (f"主机{platform.node()}的时钟与数据库{words}" in page) is bool(words)
