"""An adverse step of the city asks its person anew who is there, on the page of a real matter."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from greendistrict.signin import stamps
from greendistrict.workflow.models import TransitionRecord
from tests.factories.accounts import PASSWORD
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db
REFUSE = {"action": "refuse", "reason": "不属于本市受理范围（虚构）", "confirmed": "yes"}


@pytest.fixture
def filing(settings):
    settings.REASK_MINUTES = 15
    return Filing().to_sent()


def sent(client, filing, **typed):
    values = {**REFUSE, "version": filing.fresh().version, **typed}
    page = reverse("approvals:case_action", args=[filing.case.pk, values["action"]])
    return client.post(page, values, headers={"Referer": f"http://testserver{page}"})


def refused(filing):
    return TransitionRecord.objects.filter(action="refuse", subject=f"approvals.case:{filing.case.pk}").exists()


def test_an_adverse_step_asks_anew_and_is_taken_after_the_proof(client, filing, monkeypatch):
    client.force_login(filing.people.city_officer)
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 16 * 60)
    asking = sent(client, filing)
    assert asking.url.startswith(reverse("signin:proof"))
    assert not refused(filing)
    back = asking.url.partition("next=")[2]
    assert client.post(reverse("signin:proof"), {"password": PASSWORD, "next": back}).url == back
    assert sent(client, filing).status_code == HTTPStatus.FOUND
    assert refused(filing)


def test_other_steps_do_not_ask(client, filing, monkeypatch):
    client.force_login(filing.people.city_officer)
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 16 * 60)
    answer = sent(client, filing, action="accept", reason="")
    assert not answer.headers.get("Location", "").startswith(reverse("signin:proof"))


def test_a_recent_proof_is_enough(client, filing):
    client.force_login(filing.people.city_officer)
    assert sent(client, filing).status_code == HTTPStatus.FOUND
    assert refused(filing)
