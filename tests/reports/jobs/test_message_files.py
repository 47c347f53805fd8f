"""Messages that a paper was made offer its files at once, in the inbox and on the desk, to whoever may open them."""

import pytest
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.notifications.selectors import notifications_visible_to, with_files
from greendistrict.workflow import outbox
from reports.jobs import services
from reports.jobs.models import Asker
from reports.jobs.requests import request_report
from tests.reports.world import KIND, places

INBOX, DESK = reverse("notifications:inbox"), f"{reverse('portal:workdesk')}?tab=messages"


def made(by, place=0):
    job = request_report(kind=KIND, year=2026, by=by, district=places()[place])
    services.run(job.pk)
    while outbox.drain():
        pass
    return job


def offered(user):
    viewer = Viewer(user)
    return [[file.words for file in shown.files] for shown in with_files(viewer, notifications_visible_to(viewer))]


def test_a_message_offers_the_files_of_its_report_and_is_read_with_them(client, sheets):
    officer = sheets.city_officer
    job = made(officer)
    note = Notification.objects.get(receiver=officer)
    assert offered(officer) == [["PDF", "XLSX"]]
    client.force_login(officer)
    address = reverse("notifications:follow", args=[note.pk])
    for page in (INBOX, DESK):
        assert client.get(page).content.decode().count(f"{address}?file=") == 2
    key = job.files.get(format="pdf").document.key
    assert client.get(address, {"file": key}).url == reverse("documents:download", args=[key])
    note.refresh_from_db()
    assert note.read_at is not None
    assert client.get(address, {"file": "no-such-file"}).url == note.link


def test_no_file_is_offered_that_may_not_be_opened_or_is_not_there(sheets):
    officer, preparer = sheets.city_officer, sheets.preparer
    job, waiting = made(preparer), request_report(kind=KIND, year=2025, by=officer, district=places()[0])
    links = [reverse("reports:job", args=[job.pk]), reverse("reports:job", args=[waiting.pk]), "/reports/jobs/x/", "/desk/", ""]
    for user in (officer, sheets.outsider_preparer):
        for link in links:
            about = {"kind": "report_ready", "title": "报告已生成", "created_at": clock.now()}
            Notification.objects.create(key=f"{user.pk}{link}", receiver=user, link=link, **about)
    places()[0].refresh_from_db()
    assert sorted(offered(officer)) == [[], [], [], [], ["PDF", "XLSX"]]
    type(places()[0]).objects.update(applicant=preparer.posts.get().organisation)
    Asker.objects.filter(user=sheets.outsider_preparer).delete()
    assert offered(sheets.outsider_preparer) == [[]] * 5


@pytest.mark.parametrize("count", [1, 3])
def test_many_messages_cost_the_queries_of_one(client, sheets, kept_queries, count):
    for place in range(count):
        made(sheets.city_officer, place)
    client.force_login(sheets.city_officer)
    for name, page in (("inbox", INBOX), ("desk", DESK)):
        client.get(page)
        with kept_queries(name):
            client.get(page)
