"""Who looks at a report's progress sees it end; the message is for those who went away."""

import pytest
from django.urls import reverse

from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from reports.jobs import services
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from tests.factories.accounts import cast
from tests.factories.received import received_self_check

pytestmark = pytest.mark.django_db


def told(user):
    while outbox.drain():
        pass
    return Notification.objects.filter(receiver=user, kind="report_ready").count()


@pytest.mark.parametrize("waits", [True, False])
def test_no_message_tells_what_is_seen_on_the_page(client, waits):
    people = cast()
    received_self_check(people)
    job = request_report(kind=ReportKind.ANNUAL_CITY, by=people.city_officer, year=2026, formats=("json",))
    client.force_login(people.city_officer)
    if waits:
        assert client.get(reverse("reports:job", args=[job.pk])).status_code == 200
    services.finish(ExportJob.objects.get(pk=job.pk), JobState.DONE)
    assert told(people.city_officer) == (0 if waits else 1)
