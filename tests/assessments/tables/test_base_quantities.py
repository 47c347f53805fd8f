"""Base quantities: an amount that several clauses ask for is entered once per table; clauses say what the table holds."""

from decimal import Decimal
from http import HTTPStatus

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.findings.selectors.blocking import findings
from assessments.findings.services.plausibility import answer_finding
from assessments.plausibility.base_quantities import grouped
from assessments.tables.models import BaseChange, RowChange, ScoreRow, ScoreTable
from assessments.tables.selectors.scoring import bases_for, rows_of, score_rows
from assessments.tables.services.base_cells import save_base
from assessments.tables.services.base_quantities import held_value, settle_bases
from assessments.tables.services.cells import CellProblem, save_cell
from assessments.versions.services import tables
from assessments.versions.services.restoring import restore_version
from districts.file.models.district import District
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from tests.factories.assessments import make_self_check
from tests.factories.plausible import layout

pytestmark = pytest.mark.django_db
LAND = "4.2.8.b"
CLAUSES = ("4.2.8", "5.2.3", "5.2.13", "5.2.18")
HOUR = "2026-11-21T00:00:00+00:00"


def row(table, item_id):
    return ScoreRow.objects.get(table=table, item_id=item_id)


def cell(table, by, item_id, a, b="", *, version=0):
    return save_cell(table=table, item_id=item_id, field="value", value={"a": a, "b": b}, version=version, token="", by=by)


def base(table, by, value, version=0, token=""):
    return save_base(table=table, key=LAND, value=value, version=version, token=token, by=by)


def put(table, item_id, **values):
    ScoreRow.objects.filter(table=table, item_id=item_id).update(**values)


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
    assert [row(table, item).value for item in ("4.2.8", "5.2.3")] == [{"a": "30", "b": "100"}] * 2
    assert row(table, "5.2.13").value is None  # nothing is said there yet
    assert row(table, "5.2.3").version == 0  # nobody has answered the clause by that
    assert RowChange.objects.filter(row__table=table, field="base").count() == 2
    cell(table, people.preparer, "5.2.13", "40")
    assert row(table, "5.2.13").value == {"a": "40", "b": "100"}
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
    assert row(table, "5.2.13").value == {"a": "40", "b": "100"}
    cell(again(table), people.preparer, "5.2.13", "", version=1)
    assert row(table, "5.2.13").value is None


def test_a_cell_that_was_read_before_the_base_changed_says_the_new_one(table, people):
    stale = again(table)
    cell(table, people.preparer, "5.2.3", "30", "100")
    stale.bases = again(table).bases
    base(again(table), people.preparer, "120", version=1)
    cell(stale, people.preparer, "5.2.13", "40")  # its table was read with 100
    assert row(table, "5.2.13").value == {"a": "40", "b": "120"}
    assert RowChange.objects.filter(row__table=table, row__item_id="5.2.13").latest("pk").new == {"a": "40", "b": "120"}


def test_a_base_quantity_is_guarded_like_a_cell(table, people):
    base(table, people.preparer, "100", token="t1")
    assert base(table, people.preparer, "100", token="t1").repeated
    with pytest.raises(Stale):
        base(table, people.consultant, "90", token="t2")
    for bad in ("abc", "0", "-3"):
        with pytest.raises(CellProblem, match="建设用地面积"):
            base(table, people.preparer, bad, version=1)
    with pytest.raises(NotAllowed):
        base(table, people.reviewer, "90", version=1)
    ScoreTable.objects.filter(pk=table.pk).update(status="submitted")
    with pytest.raises(Closed):
        base(again(table), people.preparer, "90", version=1)


def test_where_clauses_differ_nothing_is_decided_and_it_must_be_explained_or_mended(people):
    table = make_self_check(people).table
    put(table, "5.2.13", value={"a": "50", "b": "130"})
    assert LAND not in settle_bases(table, people.preparer)
    (found,) = [one for one in findings(table) if one.rule == "sums"]
    assert (found.item_id, found.blocks, found.answerable) == ("5.2.13", True, True)
    with pytest.raises(Refused):
        tables.submit_table(table=table, by=None)
    answer_finding(table=table, key=found.key, text="公交规划另含两块备用地", by=people.preparer)
    assert not any(one.blocks for one in findings(table) if one.rule == "sums")
    base(again(table), people.preparer, "100")
    assert not any(one.rule == "sums" for one in findings(again(table)))
    assert row(table, "5.2.13").value == {"a": "50", "b": "100"}


def test_land_larger_than_the_district_cannot_be_filed_in_silence(people):
    check = make_self_check(people)
    District.objects.filter(pk=check.district_id).update(area_km2=Decimal("0.48"), developable_km2=None)
    table = again(check.table)
    told = {one.item_id: one for one in findings(table) if one.rule == "area"}
    assert {"4.2.1", "4.2.8", "5.2.3", "6.2.1", "6.2.4"} <= set(told)
    assert all(one.blocks and one.answerable for one in told.values())
    with pytest.raises(Refused, match="规划范围面积"):
        tables.submit_table(table=table, by=None)


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
    assert row(table, "5.2.3").value["b"] == "100"


def test_the_page_shows_it_once_to_type_and_in_the_clauses_to_read(preparer, table):
    address = reverse("assessments:score_table", args=[table.pk])
    text = preparer.get(f"{address}?chapter=resilience").content.decode()
    assert 'name="5.2.3-value-b"' in text  # nothing held yet: typed here it becomes the base quantity
    url = reverse("assessments:score_base", args=[table.pk, LAND])
    data = {f"base-{LAND}-value": "100", f"base-{LAND}-version": "0", "token": "t", "chapter": "resilience"}
    answer = preparer.post(url, data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Version"]) == (HTTPStatus.OK, "1")
    saved = answer.content.decode()
    assert all(f'id="cell-{item.replace(".", "_")}"' in saved for item in CLAUSES)
    text = preparer.get(f"{address}?chapter=resilience").content.decode()
    assert 'name="5.2.3-value-b"' not in text
    assert f'name="base-{LAND}-value"' in text
    again_ = preparer.post(url, {**data, f"base-{LAND}-value": "90", "token": "t2"}, headers={"HX-Request": "true"})
    assert again_.status_code == HTTPStatus.CONFLICT
    assert (
        preparer.post(url, {**data, f"base-{LAND}-version": "1", f"base-{LAND}-value": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    )
    told = preparer.get(reverse("assessments:score_presence", args=[table.pk]), {"since": HOUR}).json()["changed"]
    assert [f"base-{LAND}", 1] in told
    printed = preparer.get(reverse("assessments:score_print", args=[table.pk])).content.decode()
    assert "建设用地面积100公顷" in printed


def test_a_clause_typed_first_renews_the_others_on_the_page(preparer, table):
    data = {"5.2.3-value-a": "30", "5.2.3-value-b": "100", "5.2.3-version": "0", "field": "value", "token": "t"}
    text = preparer.post(reverse("assessments:score_row", args=[table.pk, "5.2.3"]), data, headers={"HX-Request": "true"}).content.decode()
    assert 'id="cell-5_2_13"' in text
    assert 'value="100"' in text


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
