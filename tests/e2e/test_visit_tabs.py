"""Two tabs at one site visit: what waited for the network goes once, and both tabs show it."""

import re

import pytest

from approvals.acceptances.models import VisitPhoto, VisitRow
from greendistrict.processes import until
from tests.e2e.steps.cases import page, picture, saved
from tests.e2e.steps.seats import desk
from tests.factories.acceptance import Accepting

pytestmark = [
    pytest.mark.area("approvals/acceptances", "static/js/visit.js", "static/js/offline-queue.js"),
    pytest.mark.django_db(transaction=True),
]
VISIT = re.compile(r"/visit/\d+/")


def test_two_tabs_send_a_line_and_a_photo_once(local_browser, live_server, album, tmp_path):
    walk = Accepting().to_visiting()
    row = VisitRow.objects.filter(visit__case=walk.case).first()
    with desk(local_browser, live_server, album, walk.people) as seats:
        phone = seats.phone("secretariat")
        phone.context.route(VISIT, lambda route: route.abort())
        phone.open(page("case_visit", walk.case))
        place = phone.page.locator(f"#row-{row.pk}")
        place.get_by_text("部分相符").click()
        place.locator("textarea").fill("二期未投用")
        place.locator("input[type=file]").set_input_files(picture(tmp_path))
        phone.page.get_by_text("1项、1张照片已存在本机").wait_for()
        second = phone.context.new_page()
        second.goto(phone.page.url)
        again = second.locator(f"#row-{row.pk}")
        second.get_by_text("1项、1张照片已存在本机").wait_for()
        assert again.locator("textarea").input_value() == "二期未投用"
        posts = []
        phone.context.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
        phone.context.unroute(VISIT)
        for tab in (phone.page, second):
            tab.evaluate("dispatchEvent(new Event('online'))")
        for tab in (phone.page, second):
            tab.get_by_text("已全部保存").wait_for()
        assert until(lambda: saved(row).note == "二期未投用", 20)
        for shown in (place, again):
            shown.locator("[data-photos] a").wait_for()
            assert shown.locator("[data-photos] a").count() == 1
            assert shown.locator("[name=version]").first.input_value() == "1"
        assert (len(posts), saved(row).version, VisitPhoto.objects.filter(row=row).count()) == (2, 1, 1)
        second.close()
        phone.complaints.clear()
