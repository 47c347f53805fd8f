"""Accounts that nobody uses: a notice fourteen days before, then disabled, by the nightly job."""

import datetime as dt

import pytest

from greendistrict.accounts import services, unused
from greendistrict.accounts.models import User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from tests.factories.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


def used(days, role="preparer", **kw):
    return make_user(role, make_organisation(), is_demo=False, last_login=clock.now() - dt.timedelta(days=days), **kw)


def notices(person):
    outbox.drain()
    return [one.title for one in Notification.objects.filter(receiver=person)]


def test_warned_then_disabled_once():
    keeper = used(1, "system_keeper")
    fresh, near, idle = used(75), used(77), used(91)
    assert unused.look() == 1
    assert unused.look() == 0
    assert {one.pk for one in User.objects.filter(is_active=False)} == {idle.pk}
    assert notices(near) == ["账号长期没有使用，将停用"]
    assert notices(fresh) == []
    assert notices(keeper) == [f"{idle.name}的账号因90天没有使用停用"]
    record = AuditRecord.objects.get(action="accounts.disable_unused")
    assert (record.subject, record.actor_name) == (f"accounts.user:{idle.pk}", "系统")


def test_enabled_again_counts_as_used():
    keeper, idle = used(1, "system_keeper"), used(91)
    unused.look()
    idle.refresh_from_db()
    services.set_active(user=idle, active=True, by=keeper, reason="回来")
    assert unused.look() == 0
    with clock.at(clock.now() + dt.timedelta(days=91)):
        assert unused.look() == 1
    assert User.objects.get(pk=keeper.pk).is_active  # the last keeper of a kind stays, or nobody could enable anybody


def test_the_last_keeper_stays_a_second_one_does_not():
    first, second = used(200, "security_keeper"), used(1, "security_keeper")
    assert unused.look() == 1
    assert not User.objects.get(pk=first.pk).is_active
    with clock.at(clock.now() + dt.timedelta(days=200)):
        assert unused.look() == 0
    assert User.objects.get(pk=second.pk).is_active


def test_fiction_and_a_limit_of_none_disable_nobody(settings):
    make_user("preparer", last_login=clock.now() - dt.timedelta(days=400))
    assert unused.look() == 0
    used(400)
    settings.UNUSED_DAYS = 0
    assert unused.look() == 0


def test_never_signed_in_counts_from_the_account():
    person = used(1)
    User.objects.filter(pk=person.pk).update(last_login=None, password_changed_at=clock.now() - dt.timedelta(days=91))
    assert unused.look() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_who_is_far_from_the_limit_costs_nothing(django_assert_num_queries, count):
    for _ in range(count):
        used(5)
    with django_assert_num_queries(2):  # the second crosses out what an earlier run could not do
        unused.look()
