"""A title whose loss is stayed stands: in the register, in the list and in the figures of the city's report, of any day."""

import pytest

from greendistrict.core import clock
from reports.city.figures.standing import figures_of, standing
from tests.approvals.remedies.test_remedies import close, make_lost, record, stay
from tests.factories.once import copy_of, once
from tests.factories.received import at
from tests.steps import step

pytestmark = pytest.mark.django_db
LOST_AT, STAYED_AT, LATER = (at(2027, 6, day) for day in (1, 3, 7))


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


def test_a_loss_that_is_set_aside_leaves_the_title_without_a_mark(world):
    people, case = world
    with clock.at(STAYED_AT):
        remedy = stay(people, record(people, case))
    with clock.at(LATER):
        close(people, remedy)
    assert told(LATER) == (0, ["试点"], STAYED[2])
