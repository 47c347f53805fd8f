"""A title whose loss is stayed stands: in the register, in the list and in the figures of the city's report, of any day."""

import pytest
from django.urls import reverse
from lxml.html import document_fromstring

from greendistrict.core import clock
from obligations.titled_districts import former_holders, titled_districts
from portal.open_data.datasets import DATASETS
from portal.public.life import spans_of
from portal.public.selectors import public_rows, register_on
from reports.city.figures.standing import figures_of, standing
from tests.approvals.remedies.test_remedies import close, make_lost, record, stay
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.steps import step

pytestmark = pytest.mark.django_db
LOST_AT, STAYED_AT, LATER, AGAIN = (at(2027, 6, day) for day in (1, 3, 7, 9))
STAYS = "有效（撤销决定停止执行）"


def lost_in_june():
    with clock.at(LOST_AT):
        return make_lost()


lost = once(lost_in_june)
world = copy_of("lost")


def told(day):
    """Of a year cut off on a day: lost, still standing as the list says it, and what happened to titles besides grants."""
    with clock.at(day):
        stood = standing(clock.today().year, clock.today(), demo=True)
    figures = {figure.key: figure.value for figure in figures_of(stood)}
    return figures["lost"], [entry.held for entry in stood.register], [one.what for one in stood.events if one.what not in {"授予", "变更"}]


LOSS = (1, [], ["撤销"])
STAYED = (0, ["试点（撤销决定停止执行）"], ["撤销（已停止执行）", "恢复"])


def test_a_stayed_loss_is_no_loss_on_the_days_of_the_stay_and_one_before_and_after(world):
    people, case = world
    assert told(LOST_AT) == LOSS
    with clock.at(STAYED_AT):
        remedy = stay(people, record(people, case))
    assert (told(LOST_AT), told(STAYED_AT), told(LATER)) == (LOSS, STAYED, STAYED)
    with clock.at(LATER):
        step(remedy, "lift", people.city_officer, on=clock.today())
    assert (told(LOST_AT), told(STAYED_AT)) == (LOSS, STAYED)
    assert told(LATER) == (1, [], [*STAYED[2], "撤销"]), "once, though it ended twice"


def said(day, district):
    """Of a past day: state in the register, state and end in the history of titles."""
    asked = {"on": day}
    listed = [row.state for row in register_on(day, public_rows()) if row.code == district.code]
    [history] = [row for row in DATASETS["title-history"].rows(asked) if row[1] == district.code]
    owes = district.pk in {row.pk for row in titled_districts(on=day)}
    until = [row.until for row in former_holders(on=day) if row.pk == district.pk]
    assert (owes, until) == (bool(listed), [history[12]] if history[12] else []), "owes no papers of these days"
    return listed, history[11], history[12]


def test_a_second_stay_leaves_the_days_of_the_first_loss_lost_wherever_a_day_is_asked_for(world, client):
    people, case = world
    with clock.at(STAYED_AT):
        remedy = stay(people, record(people, case))
    with clock.at(LATER):
        step(remedy, "lift", people.city_officer, on=clock.today())
    with clock.at(AGAIN):
        stay(people, remedy)
    lost, stayed, lost_again, stays_again = LOST_AT.date(), STAYED_AT.date(), LATER.date(), AGAIN.date()
    assert {day: said(day, case.district) for day in (lost, stayed, lost_again, stays_again)} == {
        lost: ([], "撤销", lost),
        stayed: ([STAYS], STAYS, None),
        lost_again: ([], "撤销", lost_again),
        stays_again: ([STAYS], STAYS, None),
    }
    assert (told(LOST_AT), told(STAYED_AT)) == (LOSS, STAYED)
    assert told(LATER) == (1, [], [*STAYED[2], "撤销"])
    assert told(AGAIN) == (0, STAYED[1], [*STAYED[2], *STAYED[2]])
    with clock.at(AGAIN):
        page = document_fromstring(client.get(reverse("portal:public_district", args=[case.district.code])).content.decode())
        spans = spans_of(case.district.titles.all())
    granted = case.district.titles.get().granted_on
    assert [(span.start, span.end) for span in spans] == [(granted, lost), (stayed, lost_again), (stays_again, None)]
    table = " ".join(page.xpath('//section[@aria-labelledby="life-title"]//table')[0].text_content().split())
    assert table.count("试点称号撤销（后停止执行）") == 2


def test_a_loss_that_is_set_aside_leaves_the_title_without_a_mark(world):
    people, case = world
    with clock.at(STAYED_AT):
        remedy = stay(people, record(people, case))
    with clock.at(LATER):
        close(people, remedy)
    assert told(LATER) == (0, ["试点"], STAYED[2])
