"""The page where findings of a verification are settled and answered; by itself, because keys of its world stand on the kept page."""

import pytest
from django.urls import reverse

from tests.carbon.verification.world import make_mandated, put
from tests.steps import step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]


def test_a_finding_is_settled_and_answered_where_it_stands(client):
    people, found = make_mandated()
    put(found, people)
    page = reverse("carbon:verification", args=[found.pk])
    client.force_login(people.verifier)
    assert client.get(page).status_code == 200
    step(found, "return", people.verifier)
    client.force_login(people.preparer)
    assert client.get(page).status_code == 200
