"""The work desk per seat."""

import pytest

from tests.factories.accounts import cast

pytestmark = pytest.mark.django_db
DESK = "/desk/"


@pytest.fixture
def people():
    return cast()


def desk_of(client, user, query=""):
    client.force_login(user)
    return client.get(f"{DESK}{query}")


@pytest.mark.parametrize("tab", ["todo", "done", "started", "messages", "nonsense"])
def test_every_seat_has_every_tab(client, people, tab):
    for user in people.everybody.values():
        assert desk_of(client, user, f"?tab={tab}").status_code == 200
