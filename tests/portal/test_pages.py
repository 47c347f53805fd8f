"""Role × page: which pages of the frame each seat may open; ``test_walk.py`` asks for all of them."""

import datetime as dt

import pytest
from django.urls import get_resolver, reverse

from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.features import pages_with, public_pages
from portal.district_page.views import district as district_page
from portal.frame.middleware import FRAME
from portal.tokens.services import make_token
from tests.architecture.test_access import FOUND
from tests.factories.accounts import PASSWORD
from tests.factories.approvals import Filing
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
WEBHOOK_SEATS = {"city_officer", "city_checker", "city_director", "city_legal", "partner", "preparer", "consultant", "outsider_preparer"}
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}
OWN_SIDE = {"authority", "preparer", "reviewer", "consultant"}
KEEPERS = {"system_keeper", "security_keeper", "audit_keeper"}
EVERYBODY = CITY | OWN_SIDE | KEEPERS | {f"expert{number}" for number in range(1, 6)}
EVERYBODY |= {"secretariat", "partner", "bureau", "verifier", "outsider_preparer"}
# Pages of the frame, about what falls due and about operations, and the seats that may open each.
OPENED_BY = {
    **dict.fromkeys(("portal:home", "portal:register", "portal:verify", "portal:workdesk", "portal:search"), EVERYBODY),
    "portal:tokens": WEBHOOK_SEATS | {"authority", "bureau"},  # departments answer by the API
    "portal:webhooks": WEBHOOK_SEATS,
    "obligations:obligation_list": EVERYBODY - KEEPERS,
    "obligations:duty_calendar": EVERYBODY - KEEPERS,
    "notifications:channel_settings": EVERYBODY,
    "portal:public_outages": EVERYBODY,
    "portal:outlook": CITY | {"secretariat"},
    "portal:pilot_progress": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    **dict.fromkeys(("portal:takeover", "portal:takeover_export"), CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"}),
    "portal:comparison": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "portal:comparison_dimensions": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "approvals:announcement_list": {"city_officer", "city_director"},
    "approvals:loss_list": CITY,
    "portal:pilot_progress_export": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "portal:policy_check": CITY | OWN_SIDE | {"secretariat", "partner", "outsider_preparer"},
    "audit:event_export": {"audit_keeper"},
    "obligations:watch_export": EVERYBODY - KEEPERS,
    "reports:archive_export": CITY,
    "portal:operations": {"system_keeper"},
    "portal:adapters": {"system_keeper"},
    "approvals:case_start": {"preparer", "outsider_preparer"},
    "approvals:change_start": {"preparer", "outsider_preparer"},
    "portal:outages": {"system_keeper"},
    "portal:first_day": KEEPERS,
    "portal:account_review": {"system_keeper", "security_keeper"},
    "audit:event_list": {"audit_keeper"},
    "portal:storage": {"system_keeper"},
}


@pytest.mark.area("portal", "approvals", "obligations", "reports", "greendistrict/accounts")
def test_pages_by_seat(client, people):
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


def test_signed_out_people_are_sent_to_the_sign_in_page(client):
    for name in OPENED_BY.keys() - {"portal:public_outages", "portal:home", "portal:register", "portal:verify"}:
        response = client.get(reverse(name))
        assert response.status_code == 302, name
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
def test_old_addresses_of_letters_lead_on(officer, old, letter):
    answer = officer.get(old)
    assert (answer.status_code, answer["Location"]) == (301, reverse("reports:letter", args=letter))


def test_words_of_districts_are_no_codes_and_a_bookmarked_letter_opens(officer, people):
    for name in ("district_list", "district_create", "plot_overview", "implementation_plan_list", "district_export"):
        assert get_resolver().resolve(reverse(f"districts:{name}")).namespace == "districts"
    assert get_resolver().resolve(reverse("districts:district_detail", args=["yanshi-1"])).func is district_page
    case = Filing(people).to_accepted().case
    answer = officer.get(f"/cases/{case.pk}/letters/acceptance/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain), "受理通知书" in answer.content.decode()) == (200, 1, True)


KEPT = "private, no-store"
BUSINESS = [(name, dict(arguments)) for name, arguments in FOUND if name.partition(":")[0] not in FRAME and name not in public_pages()]


@pytest.mark.parametrize("seat", ["system_keeper", "security_keeper", "audit_keeper"])
@pytest.mark.area("portal", "greendistrict/accounts")  # every address; the walk of all pages has keepers too
def test_keepers_find_no_room_where_business_is_done(client, people, seat):
    client.force_login(getattr(people, seat))
    assert [name for name, given in BUSINESS if client.get(reverse(name, kwargs=given)).status_code != 404] == []


def test_experts_find_no_empty_lists_and_forms_of_others(client, people):
    client.force_login(people.expert1)
    keys = {"portal:granted_plots": [make_district(people).code]}
    assert {client.get(reverse(name, args=keys.get(name))).status_code for name in pages_with("closed_to_experts")} == {404}
    own = ("obligations:obligation_list", "obligations:duty_calendar", "obligations:feed_settings")
    assert {client.get(reverse(name)).status_code for name in own} == {200}
    assert client.get(reverse("assessments:review_list")).status_code == 200


def test_answers_to_who_is_signed_in_are_kept_nowhere_and_public_pages_of_strangers_may_be(client, people):
    assert "Cache-Control" not in client.get(reverse("portal:register"))
    answer = client.post(reverse("accounts:login"), {"username": "partner", "password": PASSWORD})
    assert "no-store" in answer["Cache-Control"]
    names = ("portal:workdesk", "approvals:case_list", "approvals:case_export", "accounts:organisation_detail", "api:titles")
    assert {client.get(address)["Cache-Control"] for address in ("/cases/999999/", *map(reverse, names))} == {KEPT}
    client.logout()
    secret = make_token(by=people.partner)
    assert client.get(reverse("api:titles"), HTTP_AUTHORIZATION=f"Token {secret}")["Cache-Control"] == KEPT
