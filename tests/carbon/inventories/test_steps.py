"""Steps of an inventory: the page names exactly the people who are notified; an outdated form is refused."""

import pytest
from django.urls import reverse

from carbon.inventories import services
from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.inventories.models import CarbonInventory
from greendistrict.core import clock
from tests.carbon.inventories.world import NOW, make_inventory
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.steps import Walk, reaches, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(CARBON_INVENTORY)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def make_filled():
    cast = make_cast()
    return cast, make_inventory(cast)


filled = once(make_filled)
world = copy_of("filled")


def walk(client, world, step):
    cast, inventory = world
    machine, action, source = step
    CarbonInventory.objects.filter(pk=inventory.pk).update(status=source)
    inventory.refresh_from_db()
    page, url = (reverse(f"carbon:{name}", args=[inventory.pk]) for name in ("inventory", "inventory_action"))
    return Walk(client, cast, machine, inventory, action, page, url)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_those_who_fill_it_in_are_notified_that_it_was_begun(world):
    cast, inventory = world
    assert reaches(cast, inventory, "begun", by="preparer") == set()
    with clock.at(NOW):
        other = services.open_inventory(district=inventory.district, year=2023, by=cast.consultant)
    assert reaches(cast, other, "begun", by="consultant") == {f"{other}开始填报"}
