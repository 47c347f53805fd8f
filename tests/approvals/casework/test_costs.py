"""Lists about cases and titles of which the stored world has few rows ask the same for one row and for three."""

import pytest
from django.urls import reverse

from approvals.letter_texts.services import propose_text
from approvals.settings.services import propose_setting
from greendistrict.core import clock
from tests.factories.acceptance import FAILED, Accepting, Losing, make_pilot, record_failures


def wording(people, number):
    key, text = (("acceptance", "受理编号{受理编号}。"), ("correction", "请在平台提交。"), ("grant-pilot", "请继续建设。"))[number]
    since = clock.today() + clock.today().resolution
    propose_text(key=key, text=text, since=since, reason="统一用语（虚构）", by=people.city_officer)


def proposal(people, number):
    key, value = (("supplement.days", 20), ("consult_days", 7), ("form_review_days", 7))[number]
    propose_setting(key=key, value=value, reason="处务会议定", by=people.city_officer)


def loss(people, _number):
    """A failed acceptance, a pilot that failed twice, and a file to revoke another title."""
    Accepting(people, make_pilot(people)).to_failed()
    for _ in range(2):
        district = make_pilot(people)
        record_failures(district, people.city_officer, *FAILED)
    Losing(people, district)


LISTS = {
    "approvals:letter_text_list": wording,
    "approvals:setting_list": proposal,
    "approvals:loss_list": loss,
    "approvals:acceptance_ready": loss,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_same(client, people, kept_queries, name):
    client.force_login(people.city_officer)
    for number in range(3):
        LISTS[name](people, number)
        client.get(reverse(name))
        if number != 1:
            with kept_queries(name):
                assert client.get(reverse(name)).status_code == 200
