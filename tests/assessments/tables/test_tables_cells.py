"""Cells of a score table, saved one by one; and base quantities, which several clauses ask for and a table holds once."""

from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.findings.selectors.plausibility import findings
from assessments.findings.services import answer_finding
from assessments.plausibility.cross_row_rules import grouped
from assessments.tables.models import BaseChange, RowChange, ScoreRow, ScoreTable
from assessments.tables.selectors.scoring import bases_for, rows_of, score_rows
from assessments.tables.services.base_quantities import held_value, settle_bases
from assessments.tables.services.cells import DECLARED, CellProblem, save_base, save_cell, save_rows
from assessments.tables.services.rows import RowTyped
from assessments.versions import services as tables
from assessments.versions.services import restore_version
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from indicators.editions.selectors import rules_for
from tests.assessments.browsing import HTMX, lacking, put, row_of, text_of, url
from tests.factories.assessments import make_self_check
from tests.factories.plausible import layout
from tests.refusing import refuses
from tests.waiting import race

pytestmark = pytest.mark.django_db
FIRST = "t1"
READERS = ["reviewer", "authority", "city_officer", "secretariat", "bureau", "partner", "expert1", "outsider_preparer"]


def save(table, by, value="14.3", *, item_id="7.2.7", field="value", version=0, token=FIRST):
    return save_cell(table=table, item_id=item_id, field=field, value=value, version=version, token=token, by=by)


def posted(value="14.3", *, item_id="7.2.7", version=0, token=FIRST, **kw):
    return {f"{item_id}-value": value, f"{item_id}-version": version, "field": "value", "token": token, **kw}


def sent(client, table, *given, item_id="7.2.7", **kw):
    """Autosave of a cell."""
    return client.post(url("score_row", table, item_id), posted(*given, item_id=item_id, **kw), headers=HTMX)


def test_saving_a_cell_raises_the_version_and_keeps_a_history_row_and_each_token_counts_once(table, people):
    assert save(table, people.preparer).version == 1
    assert row_of(table).value == "14.3"
    change = RowChange.objects.get(row=row_of(table))
    assert (change.field, change.old, change.new, change.by, change.token) == ("value", None, "14.3", people.preparer, "t1")
    again = save(table, people.preparer)
    assert (again.version, again.repeated) == (1, True)
    assert save(table, people.consultant, token="t2").version == 1, "the same value by two people is no conflict"
    assert RowChange.objects.count() == 1


@pytest.mark.parametrize("seat", READERS)
def test_nobody_else_edits(table, people, seat):
    refuses(NotAllowed, save, table, getattr(people, seat))


def test_another_cell_of_the_row_is_no_conflict(table, people):
    save(table, people.consultant, "按实测折算", field="explanation", token="t0")
    saved = save(table, people.preparer)
    assert (saved.version, saved.rebased) == (2, True)
    assert (row_of(table).value, row_of(table).explanation) == ("14.3", "按实测折算")
    refuses(Stale, save, table, people.consultant, "15", version=1, token="t2")
    ScoreRow.objects.filter(table=table, item_id="7.2.13").update(version=1, value="12")
    refuses(Stale, save, table, people.preparer, "1", item_id="7.2.13", token="t3")  # changed without a history


def test_who_else_is_here_and_what_has_changed(client, table, people):
    client.force_login(people.consultant)
    first = client.get(url("score_presence", table, item="7.2.7")).json()
    assert (first["others"], first["changed"]) == ([], [])
    save(table, people.consultant)
    client.force_login(people.preparer)
    told = client.get(url("score_presence", table, item="7.2.1", since=first["now"])).json()
    assert (told["others"], told["changed"]) == ([{"name": people.consultant.name, "item": "7.2.7"}], [["7.2.7", 1]])
    client.force_login(people.outsider_preparer)
    assert client.get(url("score_presence", table)).status_code == 404


def test_the_typing_of_somebody_else_is_not_taken_as_mine(client, table, people):
    client.force_login(people.consultant)
    answer = client.post(url("score_row", table, "7.2.7"), posted(), headers={**HTMX, "X-User": str(people.preparer.pk)})
    assert (answer.status_code, row_of(table).version) == (401, 0)


def test_after_its_day_a_cell_is_saved_and_the_table_marked_overdue(preparer, table):
    type(table).objects.filter(pk=table.pk).update(year=2020)
    for answer in (sent(preparer, table), preparer.get(url("score_table", table))):
        assert lacking(answer, "逾期") == (200, [])


