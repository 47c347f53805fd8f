"""While the city examines a case, the sections of the district's file are read; none of their links is refused."""

import pytest
from django.urls import reverse

from tests.factories.accounts import cast
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db


def test_links_between_sections_of_a_file_that_stands_still_open(client):
    people = cast()
    filing = Filing(people).to_sent()
    code = filing.case.district.code
    client.force_login(people.preparer)
    assert client.get(reverse("districts:profile_edit", args=[code])).status_code == 409
    for name in ("plot_list", "indicator_system", "work_list"):
        page = client.get(reverse(f"districts:{name}", args=[code]))
        links = [section["href"] for section in page.context["sections"]]
        assert {href: client.get(href).status_code for href in links} == dict.fromkeys(links, 200), name
