"""What is private is kept nowhere, and rooms that are not for a seat do not exist for it."""

import pytest
from django.urls import reverse

from portal.frame.middleware import BUSINESS_ROOMS, NOT_FOR_EXPERTS, PUBLIC
from portal.tokens.services import make_token
from tests.architecture.test_access import FOUND
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
KEPT = "private, no-store"
BUSINESS = [(name, dict(arguments)) for name, arguments in FOUND if name.partition(":")[0] in BUSINESS_ROOMS and name not in PUBLIC]


@pytest.mark.parametrize("seat", ["system_keeper", "security_keeper", "audit_keeper"])
def test_keepers_find_no_room_where_business_is_done(client, people, seat):
    client.force_login(getattr(people, seat))
    answers = {name: client.get(reverse(name, kwargs=given)).status_code for name, given in BUSINESS}
    assert {name for name, status in answers.items() if status != 404} == set()


def test_experts_find_no_empty_lists_and_forms_of_others(client, people):
    client.force_login(people.expert1)
    assert {client.get(reverse(name)).status_code for name in NOT_FOR_EXPERTS} == {404}
    own = ("obligations:obligation_list", "obligations:duty_calendar", "obligations:feed_settings")
    assert {client.get(reverse(name)).status_code for name in own} == {200}
    assert client.get(reverse("assessments:review_list")).status_code == 200


@pytest.mark.parametrize("name", ["approvals:case_start", "approvals:change_start"])
def test_only_who_prepares_for_an_applicant_chooses_what_to_begin(client, people, name):
    """Others would choose a district from an empty list."""
    opened = set()
    for seat, user in people.everybody.items():
        client.force_login(user)
        opened |= {seat} if client.get(reverse(name)).status_code == 200 else set()
    assert opened == {"preparer", "outsider_preparer"}


@pytest.mark.parametrize(
    "name", ["portal:workdesk", "approvals:case_list", "approvals:case_export", "accounts:organisation_detail", "api:titles"]
)
def test_answers_to_who_is_signed_in_are_kept_nowhere(client, people, name):
    client.force_login(people.city_officer)
    assert client.get(reverse(name))["Cache-Control"] == KEPT


def test_so_are_the_answer_to_signing_in_pages_that_do_not_exist_and_the_api(client, people):
    answer = client.post(reverse("accounts:login"), {"username": "partner", "password": PASSWORD})
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/cases/999999/")["Cache-Control"] == KEPT
    client.logout()
    secret = make_token(by=people.partner)
    assert client.get(reverse("api:titles"), HTTP_AUTHORIZATION=f"Token {secret}")["Cache-Control"] == KEPT


def test_public_pages_of_strangers_may_be_kept(client):
    assert "Cache-Control" not in client.get(reverse("portal:register"))
