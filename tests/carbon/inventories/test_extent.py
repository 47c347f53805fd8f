"""Drawn boundary of an inventory: the version filed, and what a later version changes and leaves unchanged."""

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from carbon.inventories import services
from carbon.inventories.content import digest_of
from carbon.inventories.selectors import filled_of
from greendistrict.core.errors import Refused
from tests.carbon.inventories.world import HEAD, ROWS, make_inventory, to_filed
from tests.districts.boundaries.test_boundaries import keep
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.steps import step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("february")]
cast = once(make_cast)
people = copy_of("cast")


def drawn(people, **more):
    """An inventory whose boundary is the first version drawn."""
    inventory = make_inventory(people, filled=False, **more)
    first = keep(inventory.district, 1)
    services.save(inventory=inventory, head=HEAD, boundary=first, rows=ROWS, version=0, by=people.preparer)
    inventory.refresh_from_db()
    return inventory, first


def shown(client, user, inventory):
    client.force_login(user)
    return client.get(reverse("carbon:inventory", args=[inventory.pk])).content.decode()


def test_the_version_drawn_is_filed_with_its_digests(client, people):
    inventory, first = drawn(people)
    to_filed(inventory, people)
    kept = inventory.frozen["extent"]
    assert kept == {
        "words": "规划范围（第1版）", "kind": "plan", "number": "1", "area_km2": "4.2262",
        "file_sha256": first.sha256, "shape_sha256": digest_of(first.geometry),
    }  # fmt: skip
    assert inventory.digest == digest_of(inventory.frozen)
    text = shown(client, people.city_officer, inventory)
    assert kept["shape_sha256"] in text
    assert "图形面积4.2262 km²" in " ".join(text.split()).replace("> ", ">")
    assert 'class="edge"' in text


def test_a_later_redraw_changes_nothing_filed(client, people):
    inventory, first = drawn(people)
    to_filed(inventory, people)
    frozen, digest, before = inventory.frozen, inventory.digest, shown(client, people.city_officer, inventory)
    second = keep(inventory.district, 2)
    second.geometry = {"type": "MultiPolygon", "coordinates": []}
    second.save(update_fields=["geometry"])
    inventory.refresh_from_db()
    assert (inventory.frozen, inventory.digest, inventory.boundary) == (frozen, digest, first)
    assert filled_of(inventory).content == frozen["content"]
    after = shown(client, people.city_officer, inventory)
    assert "范围已有第2版" in after
    assert "已报送的清单仍按所列的一版核算，不变" in after
    assert "范围已有" not in before
    assert after.count('class="edge"') == before.count('class="edge"') == 1
    with pytest.raises(ProtectedError):
        first.delete()
    corrected = services.correct(inventory=inventory, reason="范围调整（虚构）", by=people.preparer)
    assert "需要时改选后再送审" in shown(client, people.preparer, corrected)
    services.save(inventory=corrected, head=HEAD, boundary=second, rows=ROWS, version=corrected.version, by=people.preparer)
    to_filed(corrected, people)
    assert (corrected.frozen["extent"]["number"], inventory.frozen["extent"]["number"]) == ("2", "1")
    assert corrected.frozen["extent"]["shape_sha256"] != frozen["extent"]["shape_sha256"]


def test_an_inventory_without_a_drawing_says_so(client, people):
    inventory = to_filed(make_inventory(people), people)
    assert inventory.frozen["extent"] is None
    assert "未选" in shown(client, people.city_officer, inventory)


def test_where_boundaries_are_drawn_one_is_chosen_before_signing(client, people):
    inventory = make_inventory(people)
    first = keep(inventory.district, 1)
    with pytest.raises(Refused, match="核算范围未选，请选定城区已登记的一版范围"):
        step(inventory, "hand_up", people.preparer)
    text = shown(client, people.preparer, inventory)
    assert "核算范围未选" in text
    assert 'href="#id_extent"' in text
    services.save(inventory=inventory, head=HEAD, boundary=first, rows=ROWS, version=inventory.version, by=people.preparer)
    inventory.refresh_from_db()
    assert to_filed(inventory, people).frozen["extent"]["number"] == "1"
