"""The page of every matter in each of its states, as one person of each group of seats sees it that is offered the same steps."""

import datetime as dt
import re
from copy import deepcopy
from http import HTTPStatus

import pytest
from django.db import transaction

from greendistrict.core import clock
from tests.matters import offers
from tests.matters.every import MATTERS
from tests.pages.kept import check
from tests.pages.lines import lines_of, told
from tests.pages.of_tests import count_anew, unchanging

NOW = dt.datetime(2026, 11, 25, 10, tzinfo=clock.SHANGHAI)
ELSEWHERE = re.compile(r"\((\w+)")  # steps of offers.yaml that have a page of their own


def states() -> list[str]:
    """Kinds of matters whose states are shown."""
    return sorted(offers.kept())


@pytest.fixture(autouse=True)
def _counted_anew(db, monkeypatch):
    count_anew(monkeypatch)


@pytest.mark.parametrize("name", states())
def test_each_state_shows_what_is_kept(client, name):
    def shown():
        for head, answer in answers(client, name):
            yield [f"{head}: {answer.status_code}", *unchanging(lines_of(answer.content.decode()))]

    check(f"states/{name}", lambda: told(shown()))


def answers(client, name):
    """Pages of the matter; a step that stands on a page of its own is shown in the first state that offers it."""
    kind, own = MATTERS[name], set()
    with clock.at(kind.moment or NOW):
        made = kind()
        for state, groups in offers.kept()[name].items():
            with transaction.atomic():
                matter = deepcopy(made)
                matter.to(state)
                for steps, seats in groups.items():
                    seat, elsewhere = seats.split()[0], set(ELSEWHERE.findall(steps)) - own
                    own |= elsewhere
                    client.force_login(matter.seats()[seat])
                    for step in [*([] if steps.endswith("!") else [""]), *sorted(elsewhere)]:
                        answer = client.get(matter.page(step), follow=True)
                        if step and answer.status_code != HTTPStatus.OK:
                            continue  # a form without an address of its own
                        yield f"{state} as {seat}{step and f' before {step}'}", answer
                transaction.set_rollback(True)
