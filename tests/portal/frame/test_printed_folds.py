"""A page is printed with what is folded on it, and folded again afterwards; forms and filters stay as they are."""

import pytest

from tests.assessments.browsing import signed_in
from tests.factories.approvals import Filing

pytestmark = pytest.mark.slow
OPEN = "(fold) => [...document.querySelectorAll('#main details')].filter((one) => one.open).length"


def test_what_is_folded_is_printed_and_folded_again(browser, live_server, people):
    filing = Filing(people).to_sent()
    page = signed_in(browser, live_server, people.preparer)
    page.goto(f"{live_server.url}/cases/{filing.case.pk}/")
    folded = page.locator("#main details.gd-fold:not([open])")
    count, before = folded.count(), page.evaluate(OPEN)
    assert count >= 2
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert folded.count() == 0
    assert page.locator("#materials").is_visible()
    assert page.locator("#main .gd-delete[open], #main form details[open], #main .gd-filter details[open]").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert (folded.count(), page.evaluate(OPEN)) == (count, before)
    page.net.close()
