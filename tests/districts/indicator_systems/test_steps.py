"""Every step of an indicator system: the page tells of exactly those who get a message; an old form changes nothing."""

import re

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from districts.indicator_systems.lifecycle import APPROVER, INDICATOR_SYSTEM
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.services import imports, indicators
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.procedure import take
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.indicator_systems import YEARS, filled_system
from tests.factories.once import once
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
edition = once(published_edition)
STEPS = steps_of(INDICATOR_SYSTEM)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def system(cast):
    return filled_system(cast, make_district(cast, stage=Stage.PILOT))


def walk(client, cast, system, step):
    machine, action, source = step
    IndicatorSystem.objects.filter(pk=system.pk).update(status=source)
    system.refresh_from_db()
    code = system.district.code
    page = reverse("districts:indicator_system", kwargs={"code": code})
    url = reverse("districts:indicator_step", kwargs={"code": code, "number": system.number})
    return Walk(client, cast, machine, system, action, page, url, labels={APPROVER.label: {"authority"}})


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, cast, system, step):
    walk(client, cast, system, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, cast, system, step):
    walk(client, cast, system, step).refuses_an_old_form()


@pytest.mark.parametrize("change", ["row", "years", "add", "drop", "import"])
def test_nobody_hands_up_rows_that_the_page_did_not_show(cast, system, change):
    opened, row = IndicatorSystem.objects.get(), system.rows.get(key="4.2.1")
    own = {"title": "邻里中心", "unit": "处", "rule": "ge", "dimension": "健康宜居", "near": "3", "department": "", "source": ""}
    if change == "row":
        indicators.save_row(row=row, values={"near": "40"}, version=row.version, by=cast.consultant)
    elif change == "years":
        indicators.save_years(system=system, values={**YEARS, "long_year": 2040}, version=system.version, by=cast.consultant)
    elif change == "import":
        imports.apply_cells(system=system, cells=[(row.pk, row.version, {"near": "40"})], by=cast.consultant)
    else:
        added = indicators.add_own(system=system, values=own, by=cast.consultant)
        if change == "drop":
            opened.refresh_from_db()
            indicators.delete_own(row=added, by=cast.consultant)
    with pytest.raises(Stale):
        take(obj=opened, action="hand_up", by=cast.preparer, version=opened.version)


def test_a_row_saved_inside_the_table_brings_the_version_that_the_page_posts_next(client, cast, system):
    client.force_login(cast.preparer)
    address = reverse("districts:indicator_row", kwargs={"code": system.district.code, "number": 1, "pk": system.rows.first().pk})
    answer = client.post(address, {"version": 0, "near": "yes", "mid": "yes", "long": "yes"}, headers={"HX-Request": "true"})
    system.refresh_from_db()
    page = client.get(reverse("districts:indicator_system", kwargs={"code": system.district.code})).content.decode()
    ids = re.findall(r'name="version" value="(\d+)" id="([\w-]+)" hx-swap-oob', answer.content.decode())
    assert ids == [(str(system.version), "act-version"), (str(system.version), "years-version")]
    for _, name in ids:
        assert re.search(rf'name="version" value="{system.version}" id="{name}"', page)


def test_the_moment_of_approval_is_written_with_the_state(cast, system):
    before = clock.now()
    for action, user in (("hand_up", cast.preparer), ("sign", cast.reviewer), ("approve", cast.authority)):
        take(obj=system, action=action, by=user, version=system.version)
    assert (system.status, system.handed_up_by) == ("approved", cast.preparer)
    assert system.approved_at >= before
