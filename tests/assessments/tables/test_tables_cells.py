import threading
from http import HTTPStatus

import pytest
from django.urls import reverse

from assessments.tables.models import RowChange, ScoreRow
from assessments.tables.services.cells import DECLARED, CellProblem, save_cell
from assessments.tables.services.cells_bulk import save_rows
from assessments.tables.services.rows import RowTyped
from districts.file.models.district import District
from greendistrict.core.errors import Closed, NotAllowed, Stale
from indicators.editions.selectors import rules_for
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db
FIRST = "t1"
READERS = ["reviewer", "authority", "city_officer", "secretariat", "bureau", "partner", "expert1", "outsider_preparer"]


def save(table, by, value="14.3", *, item_id="7.2.7", field="value", version=0, token=FIRST):
    return save_cell(table=table, item_id=item_id, field=field, value=value, version=version, token=token, by=by)


def row(table, item_id="7.2.7"):
    return ScoreRow.objects.get(table=table, item_id=item_id)


def url(table, item_id="7.2.7"):
    return reverse("assessments:score_row", args=[table.pk, item_id])


def posted(value="14.3", *, item_id="7.2.7", version=0, token=FIRST, **kw):
    return {f"{item_id}-value": value, f"{item_id}-version": version, "field": "value", "token": token, **kw}


def test_saving_a_cell_raises_the_version_and_keeps_a_history_row(table, people):
    assert save(table, people.preparer).version == 1
    assert row(table).value == "14.3"
    change = RowChange.objects.get(row=row(table))
    assert (change.field, change.old, change.new, change.by, change.token) == ("value", None, "14.3", people.preparer, "t1")


@pytest.mark.parametrize("seat", READERS)
def test_nobody_else_edits(table, people, seat):
    with pytest.raises(NotAllowed):
        save(table, getattr(people, seat))


def test_the_same_token_is_applied_once(table, people):
    save(table, people.preparer)
    again = save(table, people.preparer)
    assert (again.version, again.repeated) == (1, True)
    assert RowChange.objects.count() == 1


def test_somebody_was_faster(table, people):
    save(table, people.preparer)
    with pytest.raises(Stale) as caught:
        save(table, people.consultant, "15", token="t2")
    assert (caught.value.current.value, caught.value.current.version) == ("14.3", 1)
    assert row(table).value == "14.3"


def test_another_cell_of_the_row_is_no_conflict(table, people):
    save(table, people.consultant, "按实测折算", field="explanation", token="t0")
    saved = save(table, people.preparer)
    assert (saved.version, saved.rebased) == (2, True)
    assert (row(table).value, row(table).explanation) == ("14.3", "按实测折算")
    with pytest.raises(Stale):
        save(table, people.consultant, "15", version=1, token="t2")


def test_a_row_changed_without_history_is_a_conflict(table, people):
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(version=1, value="12")
    with pytest.raises(Stale):
        save(table, people.preparer)


def test_who_else_is_here_and_what_has_changed(client, table, people):
    address = reverse("assessments:score_presence", args=[table.pk])
    client.force_login(people.consultant)
    first = client.get(address, {"item": "7.2.7"}).json()
    assert (first["others"], first["changed"]) == ([], [])
    save(table, people.consultant)
    client.force_login(people.preparer)
    told = client.get(address, {"item": "7.2.1", "since": first["now"]}).json()
    assert told["others"] == [{"name": people.consultant.name, "item": "7.2.7"}]
    assert told["changed"] == [["7.2.7", 1]]
    client.force_login(people.outsider_preparer)
    assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_the_typing_of_somebody_else_is_not_taken_as_mine(client, table, people):
    client.force_login(people.consultant)
    answer = client.post(url(table), posted(), headers={"HX-Request": "true", "X-User": str(people.preparer.pk)})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert row(table).version == 0


