"""Role × page: which pages of the frame each seat may open; ``test_walk.py`` asks for all of them."""

import datetime as dt

import pytest
from django.urls import get_resolver, reverse

from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.workflow.models import OutboxMessage
from portal.district_page.views import district as district_page
from tests.factories.approvals import Filing
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
PORTAL = ("portal:home", "portal:register", "portal:verify", "portal:workdesk", "portal:search", "portal:tokens", "portal:webhooks")
WEBHOOK_SEATS = {"city_officer", "city_checker", "city_director", "city_legal", "partner", "preparer", "consultant", "outsider_preparer"}
OPEN_TO = {"portal:tokens": WEBHOOK_SEATS | {"authority", "bureau"}, "portal:webhooks": WEBHOOK_SEATS}  # departments answer by the API
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}
OWN_SIDE = {"authority", "preparer", "reviewer", "consultant"}
KEEPERS = {"system_keeper", "security_keeper", "audit_keeper"}
EVERYBODY = CITY | OWN_SIDE | KEEPERS | {f"expert{number}" for number in range(1, 6)}
EVERYBODY |= {"secretariat", "partner", "bureau", "verifier", "outsider_preparer"}
# Pages about what falls due and about operations, and the seats that may open each.
OPENED_BY = {
    "obligations:obligation_list": EVERYBODY - KEEPERS,
    "obligations:duty_calendar": EVERYBODY - KEEPERS,
    "notifications:channel_settings": EVERYBODY,
    "portal:public_outages": EVERYBODY,
    "portal:outlook": CITY | {"secretariat"},
    "portal:pilot_progress": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "portal:comparison": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "portal:comparison_dimensions": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "approvals:announcement_list": {"city_officer", "city_director"},
    "approvals:loss_list": CITY,
    "portal:pilot_progress_export": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "portal:operations": {"system_keeper"},
    "portal:outages": {"system_keeper"},
    "portal:storage": {"system_keeper"},
}


def test_portal_pages_by_seat(client, people):
    for seat, user in people.everybody.items():
        client.force_login(user)
        for name in PORTAL:
            wanted = 200 if seat in OPEN_TO.get(name, {seat}) else 404
            assert client.get(reverse(name)).status_code == wanted, (seat, name)


def test_pages_about_duties_and_operations_by_seat(client, people):
    answers = {}
    for seat, user in people.everybody.items():
        client.force_login(user)
        answers |= {(name, seat): client.get(reverse(name)).status_code for name in OPENED_BY}
    assert answers == {(name, seat): 200 if seat in opened else 404 for name, opened in OPENED_BY.items() for seat in EVERYBODY}


def test_one_duty_and_its_reminders_by_seat(client, people):
    """The duty of a district: its own side, the city and who follows it; its reminders are for those who look after people."""
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2026, 6, 1))
    year = clock.today().year
    key, hidden = f"self_check:{district.pk}:{year}", f"self_check:{district.pk + 1}:{year}"
    reading = CITY | OWN_SIDE | {"secretariat", "partner", "bureau"}
    for seat, user in people.everybody.items():
        client.force_login(user)
        pages = [client.get(reverse(f"obligations:obligation_{page}", args=[key])).status_code for page in ("detail", "reminders")]
        assert pages == [200 if seat in reading else 404, 200 if seat in CITY else 404], seat
        assert client.get(reverse("obligations:obligation_detail", args=[hidden])).status_code == 404


def test_a_message_that_was_given_up_is_the_keepers_to_send_again(client, people):
    message = OutboxMessage.objects.create(kind="mail", key="k", created_at=clock.now(), failed_at=clock.now(), error="x")
    address = reverse("portal:given_up_message", args=[message.pk])
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert client.post(address).status_code == (302 if seat == "system_keeper" else 404), seat
        assert client.post(reverse("portal:all_given_up")).status_code == (302 if seat == "system_keeper" else 404), seat


def test_signed_out_people_are_sent_to_the_sign_in_page(client):
    new = [name for name in OPENED_BY if name != "portal:public_outages"]
    for name in ("portal:workdesk", "portal:search", "portal:tokens", "portal:webhooks", *new):
        response = client.get(reverse(name))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize(
    ("old", "letter"),
    [
        ("/cases/7/letters/correction-1/", ("case", 7, "correction-1")),
        ("/cases/announcements/7/draft/", ("announcement", 7, "announcement")),
        ("/cases/titles/7/certificate/", ("title", 7, "certificate")),
        ("/districts/yanshi-1/plots/opinions/7/letter/", ("plotopinion", 7, "reply")),
    ],
)
def test_old_addresses_of_letters_lead_on(client, people, old, letter):
    client.force_login(people.city_officer)
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, reverse("reports:letter", args=letter))


def test_a_bookmarked_letter_opens(client, people):
    case = Filing(people).to_accepted().case
    client.force_login(people.city_officer)
    answer = client.get(f"/cases/{case.pk}/letters/acceptance/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain), "受理通知书" in answer.content.decode()) == (200, 1, True)


@pytest.mark.parametrize("name", ["district_list", "district_create", "plot_overview", "implementation_plan_list", "district_export"])
def test_the_district_page_leaves_the_words_of_districts_free(name):
    match = get_resolver().resolve(reverse(f"districts:{name}"))
    assert match.namespace == "districts"


def test_the_district_page_stands_where_districts_names_its_detail():
    assert get_resolver().resolve(reverse("districts:district_detail", args=["yanshi-1"])).func is district_page
