"""Demo events: two held, one upcoming, one cancelled; a district may enter the training in its ledger."""

import pytest

from greendistrict.core import clock
from outreach.exchange import selectors
from outreach.exchange.models import ExchangeEvent
from tests.factories.accounts import cast
from tests.outreach.exchange.world import pilot
from tools.demo import exchange

pytestmark = pytest.mark.django_db


def test_the_demo_tells_four_events():
    people = cast()
    exchange.write(pilot(people), {**people.everybody, "authority_bing": people.authority}, clock.today())
    found = list(ExchangeEvent.objects.order_by("opened_at", "pk"))
    assert [one.status for one in found] == ["closed", "closed", "published", "cancelled"]
    assert all(one.is_demo for one in found)
    assert found[2].starts_on > clock.today()
    [line] = selectors.ledger_lines(found[0], people.authority)
    assert (line.came, line.session, line.may_take) == (1, None, True)
