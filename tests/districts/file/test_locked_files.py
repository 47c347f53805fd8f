"""A page never offers what a locked file refuses: every form and link of a district's pages, pressed by those who edit."""

import datetime as dt
from collections import Counter
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.urls import resolve, reverse

from approvals.cases.models.cases import Case
from carbon.measures.services import save_measure, save_scenario
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.models.parties import SubArea
from districts.file.rules import may_read_file
from districts.file.views.common import SECTIONS
from districts.overview.selectors.tasks import tasks_for
from districts.plot_changes.proposals import renumber
from districts.plot_changes.services import plots_to_change
from districts.plots.models import PlotControl
from districts.special_plans.models import SpecialPlan
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from portal.todo.selectors import tasks_of
from tests.carbon.measures.test_measures import SUN
from tests.districts.plot_changes.test_plot_changes import record
from tests.factories.acceptance import Accepting, make_pilot
from tests.factories.approvals import Filing
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, WorkFactory, make_district
from tests.factories.indicator_systems import begun_system
from tests.factories.meters import MeterFactory, write
from tests.matters.pressed import offered, pressed
from tests.operation.ledger.test_ledger import enter

EDITORS = ("preparer", "consultant", "reviewer", "city_officer", "bureau")
TABS = ("overview", "indicators", "plan", "projects", "plots", "archive")
MORE = ("district_file", "plot_board", "plot_map", "plot_backfill", "plot_change_list", "act_list")
DAY = dt.date(2026, 3, 2)


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
    for factory in (PlotFactory, KeyProjectFactory, WorkFactory, MeterFactory):
        factory(district=district)
    begun_system(people, district)
    District.objects.filter(pk=district.pk).update(merged_into=into)
    return District.objects.get(pk=district.pk)


def titled(people):
    """A pilot with a row of each kind that is settled: in the baseline, accepted, replaced, approved, measured, in use elsewhere."""
    district = make_pilot(people)
    SpecialPlanFactory(district=district, approved_on=DAY)
    PlotControl.objects.create(plot=district.plots.get(number="P0"), table="grant", status="done")
    PlotFactory(district=district, number="O", sub_area="一期")
    record(district, people.preparer, lambda: renumber(plots_to_change(district, ["O"])[0], "O-1"))
    SubArea.objects.create(district=district, name="一期")
    WorkFactory(district=district, started_on=DAY)
    write(MeterFactory(district=district, parent=MeterFactory(district=district)), ["1"], by=people.preparer)
    sun = save_measure(district=district, values=SUN, by=people.preparer)
    save_scenario(district=district, name="演示", note="", shares={sun.pk: 50}, by=people.preparer)
    enter(people, district, year=clock.today().year - 1)
    return district


def unready(people):
    """A candidate whose indicator system cannot be begun: no edition is published."""
    return SpecialPlanFactory(district=make_district(people, type="new")).district


WALKED = pytest.mark.area("districts", "approvals")  # many pages by several seats: one of the worlds with every change
WORLDS = (merged, *(pytest.param(one, marks=WALKED) for one in (titled, unready, under_application, under_acceptance)))
CLOSED = {HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN, HTTPStatus.GONE}
MOST = 3  # pages of a route


def pages(district):
    """Addresses of the tabs of the district and the sections of its file, and of what is kept beside the file."""
    detail, year = reverse("districts:district_detail", args=[district.code]), clock.today().year
    tabs = [f"{detail}?tab={tab}" for tab in TABS]
    file = [reverse(f"districts:{name}", args=[district.code]) for name in (*SECTIONS, *MORE)]
    ledgers = [reverse("operation:ledger", args=[district.code, one]) for one in (year - 1, year)]
    return [*tabs, *file], [*ledgers, *(reverse(f"carbon:{name}", args=[district.code]) for name in ("meter_list", "carbon_forecast"))]


def walked(client, district, first):
    """Pages of the district that links of the first lead to: address and answer."""
    waiting, known, counted = list(first), set(), Counter()
    while waiting:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if address in known or (address not in first and counted[resolve(path).view_name] >= MOST):
            continue
        known.add(address)
        counted[resolve(path).view_name] += 1
        answer = client.get(address)
        yield address, answer
        if answer.status_code == HTTPStatus.OK and "html" in answer.headers["Content-Type"]:
            links, _ = offered(answer.content.decode(), address)
            waiting += sorted(one for one in links if f"/{district.code}/" in urlsplit(one).path and not urlsplit(one).query)


@pytest.mark.parametrize("made", WORLDS)
def test_no_page_offers_what_is_locked_or_settled(client, people, made):
    district = made(people)
    refused, silent, seen = [], [], set()
    file, beside = pages(district)
    for seat in EDITORS:
        client.force_login(user := getattr(people, seat))
        for address, answer in walked(client, district, [*file, *beside]):
            seen.add(address)
            if answer.status_code == HTTPStatus.CONFLICT or (answer.status_code in CLOSED and address not in {*file, *beside}):
                refused.append((seat, "GET", address))
            if answer.status_code != HTTPStatus.OK or "html" not in answer.headers["Content-Type"]:
                continue
            text = answer.content.decode()
            if address in file and lock_reasons(district) and may_read_file(posts_of(user), district) and 'id="file-lock"' not in text:
                silent.append((seat, address))
            presses = ((place, values, pressed(client, place, values)) for place, values in offered(text, address)[1])
            refused += [(seat, address, place, values, status) for place, values, status in presses if status in CLOSED]
    assert (refused, silent) == ([], [])
    assert len(seen) > len(file) + len(beside)
    assert made is not merged or not [
        task for user in people.everybody.values() for task in tasks_of(Viewer(user)) if f"/{district.code}/" in task.link
    ]


def test_what_is_locked_is_nobodys_task(people):
    """Begun it is a task; while the city has the application it is none, and returned it is one again."""
    filing = Filing(people).to_endorsing()
    begin_system(filing)
    SpecialPlan.objects.filter(district=filing.district).update(approved_on=None)

    def kinds():
        return {task.kind for task in tasks_for(Viewer(people.preparer))} & {"indicator_system", "district_file"}

    assert kinds() == set()
    filing.do("send_back", "authority", reason="请修改（虚构）")
    assert kinds() == {"indicator_system", "district_file"}
