"""Whatever somebody owes leads to a page on which it is done or begun, or which says why not; in the stored world, for every seat."""

import datetime as dt
import re

import pytest
from lxml import html

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.signin import stamps
from obligations.selectors import acts, obligations_visible_to
from reports.closings.services import open_due
from tests.pages.world import NOW, connected_to
from tests.portal.writes import undone

DAYS = (0, 120, 420)  # after the day of the stored world
BEGINS = re.compile(r"/(new|add|edit|open)/|/operation/[\w-]+/\d{4}/[a-z]+/$")
PRINTS = re.compile(r"/reports/(papers|letters)|/export")
WHY = re.compile(r"还不能|由[^。]{1,60}(开始|办理|填报|登记|审核|签发|报送|答复)|不用填报|等待|自\d{4}年|现在没有")


def offers(page: str) -> bool:
    """Whether a page has something to press besides what is printed from it, or leads on to where there is."""
    main = html.fromstring(page).find(".//main")
    forms = (form.get("action", "") for form in main.xpath(".//form[@method='post']"))
    ways = main.xpath(".//a[contains(@class,'btn-primary')]") or [way for way in main.xpath(".//a/@href") if BEGINS.search(way)]
    return bool(ways) or any(not PRINTS.search(action) for action in forms)


def opened(client, user, address):
    """Status and text of a page as somebody reads it."""
    client.force_login(user)
    session = client.session
    stamps.begin(session)
    session.save()
    answer = client.get(address, follow=True)
    return answer.status_code, answer.content.decode()


def against(client, username):
    """What somebody owes and cannot come to, or not do where it leads; and the kinds that were looked at."""
    user = User.objects.get(username=username)
    viewer, pages, found = Viewer(user), {}, []
    rows = [row for row in obligations_visible_to(viewer) if row.is_open]
    for row in rows:
        mine = acts(viewer.held, row)
        if row.link and row.link not in pages:
            pages[row.link] = opened(client, user, row.link)
        status, text = pages.get(row.link, (0, ""))
        if (mine or row.link) and status != 200:
            found.append(f"{username} {row.kind} {row.link or row.key}: {status}")
        elif mine and not offers(text) and not WHY.search(text):
            found.append(f"{username} {row.kind} {row.link}: nothing to do")
    return found, {row.kind for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("days", DAYS)
def test_what_somebody_owes_is_done_or_begun_where_it_leads(client, stored, django_db_blocker, days):
    with django_db_blocker.unblock(), connected_to(stored):
        people = User.objects.filter(is_active=True, posts__isnull=False).order_by("username").values_list("username", flat=True).distinct()
        found, kinds = [], set()
        for username in people:
            with clock.at(NOW + dt.timedelta(days=days)), undone():
                open_due(clock.today())  # the night before opens the year's closing
                wrong, seen = against(client, username)
                found, kinds = [*found, *wrong], kinds | seen
    assert (found, len(kinds) >= 8) == ([], True), kinds