@pytest.mark.parametrize(
    ("item_id", "raw", "messages"),
    [
        ("7.2.7", "abc", ["应填数字，如 70 或 70.5"]),
        ("7.2.7", "101", ["应在0至100%之间"]),
        ("7.2.7", "14.321", ["最多1位小数"]),
        ("7.1.2", "也许", ["应填是或否"]),
        ("7.2.19", {"nzeb": "120"}, ["近零能耗及以上建筑面积比例：应在0至100%之间"]),
        ("4.2.2", {"rail": "abc", "bus": "145"}, ["应填数字", "应在0至100%之间"]),
        ("4.2.1", {"a": "1695000", "b": "300"}, ["可能差了1万倍，请核对单位（公顷）"]),
        ("4.2.1", {"a": "42.5万", "b": "300"}, ["不要写“万”“亿”"]),
    ],
)
def test_bad_values_say_what_to_do(table, people, item_id, raw, messages):
    with pytest.raises(CellProblem) as caught:
        save(table, people.preparer, raw, item_id=item_id)
    assert [words for words in messages if words not in str(caught.value)] == []
    assert row_of(table, item_id).version == 0


@pytest.mark.parametrize("status", ["locked", "submitted", "received"])
def test_a_closed_table_takes_nothing_and_gives_back_what_was_typed(preparer, table, people, status):
    type(table).objects.filter(pk=table.pk).update(status=status)
    with pytest.raises(Closed, match="不能再改"):
        save(table, people.preparer)  # the stale object still says open: the statement itself refuses
    assert row_of(table).value is None
    assert lacking(sent(preparer, table, "17.5"), "17.5") == (410, [])


def test_autosave_answers_with_the_row_and_the_totals(preparer, table):
    answer, version = sent(preparer, table), 'id="ver-7_2_7" name="7.2.7-version" value="1"'
    assert lacking(answer, version, 'id="pts-7_2_7"', 'id="chapters"', 'id="totals"', "<b>7</b> <small>/ 12</small>") == (200, [])
    assert (answer["X-Version"], len(answer["X-Saved-At"])) == ("1", len("14:03:22"))


def test_autosave_conflict_shows_both_values(preparer, table, people):
    save(table, people.consultant)
    assert lacking(sent(preparer, table, "16", token="t9"), "14.3%", "16%", "用我的", "用对方的") == (409, [])


def test_autosave_refusals_have_their_status(client, table, people):
    for user, value, status in ((people.preparer, "abc", 422), (people.reviewer, "1", 403), (people.outsider_preparer, "1", 404)):
        client.force_login(user)
        assert sent(client, table, value).status_code == status
    client.logout()
    assert sent(client, table).status_code == 401


def test_autosave_takes_seven_queries(preparer, table, kept_queries):
    sent(preparer, table, token="warm")
    with kept_queries():  # session, user, posts, table, one UPDATE with its history, rows of both years, limits in force
        sent(preparer, table, "15", version=1, token="t2")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_wins(people):
    table = make_self_check(people, filled=False).table
    outcomes = race(*[partial(save, table, people.preparer, value, token=value) for value in "1234"])
    assert sorted(isinstance(one, Stale) for one in outcomes) == [False, True, True, True]
    assert RowChange.objects.count() == 1


def test_the_chapter_list_stays_where_the_page_is(preparer, table):
    answers = (sent(preparer, table, chapter=""), sent(preparer, table, "15", version=1, token="t2", chapter="lowcarbon"))
    assert ['aria-current="true"' in text_of(answer) for answer in answers] == [False, True]


def test_a_pasted_block_is_checked_and_nothing_of_it_saved(client, table, people):
    values = {"7.2.7-value": "140", "7.2.1-value-a": "３0", "7.2.1-value-b": "50", "7.1.2-value": "true"}
    data = {"rows": ["7.2.7", "7.2.1", "7.1.2", "9.9.9"], **values}
    client.force_login(people.preparer)
    told = {one["item"]: one for one in client.post(url("paste_check", table), data).json()["rows"]}
    assert set(told) == {"7.2.7", "7.2.1", "7.1.2"}
    assert "应在0至100%之间" in told["7.2.7"]["refused"]
    assert (told["7.2.1"]["put"], told["7.1.2"]["new"]) == ({"7.2.1-value-a": "30", "7.2.1-value-b": "50"}, "满足")
    assert not RowChange.objects.exists()
    for user, status in ((people.reviewer, 403), (people.outsider_preparer, 404)):
        client.force_login(user)
        assert client.post(url("paste_check", table), data).status_code == status


@pytest.mark.parametrize("declared", ["exclusion_reason", "absent_reason"])
def test_a_declared_clause_takes_no_value_until_the_declaration_is_withdrawn(table, people, declared):
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(**{declared: "无此类用地", "value": "12"})
    with pytest.raises(CellProblem, match="先撤回声明"):
        save(table, people.preparer)
    found = save_rows(table=table, rows=[RowTyped("7.2.7", 0, {"value": "14.3", "explanation": "说明"})], by=people.preparer)
    assert [str(problem) for problem in found.values()] == [DECLARED]
    assert row_of(table).value == "12"
    assert save(table, people.preparer, "", version=row_of(table).version, token="t2").value is None
    both = RowTyped("7.2.7", row_of(table).version, {"value": "14.3", declared: ""})
    assert save_rows(table=table, rows=[both], by=people.preparer) == {}
    assert row_of(table).value == "14.3"


