"""The role that decided a waiver or extension (审定, or 审核 if the settings allow it) is stored and shown everywhere."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from greendistrict.accounts import delegations
from greendistrict.accounts.models import Post, User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.policy.services import set_setting
from obligations import services
from obligations.models import Exemption
from tests.factories.received import at
from tests.obligations.world import checks_due

pytestmark = pytest.mark.django_db
NOW, LATER = at(2027, 3, 1), dt.date(2027, 5, 4)
seats = import_module("obligations.migrations.0011_seats_of_earlier_decisions")


@pytest.fixture(autouse=True)
def march():
    with clock.at(NOW):
        yield


def let_the_checker(people):
    set_setting(by=people.city_director, key="approval_chain.director_decides", value=("cancel", "waive"), reason="试")


def owed():
    return checks_due(dt.date(2027, 3, 1))[0]


def decide(by, until=LATER):
    return services.decide(obligation=owed().key, by=by, reason="汛期", extended_to=until)


def test_the_checker_decides_in_the_own_seat_where_the_settings_let_it(client, people):
    let_the_checker(people)
    with pytest.raises(NotAllowed, match="免报由审定办理"):
        decide(people.city_checker, until=None)
    with pytest.raises(NotAllowed, match="延期由审定或者审核办理"):
        decide(people.city_officer)
    client.force_login(people.city_checker)
    key = owed().key
    decide_page, detail = (reverse(f"obligations:{name}", args=[key]) for name in ("obligation_decide", "obligation_detail"))
    assert '<button class="btn btn-primary" type="submit">审核</button>' in client.get(decide_page).content.decode()
    assert client.post(decide_page, {"reason": "汛期", "extended_to": LATER.isoformat()}).status_code == 302
    made = Exemption.objects.get()
    assert (made.decided_as, made.decided_by, made.decided_by_principal) == ("city_checker", people.city_checker, "")
    assert owed().how.extended.startswith("2027年3月1日审核，由")
    for page in (decide_page, detail):
        text = "".join(client.get(page).content.decode().split())
        assert (f"{people.city_checker.name}审核" in text, f"{people.city_checker.name}审定" in text) == (True, False)


def test_the_director_decides_in_the_own_seat_with_or_without_that_setting(people):
    assert decide(people.city_director).decided_as == "city_director"
    let_the_checker(people)
    assert decide(people.city_director, LATER + dt.timedelta(days=9)).decided_as == "city_director"


def test_who_stands_in_for_the_director_decides_in_that_seat_unless_the_own_one_may(people):
    post = Post.objects.get(user=people.city_director, role="city_director")
    term = {"first": NOW.date(), "last": NOW.date() + dt.timedelta(days=9)}
    delegations.delegate(post=post, deputy=people.city_checker, reason="出差", by=people.city_director, **term)
    deputy = User.objects.get(pk=people.city_checker.pk)
    made = decide(deputy)
    assert (made.decided_as, made.decided_by_named) == ("city_director", f"{people.city_checker.name}（受{people.city_director.name}委托）")
    let_the_checker(people)
    made = decide(deputy, LATER + dt.timedelta(days=9))
    assert (made.decided_as, made.decided_by_named) == ("city_checker", people.city_checker.name)


def test_earlier_decisions_get_the_seat_that_the_person_held(people):
    told = {"reason": "以前的决定", "decided_at": NOW, "extended_to": LATER}
    for by in (people.city_director, people.city_checker, people.city_officer):
        Exemption.objects.create(obligation=f"self_check:{by.pk}:2026", decided_by=by, **told)
    seats.name_seats(apps, None)
    found = dict(Exemption.objects.values_list("decided_by", "decided_as"))
    assert found == {
        people.city_director.pk: "city_director",
        people.city_checker.pk: "city_checker",
        people.city_officer.pk: "city_director",  # whose post is not known any more
    }
