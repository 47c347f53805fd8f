"""Demo events and requests for information, each at every stage."""

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.selectors import scans_of
from outreach.exchange import selectors
from outreach.exchange.models import ExchangeEvent
from tests.outreach.exchange.world import pilot
from tools.demo import afterwards, exchange


def test_events_are_held_upcoming_and_cancelled_and_a_district_may_enter_the_training_in_its_ledger(people):
    exchange.write(pilot(people), {**people.everybody, "authority_bing": people.authority}, clock.today())
    found = list(ExchangeEvent.objects.order_by("opened_at", "pk"))
    assert [(one.status, one.is_demo) for one in found] == [(status, True) for status in ("closed", "closed", "published", "cancelled")]
    assert found[2].starts_on > clock.today()
    [line] = selectors.ledger_lines(found[0], Viewer(people.authority))
    assert (line.came, line.session, line.may_take) == (1, None, True)


def test_one_letter_is_on_file_as_a_scan_and_of_one_reply_the_service_is_not_on_record(people):
    afterwards.requests(people.everybody, clock.today())
    found = list(DisclosureRequest.objects.order_by("filed_at", "pk"))
    assert [one.is_demo for one in found] == [True] * 6
    answered = [one for one in found if one.replied_on]
    told = [(one.outcome, one.served_on is not None, scans_of(one).count()) for one in answered]
    assert told == [("granted", True, 1), ("published", False, 0)]