def test_what_the_portal_leaves_out_takes_no_value_and_what_must_take_part_is_not_declared_out(table, people):
    rules = rules_for(table.edition).table(table.type, table.stage)
    item = next(item for item in rules.items.values() if item.auto == "key_area")
    District.objects.filter(pk=table.district_id).update(key_areas=[])
    table.district.refresh_from_db()
    with pytest.raises(CellProblem, match="平台判定不参评"):
        save(table, people.preparer, "true", item_id=item.id)
    with pytest.raises(CellProblem, match="不允许不参评"):
        save(table, people.preparer, "没有", item_id="4.1.1", field="exclusion_reason")


pytestmark = pytest.mark.django_db
LAND = "4.2.8.b"
CLAUSES = ("4.2.8", "5.2.3", "5.2.13", "5.2.18")
HOUR = "2026-11-21T00:00:00+00:00"


def cell(table, by, item_id, a, b="", *, version=0):
    return save_cell(table=table, item_id=item_id, field="value", value={"a": a, "b": b}, version=version, token="", by=by)


def base(table, by, value, version=0, token=""):
    return save_base(table=table, key=LAND, value=value, version=version, token=token, by=by)


def scored(table):
    found = score_rows(table, rows_of(table.pk)[table.pk].values())
    assert found.result, found.refusal
    return found.result


def again(table):
    return ScoreTable.objects.select_related("district", "edition").get(pk=table.pk)


def test_the_edition_itself_says_which_inputs_are_one_quantity():
    _, items = layout()
    found = {one.title: one for one in grouped("GD-REF-2024", items)}
    assert set(CLAUSES) <= set(found["建设用地面积"].items)
    others = grouped("ANOTHER", {name: items[name] for name in ("5.2.3", "5.2.13", "4.2.8")})
    assert [one.items for one in others] == [("5.2.3", "5.2.13")]  # by words and unit alone, in any edition


def test_typed_once_it_stands_in_every_clause_and_rescores_them(table, people):
    for item in ("4.2.8", "5.2.3"):
        put(table, item, value={"a": "30"})
    saved = base(table, people.preparer, "１００")
    assert (saved.value, saved.version) == ("100", 1)
    held = {"a": "30", "b": "100"}  # nothing is said in 5.2.13 yet
    assert [row_of(table, item).value for item in ("4.2.8", "5.2.3", "5.2.13")] == [held, held, None]
    assert row_of(table, "5.2.3").version == 0  # nobody has answered the clause by that
    assert RowChange.objects.filter(row__table=table, field="base").count() == 2
    cell(table, people.preparer, "5.2.13", "40")
    assert row_of(table, "5.2.13").value == {"a": "40", "b": "100"}
    before = scored(table).total
    base(table, people.preparer, "41", version=1)
    assert scored(table).total > before
    assert [one.new for one in BaseChange.objects.filter(table=table)] == ["100", "41"]


def test_typed_first_in_a_clause_it_is_held_for_all(table, people):
    saved = cell(table, people.preparer, "5.2.3", "30", "100")
    assert saved.settled == (LAND,)
    assert held_value(again(table), LAND) == "100"
    with pytest.raises(CellProblem, match="建设用地面积是基础数据，本表为100公顷"):
        cell(again(table), people.preparer, "5.2.13", "40", "130")
    cell(again(table), people.preparer, "5.2.13", "40", "100.0")
    assert row_of(table, "5.2.13").value == {"a": "40", "b": "100"}
    cell(again(table), people.preparer, "5.2.13", "", version=1)
    assert row_of(table, "5.2.13").value is None


def test_a_cell_that_was_read_before_the_base_changed_says_the_new_one(table, people):
    stale = again(table)
    cell(table, people.preparer, "5.2.3", "30", "100")
    stale.bases = again(table).bases
    base(again(table), people.preparer, "120", version=1)
    cell(stale, people.preparer, "5.2.13", "40")  # its table was read with 100
    assert row_of(table, "5.2.13").value == {"a": "40", "b": "120"}
    assert RowChange.objects.filter(row__table=table, row__item_id="5.2.13").latest("pk").new == {"a": "40", "b": "120"}


def test_a_base_quantity_is_guarded_like_a_cell(table, people):
    base(table, people.preparer, "100", token="t1")
    assert base(table, people.preparer, "100", token="t1").repeated
    refuses(Stale, base, table, people.consultant, "90", token="t2")
    for bad in ("abc", "0", "-3"):
        with pytest.raises(CellProblem, match="建设用地面积"):
            base(table, people.preparer, bad, version=1)
    refuses(NotAllowed, base, table, people.reviewer, "90", version=1)
    ScoreTable.objects.filter(pk=table.pk).update(status="submitted")
    refuses(Closed, base, again(table), people.preparer, "90", version=1)


