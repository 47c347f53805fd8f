"""Versions compared cell by cell, the history of a cell, changes given up."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.tables.models import RowChange, RowEvidence, ScoreRow, ScoreTable
from assessments.tables.services.cells import save_cell
from assessments.versions.selectors import differences as states
from assessments.versions.services import tables
from assessments.versions.services.restoring import restore_version
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents.services import store_bytes
from tests.factories.assessments import make_self_check
from tests.factories.reviews import Scene
from tests.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(people):
    """Submitted once and returned."""
    table = make_self_check(people).table
    tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.return_table(table=table, by=people.city_officer, reason="补充")
    return table


def type_in(table, people, item_id, field, text):
    row = ScoreRow.objects.get(table=table, item_id=item_id)
    save_cell(table=table, item_id=item_id, field=field, value=text, version=row.version, token="", by=people.preparer)


def compare(client, table, **sides):
    return client.get(reverse("assessments:table_compare", args=[table.pk]), sides)


def edited(table, people):
    type_in(table, people, "7.2.7", "value", "12.5")
    type_in(table, people, "7.2.7", "explanation", "按年报更正")
    type_in(table, people, "7.2.6", "build_state", "not_started")
    file = store_bytes(owner=table, content=pdf(), name="a.pdf", content_type="application/pdf", kind="clause", title="年报")
    RowEvidence.objects.create(row=table.rows.get(item_id="7.2.6"), document=file)


def test_a_version_and_the_table_now_differ_in_exactly_what_was_changed(people, table):
    edited(table, people)
    old, new = (states.state_of(people.preparer, table, key) for key in ("1", "now"))
    found = [(one.item_id, one.label, one.old, one.new) for one in states.differences(old, new)]
    assert sorted(found) == sorted(
        [
            ("7.2.7", "取值", "100%", "12.5%"),
            ("7.2.7", "说明", "未填", "按年报更正"),
            ("7.2.6", "建设情况", "实施中", "未启动"),
            ("7.2.6", "佐证材料", "—", "年报"),
        ]
    )
    assert next(one for one in states.differences(old, new) if one.label == "取值").points.startswith("12.00分 → ")
    assert states.differences(old, old) == []


def test_frozen_versions_compare_as_they_were_frozen(officer, people, table):
    edited(table, people)
    tables.submit_table(table=table, by=people.reviewer)
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(value="77")
    page = compare(officer, table)
    assert (page.context["new"].key, page.context["old"].key) == ("2", "1")
    assert "12.5%" in page.content.decode()
    assert "77" not in {one.new for one in page.context["found"]}
    assert not page.context["restorable"]


def test_years_are_compared_and_only_those_in_sight(client, people, table):
    last = make_self_check(people, district=table.district, year=2025).table
    tables.submit_table(table=last, by=people.reviewer)
    client.force_login(people.preparer)
    page = compare(client, table, old=f"{last.pk}-1", new="1")
    assert "2025年度第1版" in page.content.decode()
    assert page.context["comparable"]
    client.force_login(people.outsider_preparer)
    assert compare(client, table).status_code == HTTPStatus.NOT_FOUND


def test_a_state_that_is_not_there_is_not_found(preparer, table):
    for key in ("9", "x", "1-", "999999-1", "-", "٣"):
        assert compare(preparer, table, old=key).status_code == HTTPStatus.NOT_FOUND


def test_the_city_sees_no_unsubmitted_state(officer, table):
    page = compare(officer, table)
    assert [choice.key for choice in page.context["choices"]] == ["1"]
    assert reverse("assessments:table_receipt", args=[table.pk, 1]) in page.content.decode()
    assert compare(officer, table, new="now").status_code == HTTPStatus.NOT_FOUND


def addresses_of(table, item):
    whole = reverse("assessments:table_history", args=[table.pk])
    sheet = reverse("assessments:score_table", args=[table.pk])
    return [whole, reverse("assessments:row_history", args=[table.pk, item]), f"{sheet}?item={item}"]


# Values above 60: a page holds the second at which it was saved, such as "12.583223".
@pytest.mark.parametrize("seat", ["city_officer", "city_director", "secretariat", "partner"])
def test_those_who_may_not_see_drafts_read_versions_and_no_keystrokes(client, people, table, seat):
    before = table.rows.get(item_id="7.2.7").value
    for typed in ("81.1", "83.3", "82.5"):
        type_in(table, people, "7.2.7", "value", typed)
    client.force_login(people.everybody[seat])
    unsubmitted = [client.get(address) for address in addresses_of(table, "7.2.7")]
    assert not [word for page in unsubmitted for word in ("81.1", "83.3", "82.5", people.preparer.name) if word in page.content.decode()]
    tables.submit_table(table=table, by=people.reviewer)
    if seat == "partner":
        ScoreTable.objects.filter(pk=table.pk).update(status="received")
        table.versions.filter(number=2).update(counts=True)
    for address in addresses_of(table, "7.2.7"):
        page = client.get(address).content.decode()
        assert "82.5" in page, address
        assert "第2版" in page, address
        assert not [word for word in ("81.1", "83.3") if word in page], address
    history = client.get(addresses_of(table, "7.2.7")[0]).content.decode()
    assert people.preparer.name not in history
    assert before != "82.5"
    client.force_login(people.preparer)
    assert "83.3" in client.get(addresses_of(table, "7.2.7")[0]).content.decode()


def test_an_expert_of_the_panel_reads_no_keystrokes(client):
    scene = Scene().to_scoring()
    row = scene.table.rows.get(item_id="7.2.7")
    row.changes.create(field="value", old="81.1", new="83.3", at=clock.now(), by=scene.people.preparer)
    member = scene.members[0]
    client.force_login(member.expert.user)
    history, clause, sheet = (client.get(address) for address in addresses_of(scene.table, "7.2.7"))
    assert {page.status_code for page in (history, clause)} <= {200, 404}
    for page in (history, clause, sheet, client.get(reverse("assessments:review_clause", args=[scene.review.pk, "7.2.7"]))):
        assert not [word for word in ("81.1", "83.3", scene.people.preparer.name) if word in page.content.decode()]
    client.force_login(scene.people.preparer)
    assert "83.3" in client.get(addresses_of(scene.table, "7.2.7")[0]).content.decode()


def test_the_history_of_a_cell_says_who_when_from_and_to(client, people, table):
    edited(table, people)
    client.force_login(people.reviewer)
    page = client.get(reverse("assessments:row_history", args=[table.pk, "7.2.7"])).content.decode()
    assert page.index("按年报更正") < page.index("12.5%")
    assert people.preparer.name in page
    only = client.get(reverse("assessments:row_history", args=[table.pk, "7.2.7"]), {"field": "value"}).content.decode()
    assert ("12.5%" in only, "按年报更正" in only) == (True, False)
    assert client.get(reverse("assessments:row_history", args=[table.pk, "99.9"])).status_code == HTTPStatus.NOT_FOUND
    drawer = client.get(reverse("assessments:score_table", args=[table.pk]), {"item": "7.2.7"}).content.decode()
    assert reverse("assessments:row_history", args=[table.pk, "7.2.7"]) in drawer


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_takes_the_same_queries_for_any_number(preparer, people, table, rows, django_assert_max_num_queries):
    for number in range(rows):
        type_in(table, people, "7.2.7", "value", f"{number + 10}")
    address = reverse("assessments:table_history", args=[table.pk])
    preparer.get(address)
    with django_assert_max_num_queries(9):
        assert preparer.get(address).content.decode().count("7.2.7　") == rows


def test_changes_are_given_up_after_asking_and_leave_their_history(preparer, people, table):
    edited(table, people)
    assert compare(preparer, table).context["restorable"]
    address = reverse("assessments:table_restore", args=[table.pk, 1])
    asked = preparer.post(address)
    assert "放弃" in asked.content.decode()
    assert ScoreRow.objects.get(table=table, item_id="7.2.7").value == "12.5"
    assert preparer.post(address, {"confirmed": "yes"}).status_code == HTTPStatus.FOUND
    row = ScoreRow.objects.get(table=table, item_id="7.2.7")
    assert (row.value, row.explanation) == ("100", "")
    assert RowChange.objects.filter(row=row, field="value").order_by("-pk").first().old == "12.5"
    assert AuditRecord.objects.get(action="table.restore").data["items"] == ["7.2.6", "7.2.7"]
    old, new = (states.state_of(people.preparer, table, key) for key in ("1", "now"))
    assert [one.label for one in states.differences(old, new)] == ["佐证材料"]


def test_only_the_newest_version_of_an_open_table_by_who_fills_it_in(people, table):
    first = table.versions.get()
    with pytest.raises(NotAllowed):
        restore_version(table=table, version=first, by=people.reviewer)
    tables.submit_table(table=table, by=people.reviewer)
    with pytest.raises(Closed):
        restore_version(table=table, version=first, by=people.preparer)
    ScoreTable.objects.filter(pk=table.pk).update(status="returned")
    with pytest.raises(Refused, match="只能恢复到最近提交的一版"):
        restore_version(table=table, version=first, by=people.preparer)
    assert restore_version(table=table, version=table.versions.get(number=2), by=people.preparer) == 0
