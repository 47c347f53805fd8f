"""A withdrawn announcement gives back the title that it had replaced or ended."""

import pytest
from django.urls import reverse

from approvals.amendments.services import propose_amendment
from approvals.titles.models.amendments import Restoration
from approvals.titles.models.publicity import Announcement, Title
from districts.file.models.district import District
from greendistrict.core import clock
from tests.factories.acceptance import Accepting, Losing, failing
from tests.steps import step

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def withdraw(people, batch):
    made = propose_amendment(batch=batch, by=people.city_officer, subject="withdraw", reason="公告有误（虚构）")
    step(made, "approve", people.city_director)
    step(made, "publish", people.city_officer, number="演沪建公告〔2026〕77号", published_on=clock.today())


def test_withdrawing_a_demonstration_gives_the_pilot_title_back():
    accepting = Accepting().to_decided().announce()
    batch = Announcement.objects.get(lines__case=accepting.case)
    pilot = Title.objects.get(district=accepting.district, kind="pilot")
    assert pilot.end == "superseded"
    withdraw(accepting.people, batch)
    pilot.refresh_from_db()
    district = District.objects.get(pk=accepting.district.pk)
    assert (pilot.end, district.stage, district.title_number) == ("", "pilot", pilot.number)
    assert Restoration.objects.get().was_end == "superseded"


def test_withdrawing_the_end_of_a_title_gives_it_back(client):
    losing = Losing(*failing()).to_served().announce()
    batch = Announcement.objects.get(lines__case=losing.case)
    title = Title.objects.get(end_announcement=batch)
    kind = title.kind
    withdraw(losing.people, batch)
    title.refresh_from_db()
    district = District.objects.get(pk=title.district_id)
    assert (title.end, title.ended_on, district.stage) == ("", None, kind)
    assert "已恢复" in client.get(reverse("approvals:announcement", args=[batch.pk])).content.decode()
