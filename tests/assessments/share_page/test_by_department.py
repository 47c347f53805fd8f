"""One act gives each clause to the department that the standard names: previewed, corrected, written when it is confirmed."""

import pytest
from django.urls import reverse

from assessments.sharing.departments import departments_in, meant
from assessments.sharing.models import RowShare, SharedRow
from assessments.sharing.selectors import clause_groups
from assessments.sharing.services import GivenRows, give_out, give_out_several
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core.errors import Refused
from indicators.editions.selectors import rules_for
from tests.factories.accounts import cast as make_cast
from tests.factories.accounts import make_organisation
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db
BODIES = ["演示甲区建设和管理委员会（虚构）", "青浦区规划和自然资源局", "浦东新区建设和交通委员会", "青浦区经济委员会", "青浦区水务局"]


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def table(people):
    return make_self_check(people, filled=False).table


@pytest.fixture
def water(people):
    return make_organisation(OrganisationKind.BUREAU, "演示甲区水务局（虚构）", code="demo-water", parent=people.authority_body)


def of_department(table, name):
    layout = rules_for(table.edition).table(table.type, table.stage)
    return {item.id for item in layout.items.values() if item.data["source_department"] == name}


def href(table, **query):
    return reverse("assessments:share_by_department", args=[table.pk], query=query)


@pytest.mark.parametrize(
    ("department", "found"),
    [
        ("区建设管理委", [0]),
        ("区规划资源局", [1]),
        ("区交通委", [2]),
        ("区经委", [3]),
        ("区水务局", [4]),
        ("区税务局", []),
        ("街道办事处", []),
        ("", []),
        ("区建设委", [0, 2]),
    ],
)
def test_a_department_in_short_is_found_among_full_names(department, found):
    assert meant(department, BODIES) == found


def test_departments_of_a_clause_are_parted():
    assert departments_in("区水务局、区国防动员办，区建设管理委") == ["区水务局", "区国防动员办", "区建设管理委"]


def test_the_preview_says_who_gets_what_and_writes_nothing(client, people, table, water):
    give_out(table=table, items=sorted(of_department(table, "区水务局"))[:1], by=people.preparer, organisation=water)
    client.force_login(people.preparer)
    listed = client.get(reverse("assessments:share_list", args=[table.pk])).content.decode()
    assert href(table) in listed
    page = client.get(href(table))
    text = page.content.decode()
    assert {name for name, _ in page.context["foreseen"]} == {people.bureau_body.name, water.name}
    assert dict(page.context["foreseen"])[people.bureau_body.name] >= len(of_department(table, "区建设管理委"))
    assert "1条已分派，不重复分派" in text
    assert "没有对应的部门" in text
    assert f"（{water.name}）" in text
    assert "确认前不写入" in text
    again = client.post(href(table), {"do": "preview", "to-0": f"bureau:{water.pk}", "items": []})
    assert again.status_code == 200
    assert again.context["foreseen"] == []
    assert RowShare.objects.count() == 1


def confirmed(client, page, address, **changed):
    data = {field.name: field.value() or "" for _, lines in page.context["sections"] for _, field in lines}
    return client.post(address, {**data, "items": sorted(page.context["ticked"]), "do": "confirm", **changed})


def test_confirming_gives_to_each_body_one_share_of_all_its_clauses(client, people, table, water):
    client.force_login(people.preparer)
    page = client.get(href(table))
    expected = dict(page.context["foreseen"])
    answer = confirmed(client, page, href(table), note="按年报口径", due_on="2030-01-09")
    assert answer.url == reverse("assessments:share_list", args=[table.pk])
    shares = {share.organisation.name: share for share in RowShare.objects.select_related("organisation")}
    assert {name: share.rows.count() for name, share in shares.items()} == expected
    assert {(share.note, str(share.due_on)) for share in shares.values()} == {("按年报口径", "2030-01-09")}
    assert of_department(table, "区水务局") <= set(shares[water.name].rows.values_list("row__item_id", flat=True))
    assert not [group for group in clause_groups(table, by_chapter=False) if group.free and group.proposed]


def test_what_is_unticked_or_changed_goes_as_the_person_says(client, people, table):
    client.force_login(people.preparer)
    page = client.get(href(table, by="chapter"))
    assert page.context["foreseen"] == []
    [(_, [(first, field), *_])] = page.context["sections"]
    kept = first.free[0].id
    changed = {field.name: f"person:{people.preparer.pk}", "items": [item.id for item in first.free[1:]]}
    answer = confirmed(client, page, href(table, by="chapter"), **changed)
    assert answer.status_code == 302
    share = RowShare.objects.get()
    assert (share.person, share.rows.count()) == (people.preparer, len(first.free) - 1)
    assert not share.rows.filter(row__item_id=kept).exists()


def test_nothing_is_written_where_one_part_is_refused(client, people, table, water):
    client.force_login(people.preparer)
    page = client.get(href(table))
    answer = confirmed(client, page, href(table), due_on="2020-01-01")
    assert answer.status_code == 422
    assert "完成期限不能早于今天" in answer.content.decode()
    assert client.post(href(table), {"do": "confirm"}).status_code == 422
    taken = min(of_department(table, "区水务局"))
    give_out(table=table, items=[taken], by=people.preparer, organisation=water)
    parts = [GivenRows(["7.2.13"], people.bureau_body), GivenRows([taken], water)]
    with pytest.raises(Refused, match=f"条文 {taken} 已分派给"):
        give_out_several(table=table, parts=parts, by=people.preparer)
    assert SharedRow.objects.count() == 1


@pytest.mark.parametrize(
    ("seat", "status"), [("reviewer", 403), ("consultant", 403), ("bureau", 404), ("city_officer", 404), ("expert1", 404)]
)
def test_only_the_preparer_gives_out(client, people, table, seat, status):
    client.force_login(getattr(people, seat))
    assert client.get(href(table)).status_code == status
    assert client.post(href(table), {"do": "confirm"}).status_code == status
