"""People of the portal's tests."""

import pytest

from tests.factories.accounts import cast


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def sign_in(client):
    def as_(user):
        client.force_login(user)
        return client

    return as_
