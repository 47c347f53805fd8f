"""An application's planning values begin as the last targets of the indicator system in force: marked until confirmed, typed once."""

import pytest

from assessments.common.enums import Purpose, ScoringStage
from assessments.prefill import services
from assessments.prefill.models import RowPrefill
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.tables.selectors.scoring import bases_for, rows_of
from assessments.tables.services.cells import save_base, save_cell
from indicators.editions.selectors import rules_for
from tests.assessments.browsing import browser, row_of, text_of, url
from tests.factories.assessments import make_table
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system, filled_system

pytestmark = pytest.mark.django_db
NUMBER, YES = "4.2.3", "4.1.1"


def planning(people, district, purpose=Purpose.APPLICATION):
    table = make_table(district, purpose=purpose, stage=ScoringStage.PLANNING, year=None)
    services.prefill_table(table)
    assert "targets" not in RowPrefill.objects.filter(row__table=table).values_list("source", flat=True), "nobody has asked for them"
    services.bring_in(table=table, by=people.preparer)
    return table


def planned(table):
    return dict(ScoreRow.objects.filter(table=table, value__isnull=False).values_list("item_id", "value"))


@pytest.fixture
def system(people):
    found = approved_system(people, make_district(people))
    found.rows.filter(key=NUMBER).update(near="8", mid="9.5", long="")
    return found


def test_the_last_target_is_the_planning_value_until_somebody_confirms_it(people, system):
    table = planning(people, system.district)
    values = planned(table)
    items = rules_for(system.edition).table("new", "planning").items
    choices = {name: {one["key"] for one in items[name].rule["options"]} for name in values if items[name].rule["kind"] == "choice"}
    assert (values[NUMBER], values[YES], bool(choices)) == ("9.5", True, True)
    assert all(values[name] in options for name, options in choices.items())
    taken = RowPrefill.objects.get(row__table=table, row__item_id=NUMBER)
    assert (taken.source, taken.label) == ("targets", "指标体系（第1版，已批准）中期目标，2030年")
    assert rows_of(table.pk)[table.pk][NUMBER].pending
    page = text_of(browser(people.preparer).get(url("score_table", table), {"item": NUMBER}))
    assert "中期目标，2030年" in page
    row = row_of(table, NUMBER)
    save_cell(table=table, item_id=NUMBER, field="value", value="9", version=row.version, token="", by=people.preparer)
    services.bring_in(table=table, by=people.preparer)
    assert planned(table)[NUMBER] == "9", "what somebody typed stays"


def test_a_ratio_needs_what_it_is_a_share_of(people, system):
    table = planning(people, system.district)
    items, bases = rules_for(system.edition).table("new", "planning").items, bases_for(table)
    ratio = next(name for name, item in items.items() if item.ratio and set(bases.of(name)) == {"b"} and name not in planned(table))
    system.rows.filter(key=ratio).update(long="45")
    assert not [
        name for name in planned(table) if items[name].ratio and RowPrefill.objects.get(row=row_of(table, name)).source == "targets"
    ]
    base = bases.of(ratio)["b"]
    save_base(table=table, key=base.key, value="200", version=0, token="", by=people.preparer)
    table = ScoreTable.objects.select_related("district", "edition").get(pk=table.pk)
    services.bring_in(table=table, by=people.preparer)
    assert planned(table)[ratio] == {"a": "90", "b": "200"}


def test_parts_that_no_target_names_are_left_to_be_filled_in(people, system):
    values, items = planned(planning(people, system.district)), rules_for(system.edition).table("new", "planning").items
    assert not [name for name in values if items[name].rule["kind"] in {"all_of", "checklist"}]
    assert len(values) >= 20


def test_a_draft_system_another_purpose_and_excluded_clauses_give_none(people, system):
    assert "targets" not in set(
        RowPrefill.objects.filter(row__table=planning(people, system.district, Purpose.STAGE)).values_list("source", flat=True)
    )
    draft = filled_system(people, make_district(people))
    assert planned(planning(people, draft.district)) == {}
    name = next(key for key, item in rules_for(system.edition).items.items() if item.may_exclude and system.rows.filter(key=key).exists())
    system.rows.filter(key=name).update(taking_part=False, exclusion_reason="区内没有（虚构）")
    assert name not in planned(planning(people, system.district))


def test_an_untouched_application_says_where_its_values_can_come_from_and_takes_them_at_a_press(people, system):
    table = make_table(system.district, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING, year=None)
    services.prefill_table(table)
    seat = browser(people.preparer)
    assert "末期目标可以作为规划值" in text_of(seat.get(url("score_table", table)))
    assert "平台上已有" in text_of(seat.get(url("score_check", table)))
    assert "请逐条核对后确认" in text_of(seat.post(url("bring_in", table), follow=True))
    assert rows_of(table.pk)[table.pk][NUMBER].pending
    assert "末期目标可以作为规划值" not in text_of(seat.get(url("score_table", table)))
    assert seat.post(url("unchanged", table), {"item": NUMBER}).status_code in {200, 302}
    assert not rows_of(table.pk)[table.pk][NUMBER].pending
    other = make_table(make_district(people, name="演示二区（虚构）"), purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING, year=None)
    assert "末期目标可以作为规划值" not in text_of(browser(people.preparer).get(url("score_table", other)))
