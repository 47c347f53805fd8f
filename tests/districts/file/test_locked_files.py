"""A page never offers what a locked file refuses: every form and link of a district's pages, pressed by those who edit."""

from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import may_read_file
from districts.file.views.common import SECTIONS
from districts.overview.selectors.tasks import tasks_for
from districts.special_plans.models import SpecialPlan
from tests.factories.acceptance import Accepting
from tests.factories.approvals import Filing
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.factories.indicator_systems import begun_system
from tests.matters.pressed import offered, pressed

pytestmark = pytest.mark.django_db
EDITORS = ("preparer", "consultant", "reviewer", "city_officer", "bureau")
TABS = ("overview", "indicators", "plan", "projects", "plots", "archive")
MORE = ("district_file", "plot_board", "plot_map", "plot_backfill", "plot_change_list", "act_list")
OTHERS = ("/metering/", "/meters/", "/forecast/", "/supervision/", "/handover/", "/timeline/")  # kept beside the file, never locked with it


def begin_system(filing):
    """An indicator system that was begun while the file was open, and never handed up."""
    status = filing.case.status
    Case.objects.filter(pk=filing.case.pk).update(status="draft")
    begun_system(filing.people, filing.district)
    Case.objects.filter(pk=filing.case.pk).update(status=status)


def under_application(people):
    filing = Filing(people).to_endorsing()
    begin_system(filing)
    WorkFactory(district=filing.district, name="演示支路（虚构）")
    return filing.district


def under_acceptance(people):
    accepting = Accepting(people)
    begun_system(people, accepting.district)
    return accepting.to_sent().district


def merged(people):
    district, into = make_district(people, type="new"), make_district(people, type="new")
    for factory in (PlotFactory, KeyProjectFactory, WorkFactory):
        factory(district=district)
    begun_system(people, district)
    District.objects.filter(pk=district.pk).update(merged_into=into)
    return district


WALKED = pytest.mark.area("districts", "approvals")  # many pages by five seats: one lock of the three with every change
LOCKED = (merged, pytest.param(under_application, marks=WALKED), pytest.param(under_acceptance, marks=WALKED))


def pages(district):
    """The tabs of the district, the sections of its file, and what they lead to."""
    detail = reverse("districts:district_detail", args=[district.code])
    return [*(f"{detail}?tab={tab}" for tab in TABS), *(reverse(f"districts:{name}", args=[district.code]) for name in (*SECTIONS, *MORE))]


@pytest.mark.parametrize("locked", LOCKED)
def test_no_page_of_a_locked_file_offers_what_is_refused(client, people, locked):
    district = locked(people)
    assert lock_reasons(district)
    refused, silent, seen = [], [], set()
    for seat in EDITORS:
        client.force_login(user := getattr(people, seat))
        waiting, known = list(pages(district)), set()
        first = set(waiting)
        while waiting:
            address = waiting.pop()
            if address in known:
                continue
            known.add(address)
            answer = client.get(address)
            if answer.status_code == HTTPStatus.CONFLICT:
                refused.append((seat, "GET", address))
            if answer.status_code != HTTPStatus.OK or "html" not in answer.headers["Content-Type"]:
                continue
            if address in first and may_read_file(user, district) and 'id="file-lock"' not in answer.content.decode():
                silent.append((seat, address))
            links, forms = offered(answer.content.decode(), address)
            inside = [one for one in links if urlsplit(one).path.startswith(f"/districts/{district.code}/")]
            waiting += [one for one in inside if not any(part in one for part in OTHERS)]
            refused += [(seat, "POST", place, values) for place, values in forms if pressed(client, place, values) == HTTPStatus.CONFLICT]
        seen |= known
    assert (refused, silent) == ([], [])
    assert len(seen) > len(first)


def test_what_is_locked_is_nobodys_task(people):
    """Begun it is a task; while the city has the application it is none, and returned it is one again."""
    filing = Filing(people).to_endorsing()
    begin_system(filing)
    SpecialPlan.objects.filter(district=filing.district).update(approved_on=None)

    def kinds():
        return {task.kind for task in tasks_for(people.preparer)} & {"indicator_system", "district_file"}

    assert kinds() == set()
    filing.do("send_back", "authority", reason="请修改（虚构）")
    assert kinds() == {"indicator_system", "district_file"}