def test_after_its_day_a_cell_is_saved_and_the_table_marked_overdue(preparer, table):
    moved = type(table).objects.filter(pk=table.pk)
    moved.update(year=2020)
    answer = preparer.post(url(table), posted(), headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.OK
    assert "逾期" in answer.content.decode()
    assert "逾期" in preparer.get(reverse("assessments:score_table", args=[table.pk])).content.decode()


def test_the_same_value_by_two_people_is_no_conflict(table, people):
    save(table, people.preparer)
    assert save(table, people.consultant, token="t2").version == 1


@pytest.mark.parametrize(
    ("item_id", "raw", "message"),
    [
        ("7.2.7", "abc", "应填数字，如 70 或 70.5"),
        ("7.2.7", "101", "应在0至100%之间"),
        ("7.2.7", "14.321", "最多1位小数"),
        ("7.1.2", "也许", "应填是或否"),
        ("7.2.19", {"nzeb": "120"}, "近零能耗及以上建筑面积比例：应在0至100%之间"),
    ],
)
def test_bad_values_say_what_to_do(table, people, item_id, raw, message):
    with pytest.raises(CellProblem, match=message):
        save(table, people.preparer, raw, item_id=item_id)
    assert row(table, item_id).version == 0


def test_a_clause_that_must_take_part_cannot_be_declared_out(table, people):
    with pytest.raises(CellProblem, match="不允许不参评"):
        save(table, people.preparer, "没有", item_id="4.1.1", field="exclusion_reason")


@pytest.mark.parametrize("status", ["locked", "submitted", "received"])
def test_a_closed_table_takes_nothing(table, people, status):
    type(table).objects.filter(pk=table.pk).update(status=status)
    with pytest.raises(Closed, match="不能再改"):
        save(table, people.preparer)  # the stale object still says open: the statement itself refuses
    assert row(table).value is None


def test_autosave_answers_with_the_row_and_the_totals(preparer, table):
    answer = preparer.post(url(table), posted(), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.OK
    assert 'id="ver-7_2_7" name="7.2.7-version" value="1"' in page
    for part in ('id="pts-7_2_7"', 'id="chapters"', 'id="totals"'):
        assert part in page
    assert (answer["X-Version"], len(answer["X-Saved-At"])) == ("1", len("14:03:22"))
    assert "<b>7</b> <small>/ 12</small>" in page


def test_autosave_conflict_shows_both_values(preparer, table, people):
    save(table, people.consultant)
    answer = preparer.post(url(table), posted("16", token="t9"), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "14.3%" in page
    assert "16%" in page
    assert "用我的" in page
    assert "用对方的" in page


def test_autosave_refusals_have_their_status(client, table, people):
    client.force_login(people.preparer)
    assert client.post(url(table), posted("abc")).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.force_login(people.reviewer)
    assert client.post(url(table), posted()).status_code == HTTPStatus.FORBIDDEN
    client.force_login(people.outsider_preparer)
    assert client.post(url(table), posted()).status_code == HTTPStatus.NOT_FOUND
    client.logout()
    assert client.post(url(table), posted()).status_code == HTTPStatus.UNAUTHORIZED


def test_a_closed_table_gives_back_what_was_typed(preparer, table):
    type(table).objects.filter(pk=table.pk).update(status="submitted")
    answer = preparer.post(url(table), posted("17.5"), headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.GONE
    assert "17.5" in answer.content.decode()
    assert "已经提交" in answer.content.decode()


def test_autosave_takes_seven_queries(preparer, table, kept_queries):
    preparer.post(url(table), posted(token="warm"))
    with kept_queries():  # session, user, posts, table, one UPDATE with its history, rows of both years, limits in force
        preparer.post(url(table), posted("15", version=1, token="t2"), headers={"HX-Request": "true"})


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_wins(people):
    from django.db import connection

    table = make_self_check(people, filled=False).table
    outcomes = []

    def act(person, value):
        try:
            save(table, person, value, token=value)
            outcomes.append("saved")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(people.preparer, str(number))) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "stale", "stale", "stale"]
    assert RowChange.objects.count() == 1


def test_the_chapter_list_stays_where_the_page_is(preparer, table):
    everything = preparer.post(url(table), posted(chapter=""), headers={"HX-Request": "true"}).content.decode()
    one = preparer.post(
        url(table), posted("15", version=1, token="t2", chapter="lowcarbon"), headers={"HX-Request": "true"}
    ).content.decode()
    assert ('aria-current="true"' in everything, 'aria-current="true"' in one) == (False, True)


def test_all_errors_of_a_row_are_told_at_once(table, people):
    with pytest.raises(CellProblem) as caught:
        save(table, people.preparer, {"rail": "abc", "bus": "145"}, item_id="4.2.2")
    assert str(caught.value).count("：") == 2
    assert "应填数字" in str(caught.value)
    assert "应在0至100%之间" in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"a": "1695000", "b": "300"}, "可能差了1万倍，请核对单位（公顷）"), ({"a": "42.5万", "b": "300"}, "不要写“万”“亿”")],
)
def test_a_slip_of_units_is_named(table, people, typed, said):
    with pytest.raises(CellProblem, match=said):
        save(table, people.preparer, typed, item_id="4.2.1")


def test_a_pasted_block_is_checked_and_nothing_of_it_saved(client, table, people):
    address = reverse("assessments:paste_check", args=[table.pk])
    data = {
        "rows": ["7.2.7", "7.2.1", "7.1.2", "9.9.9"],
        "7.2.7-value": "140",
        "7.2.1-value-a": "３0",
        "7.2.1-value-b": "50",
        "7.1.2-value": "true",
    }
    client.force_login(people.preparer)
    told = {one["item"]: one for one in client.post(address, data).json()["rows"]}
    assert set(told) == {"7.2.7", "7.2.1", "7.1.2"}
    assert "应在0至100%之间" in told["7.2.7"]["refused"]
    assert told["7.2.1"]["put"] == {"7.2.1-value-a": "30", "7.2.1-value-b": "50"}
    assert told["7.1.2"]["new"] == "满足"
    assert not RowChange.objects.exists()
    client.force_login(people.reviewer)
    assert client.post(address, data).status_code == HTTPStatus.FORBIDDEN
    client.force_login(people.outsider_preparer)
    assert client.post(address, data).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("declared", ["exclusion_reason", "absent_reason"])
def test_a_declared_clause_takes_no_value_until_the_declaration_is_withdrawn(table, people, declared):
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(**{declared: "无此类用地", "value": "12"})
    with pytest.raises(CellProblem, match="先撤回声明"):
        save(table, people.preparer)
    found = save_rows(table=table, rows=[RowTyped("7.2.7", 0, {"value": "14.3", "explanation": "说明"})], by=people.preparer)
    assert [str(problem) for problem in found.values()] == [DECLARED]
    assert row(table).value == "12"
    assert save(table, people.preparer, "", version=row(table).version, token="t2").value is None
    both = RowTyped("7.2.7", row(table).version, {"value": "14.3", declared: ""})
    assert save_rows(table=table, rows=[both], by=people.preparer) == {}
    assert row(table).value == "14.3"


def test_what_the_portal_leaves_out_takes_no_value(table, people):
    rules = rules_for(table.edition).table(table.type, table.stage)
    item = next(item for item in rules.items.values() if item.auto == "key_area")
    District.objects.filter(pk=table.district_id).update(key_areas=[])
    table.district.refresh_from_db()
    with pytest.raises(CellProblem, match="平台判定不参评"):
        save(table, people.preparer, "true", item_id=item.id)
