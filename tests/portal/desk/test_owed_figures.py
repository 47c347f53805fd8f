"""Every figure of the desk about what is owed opens exactly the rows it counts, whoever reads it."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.todo import Task
from obligations import services
from obligations.open_counts import owed_in_sight
from obligations.selectors import due, obligations_visible_to
from portal.desk.selectors import desk_of
from portal.todo.selectors import Todo, dues_of
from tests.factories.accounts import make_organisation, make_user
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import titled, world

DAYS = (at(2027, 3, 20), at(2027, 4, 12), at(2027, 6, 1))
# Before, soon after and long after the last day of most duties; the second of them is asked in the fast set.
EACH_DAY = pytest.mark.parametrize(
    "now", [pytest.param(day, marks=() if day == DAYS[1] else pytest.mark.slow) for day in DAYS], ids=lambda now: f"{now:%m-%d}"
)
SEATS = ("city_officer", "city_director", "secretariat", "partner", "authority", "preparer", "reviewer", "consultant")
LINK = re.compile(r'<a\b[^>]*href="(/obligations/\?[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
SEVERAL = re.compile(r"等(\d+)(?:个城区|项)")


def arranged():
    """Districts of two authorities, one led by both, one real; one duty waived and one extended."""
    people = world()
    other = make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）")
    titled(people, "演示乙城（虚构）").authorities.set([other])
    titled(people, "演示丙城（虚构）").authorities.add(other)
    District.objects.filter(pk=titled(people, "真实一城").pk).update(is_demo=False)
    jia = District.objects.get(code="jia")
    with clock.at(at(2027, 1, 10)):
        waived_or_extended(f"self_check:{jia.pk}:2026", people, "移交")
        for key in (f"self_check:{jia.pk + 1}:2026", f"operation_report:{jia.pk + 1}:2027"):
            services.decide(obligation=key, by=people.city_director, reason="汛期", extended_to=dt.date(2027, 9, 1))
    return people


made = once(arranged)
people = copy_of("made")


def opened(client, href):
    """How many rows the list behind an address has, over all its pages."""
    return client.get(href).context["page"].paginator.count


@EACH_DAY
def test_every_figure_of_the_desk_opens_its_rows(client, people, now):
    walked = 0
    for seat in SEATS:
        user = getattr(people, seat)
        client.force_login(user)
        with clock.at(now):
            answer = client.get(reverse("portal:workdesk"))
            if overview := answer.context["desk"].overview:
                bands = [(metric["href"], metric["value"]) for metric in overview.metrics]
                for row in (*overview.authorities, overview.totals):
                    bands += [(row.late_href, row.overdue), (row.owed_href, row.owed)]
                for href, number in (*bands, (overview.city_late_href, overview.city_overdue)):
                    if href.startswith("/obligations/"):
                        assert opened(client, href) == number, (seat, href)
                        walked += 1
            for href, text in LINK.findall(answer.content.decode()):
                if several := SEVERAL.search(text):
                    assert opened(client, html.unescape(href)) == int(several[1]), (seat, href)
                    walked += 1
    assert walked > 2 * 8


def test_a_leading_body_without_a_titled_district_has_its_row(officer):
    """Every leading body files a yearly plan, whatever it leads; with the row of the city the bodies add up to what is overdue."""
    new = make_organisation(OrganisationKind.AUTHORITY, name="演示丁区人民政府（虚构）")
    make_user(Role.AUTHORITY, new)
    day = dt.date(2029, 9, 3)
    with clock.at(at(2029, 9, 3)):
        page = officer.get(reverse("portal:workdesk"))
        overview = page.context["desk"].overview
        shared = [row for row in due(Viewer(None, as_of=day)) if row.is_overdue(day) and len(row.authority_ids) > 1]
        [row] = [row for row in overview.authorities if row.pk == new.pk]
        assert (row.pilots, row.demonstrations, row.overdue) == (0, 0, opened(officer, row.late_href))
    assert min(row.overdue, overview.city_overdue) > 0
    assert f'href="{html.escape(row.late_href)}">{row.overdue}<' in page.content.decode()
    assert sum(row.overdue for row in overview.authorities) + overview.city_overdue - len(shared) == overview.totals.overdue


def test_a_task_falls_due_with_what_is_owed_on_its_page(people):
    day = dt.date(2027, 3, 20)
    asked = Viewer(people.preparer, as_of=day)
    rows = obligations_visible_to(asked)
    page = next(row.link for row in rows if row.kind == "self_check" and row.is_open and row.opens <= day)
    dues = dues_of(asked, rows)
    assert dues[page] == min(row.due for row in rows if row.link == page and row.is_open)
    others = dues_of(Viewer(people.city_officer, as_of=day), [row for row in rows if row.kind == "self_check"])
    assert not [key for key in others if not key.startswith("self_check:")], "pages on which others act give no day"
    tasks = [
        Task("甲", "乙", "/elsewhere/"),
        Task("填报年度自查", "甲城", f"{page}#part"),
        Task("有期限", "丙", page, due=dt.date(2027, 1, 4)),
    ]
    assert [task.due for task in Todo(tasks, dues=dues).first()] == [dt.date(2027, 1, 4), dues[page], None]


@EACH_DAY
def test_the_district_of_the_most_urgent_duty_of_ones_own_is_the_card(people, now):
    with clock.at(now):
        viewer = Viewer(people.preparer)
        owed = owed_in_sight(viewer)
        first: dict[int, dt.date] = {}
        for row in sorted(owed.single, key=lambda row: row.due):
            if row.is_open and row.district_id and row.key not in owed.others:
                first.setdefault(row.district_id, row.due)
        shown = [card["district"].pk for card in desk_of(viewer).districts]
    assert (len(set(first.values())) > 1, first[shown[0]]) == (True, min(first.values()))


@EACH_DAY
def test_the_counter_of_the_menu_and_the_rows_of_each_district_open_theirs(client, people, now):
    """到期 behind the menu is what the list calls overdue; so is the number of each district in 谁在哪一步."""
    late = 0
    for seat in SEATS:
        client.force_login(getattr(people, seat))
        with clock.at(now):
            counter = client.get(reverse("portal:workdesk")).context["figures"].due
            assert opened(client, f"{reverse('obligations:obligation_list')}?state=overdue") == counter, seat
            for line in client.get(reverse("portal:pilot_progress")).context["lines"]:
                href = f"{reverse('obligations:obligation_list')}?district={line.district.pk}&state=overdue"
                assert opened(client, href) == len(line.late), (seat, line.district)
                late += len(line.late)
    assert (late > 0) == (now != DAYS[0])
