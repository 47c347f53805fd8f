"""The page of every matter in each of its states, as one person of each group of seats sees it that is offered the same steps."""

import datetime as dt
import re
import secrets
from copy import deepcopy
from http import HTTPStatus

import factory
import pytest
from django.db import connection, transaction

from greendistrict.core import clock
from tests.matters import offers
from tests.matters.every import MATTERS
from tests.pages.kept import check
from tests.pages.lines import lines_of, told

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 25, 10, tzinfo=clock.SHANGHAI)
FIRST_KEY = 1_000_000
# Keys, random names and digests are other ones each time, or with any row more that a factory makes.
CHANGING = re.compile(r"\b1000\d{3}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{64}\b")
ELSEWHERE = re.compile(r"\((\w+)")  # steps of offers.yaml that have a page of their own
EACH_KEY = """DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP
EXECUTE format('ALTER SEQUENCE %s RESTART WITH {first}', one); END LOOP; END $$"""


def states() -> list[str]:
    """Kinds of matters whose states are shown."""
    return sorted(offers.kept())


@pytest.fixture(autouse=True)
def _counted_anew(db, monkeypatch):
    """Keys and names begin anew, and go back with the transaction; lots are drawn with the same secret."""
    monkeypatch.setattr(secrets, "token_hex", lambda length: "7a" * length)
    with connection.cursor() as cursor:
        cursor.execute(EACH_KEY.format(first=FIRST_KEY))
    for one in factory.django.DjangoModelFactory.__subclasses__():
        one.reset_sequence(0, force=True)


@pytest.mark.parametrize("name", states())
def test_each_state_shows_what_is_kept(client, name):
    check(f"states/{name}", lambda: told(_pages(client, name)))


def _pages(client, name):
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
                        lines = CHANGING.sub("…", "\n".join(lines_of(answer.content.decode()))).split("\n")
                        yield [f"{state} as {seat}{step and f' before {step}'}: {answer.status_code}", *lines]
                transaction.set_rollback(True)
