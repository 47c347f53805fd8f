"""The construction state of a clause is chosen by people: none stands in a new table, and one press fills in those that are left."""

from importlib import import_module

import pytest
from django.apps import apps

from assessments.common.enums import BuildState
from assessments.findings.selectors.plausibility import findings
from assessments.prefill.models import RowPrefill
from assessments.tables.models import RowChange, ScoreTable, TableState
from assessments.tables.services.cells import begin_rest, save_cell
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed
from tests.assessments.browsing import browser, row_of, text_of, url
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import fill_table, make_self_check, make_table
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
CHOSEN, EXCLUDED, BROUGHT, EMPTY = "7.2.7", "7.2.16", "7.2.6", "7.2.17"
GOING = BuildState.GOING


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def table(people):
    """A table with values: one state was chosen, one clause takes no part, one is empty, one value was brought and is not confirmed."""
    table = fill_table(make_self_check(people, filled=False).table)
    table.rows.update(build_state="")
    table.rows.filter(item_id=EMPTY).update(value=None)
    save_cell(table=table, item_id=CHOSEN, field="build_state", value=BuildState.DONE.value, version=0, token="", by=people.preparer)
    table.rows.filter(item_id=EXCLUDED).update(exclusion_reason="没有这类建筑")
    RowPrefill.objects.create(row=row_of(table, BROUGHT), source="land", label="地块", content={"value": "1"}, taken_at=clock.now())
    return table


def states(table):
    return dict(table.rows.values_list("item_id", "build_state"))


def test_a_new_table_says_nothing_that_nobody_chose_and_is_not_submitted_without(people):
    check = make_self_check(people)
    check.table.rows.filter(item_id=CHOSEN).update(build_state="")
    assert [(one.item_id, one.text) for one in findings(check.table, clock.today()) if one.blocks] == [(CHOSEN, "未填建设情况")]
    assert set(states(make_self_check(people, filled=False, year=2027, district=check.district).table).values()) == {""}


def test_one_press_fills_in_what_the_district_did_not_choose_and_each_clause_keeps_who_did_it(people, table):
    before = states(table)
    done = begin_rest(table=table, by=people.preparer)
    after = states(table)
    same = {name for name in before if before[name] == after[name]}
    assert after[CHOSEN] == BuildState.DONE
    assert {CHOSEN, EXCLUDED, BROUGHT, EMPTY} <= same
    assert table.rows.get(item_id=EMPTY).version == 0, "what last year, plots or targets say can still be brought in"
    assert {after[name] for name in set(after) - same} == {GOING}
    assert done == len(set(after) - same) == RowChange.objects.filter(row__table=table, field="build_state", by=people.preparer).count() - 1
    assert begin_rest(table=table, by=people.preparer) == 0


@pytest.mark.parametrize("seat", ["reviewer", "bureau", "city_officer"])
def test_only_who_fills_in_the_table_presses(people, table, seat):
    refuses(NotAllowed, begin_rest, table=table, by=getattr(people, seat))
    assert GOING not in states(table).values()


def test_a_table_that_is_closed_takes_none(people, table):
    ScoreTable.objects.filter(pk=table.pk).update(status=TableState.LOCKED)
    table.refresh_from_db()
    refuses(Closed, begin_rest, table=table, by=people.preparer)


def test_the_page_offers_it_to_who_fills_in_and_returns_to_the_chapter(people, table):
    client, address = browser(people.preparer), url("score_table", table)
    page = text_of(client.get(f"{address}?chapter=livability"))
    assert "没有填建设情况" in page
    answer = client.post(url("begin_rest", table), {"back": "chapter=livability"}, follow=True)
    assert answer.redirect_chain[0][0] == f"{address}?chapter=livability"
    assert "条的建设情况已填为实施中" in text_of(answer)
    assert "没有填建设情况" not in text_of(answer)
    assert "没有填建设情况" not in text_of(browser(people.reviewer).get(address))


def test_a_table_in_operation_asks_for_none(people, table):
    built = make_table(table.district, year=2030)
    assert "没有填建设情况" not in text_of(browser(people.preparer).get(url("score_table", built)))
    assert begin_rest(table=built, by=people.preparer) == 0


def test_tables_of_before_keep_what_somebody_chose_and_what_was_submitted(people):
    turn = import_module("assessments.migrations.0024_construction_states_nobody_chose")
    going, sent = (fill_table(make_self_check(people, year=year, filled=False).table) for year in (2026, 2027))
    save_cell(table=going, item_id=CHOSEN, field="build_state", value=GOING.value, version=0, token="", by=people.preparer)
    RowPrefill.objects.create(
        row=row_of(going, BROUGHT), source="last_year", label="上年", content={"build_state": "going"}, taken_at=clock.now()
    )
    ScoreTable.objects.filter(pk=sent.pk).update(status=TableState.SUBMITTED)
    turn.leave_open(apps, None)
    assert {name for name, state in states(going).items() if state} == {CHOSEN, BROUGHT}
    assert set(states(sent).values()) == {GOING}
    turn.begin(apps, None)
    assert set(states(going).values()) == {GOING}