def test_where_clauses_differ_nothing_is_decided_and_it_must_be_explained_or_mended(people):
    table = make_self_check(people).table

    def sums():
        return [one for one in findings(again(table), clock.today()) if one.rule == "sums"]

    put(table, "5.2.13", value={"a": "50", "b": "130"})
    assert LAND not in settle_bases(table, people.preparer)
    [found] = sums()
    assert (found.item_id, found.blocks, found.answerable) == ("5.2.13", True, True)
    refuses(Refused, tables.submit_table, table=table, by=None)
    answer_finding(table=table, key=found.key, text="公交规划另含两块备用地", by=people.preparer)
    assert not any(one.blocks for one in sums())
    base(again(table), people.preparer, "100")
    assert (sums(), row_of(table, "5.2.13").value) == ([], {"a": "50", "b": "100"})


def test_land_larger_than_the_district_cannot_be_filed_in_silence(people):
    check = make_self_check(people)
    District.objects.filter(pk=check.district_id).update(area_km2=Decimal("0.48"), developable_km2=None)
    table = again(check.table)
    told = {one.item_id: one for one in findings(table, clock.today()) if one.rule == "area"}
    assert {"4.2.1", "4.2.8", "5.2.3", "6.2.1", "6.2.4"} <= set(told)
    assert all(one.blocks and one.answerable for one in told.values())
    refuses("规划范围面积", tables.submit_table, table=table, by=None)


def test_what_is_held_is_frozen_and_comes_back_with_the_version(people):
    table = make_self_check(people).table
    base(table, people.preparer, "100")
    version = tables.submit_table(table=again(table), by=None)
    (frozen,) = [one for one in version.content["bases"] if one["key"] == LAND]
    assert (frozen["title"], frozen["value"]) == ("建设用地面积", "100")
    tables.return_table(table=table, by=None, reason="补充")
    base(again(table), people.preparer, "120", version=1)
    restore_version(table=again(table), version=version, by=people.preparer)
    assert held_value(again(table), LAND) == "100"
    assert row_of(table, "5.2.3").value["b"] == "100"


def test_the_page_shows_it_once_to_type_and_in_the_clauses_to_read(preparer, table):
    page, field = url("score_table", table, chapter="resilience"), 'name="5.2.3-value-b"'

    def typed(value, version="0", token="t", headers=HTMX):  # noqa: S107 -- no password
        data = {f"base-{LAND}-value": value, f"base-{LAND}-version": version, "token": token, "chapter": "resilience"}
        return preparer.post(url("score_base", table, LAND), data, headers=headers)

    assert field in text_of(preparer.get(page))  # nothing held yet: typed here it becomes the base quantity
    answer = typed("100")
    assert lacking(answer, *(f'id="cell-{item.replace(".", "_")}"' for item in CLAUSES)) == (200, [])
    assert answer["X-Version"] == "1"
    assert lacking(preparer.get(page), field, f'name="base-{LAND}-value"') == (200, [field])
    assert typed("90", token="t2").status_code == 409
    assert typed("x", "1", headers=None).status_code == 422
    assert [f"base-{LAND}", 1] in preparer.get(url("score_presence", table, since=HOUR)).json()["changed"]
    assert "建设用地面积100公顷" in text_of(preparer.get(url("score_print", table)))


def test_a_clause_typed_first_renews_the_others_on_the_page(preparer, table):
    data = {"5.2.3-value-a": "30", "5.2.3-value-b": "100", "5.2.3-version": "0", "field": "value", "token": "t"}
    answer = preparer.post(url("score_row", table, "5.2.3"), data, headers=HTMX)
    assert lacking(answer, 'id="cell-5_2_13"', 'value="100"') == (200, [])


AMOUNTS = st.lists(st.decimals(min_value="0.1", max_value="999", places=1), min_size=4, max_size=4)


@given(amounts=AMOUNTS, land=st.decimals(1000, 9000, places=1))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_held_or_typed_in_each_clause_the_same_values_score_the_same(table, people, amounts, land):
    """Scoring knows no base quantities: it is given the same values either way."""
    items = bases_for(table).by_key[LAND].items
    ScoreTable.objects.filter(pk=table.pk).update(bases={})
    for name, a in zip(items, amounts, strict=False):
        put(table, name, value={"a": str(a), "b": str(land)})
    each = scored(table)
    for name, a in zip(items, amounts, strict=False):
        put(table, name, value={"a": str(a)})
    base(again(table), people.preparer, str(land))
    assert scored(table) == each
