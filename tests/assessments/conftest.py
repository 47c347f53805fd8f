"""What many tests of assessments begin with."""

import pytest

from tests.factories.assessments import make_self_check


@pytest.fixture
def table(people):
    """The open table of a self-check, nothing filled in; it knows its people."""
    made = make_self_check(people, filled=False).table
    made.people = people
    return made


@pytest.fixture
def preparer(client, people):
    """The browser of the person who fills in."""
    client.force_login(people.preparer)
    return client


@pytest.fixture
def officer(client, people):
    """The browser of the city's officer."""
    client.force_login(people.city_officer)
    return client
