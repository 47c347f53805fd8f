"""What a table begins with: the values of last year, and what plots and key projects say; binding, with its source, told before 提交."""

import datetime as dt
from decimal import Decimal

import pytest

from assessments.findings import services as unchanged
from assessments.findings.selectors.check import standings
from assessments.findings.selectors.plausibility import findings
from assessments.prefill import services
from assessments.prefill import sources as prefill
from assessments.prefill.models import RowPrefill
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import RowChange, RowEvidence, ScoreRow
from assessments.tables.selectors.scoring import RowData, rows_of, score_rows
from assessments.tables.services.cells import save_cell
from assessments.versions import services as tables
from districts.plots.models import PlotIndicator
from districts.projects.models import KeyProject
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents.models import Evidence
from tests.assessments.browsing import HTMX, lacking, put, row_of, text_of, url
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_table
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district
from tests.factories.once import copy_of, once
from tests.factories.received import received_self_check
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
JANUARY = dt.datetime(2027, 1, 5, 9, tzinfo=clock.SHANGHAI)
PROVEN, EXPIRED, BARE = "7.2.7", "7.2.17", "7.2.16"


def file_under(table, item_id, *, valid_to=None):
    number = Evidence.objects.count()
    document = Evidence.objects.create(
        key=f"00000000-0000-0000-0000-{number:012d}", owner=f"assessments.scoretable:{table.pk}", title=f"{item_id}佐证",
        original_name="a.pdf", content_type="application/pdf", size=1, sha256=f"{number:064d}", uploaded_at=clock.now(), valid_to=valid_to,
    )  # fmt: skip
    return RowEvidence.objects.create(row=row_of(table, item_id), document=document, page=3)


def prove(check):
    """Files under every row of last year but one; one of them has run out since."""
    check.table.rows.filter(item_id="8.2.18").update(value="9")
    for row in check.table.rows.exclude(item_id=BARE):
        file_under(check.table, row.item_id, valid_to=dt.date(2026, 12, 31) if row.item_id == EXPIRED else None)


def begin():
    """People, and the table of a second year, prefilled."""
    people = make_cast()
    before = received_self_check(people, year=2025, building=False, change=prove)
    table = make_table(before.district, year=2026, previous=before.table)
    services.prefill_table(table)
    with clock.at(JANUARY):
        return people, SelfCheck.objects.create(district=before.district, year=2026, table=table, opened_at=clock.now()).table


made = once(begin)
own = copy_of("made")


@pytest.fixture
def people(own):
    return own[0]


@pytest.fixture
def second(own):
    """The table of the second year; it is the January after."""
    with clock.at(JANUARY):
        yield own[1]


def standing(table):
    rows = rows_of(table.pk)[table.pk]
    return standings(table, score_rows(table, rows.values()), rows, clock.today())


def test_last_year_is_brought_in_with_its_files_and_source(second):
    row, before = (row_of(table, PROVEN) for table in (second, second.previous))
    assert (row.value, row.version, row.prefill.label) == (before.value, 0, "2025年度自查（已接收）")
    assert list(row.evidence.values_list("document", "page")) == list(before.evidence.values_list("document", "page"))
    assert [(one.field, one.by) for one in row.changes.all()] == [("value", None)]
    opened = {name: one.words for name, one in standing(second).items() if one.opens}
    assert opened == {EXPIRED: "佐证材料已过有效期"}, "only rows that no longer hold"


def test_one_click_declares_every_row_that_holds(people, second):
    def waiting():
        return {one.item_id for one in findings(second, clock.today()) if one.rule == "confirmed" and one.blocks}

    before, declared = waiting(), unchanged.declare_unchanged(table=second, by=people.preparer)
    assert before - set(declared.done) == {EXPIRED}
    assert BARE in declared.done  # received without a file; the check advises, nothing has moved
    assert (declared.refused, waiting()) == ({}, {EXPIRED})
    assert unchanged.declare_unchanged(table=second, by=people.preparer).done == ()


def test_expired_evidence_blocks_no_change(people, second):
    declared = unchanged.declare_unchanged(table=second, by=people.preparer, items=[EXPIRED, PROVEN])
    assert declared.done == (PROVEN,)
    assert declared.refused == {EXPIRED: "佐证材料已过有效期，须先处理"}
    assert RowChange.objects.filter(row__table=second, field="unchanged").count() == 1


def test_a_missed_target_is_declared_by_name_only(people, second):
    put(second, "8.2.18", target="12")
    assert standing(second)["8.2.18"].words.startswith("未达目标或路径")
    assert "8.2.18" not in unchanged.declare_unchanged(table=second, by=people.preparer).done
    assert unchanged.declare_unchanged(table=second, by=people.preparer, items=["8.2.18"]).done == ("8.2.18",)


def test_what_somebody_saves_needs_no_declaration(people, second):
    save_cell(table=second, item_id=EXPIRED, field="value", value="84", version=0, token="", by=people.preparer)
    assert EXPIRED not in {one.item_id for one in findings(second, clock.today()) if one.rule in {"confirmed", "reasoned"}}


@pytest.fixture
def plots():
    """A source of the portal's own figures, as plots and carbon will be."""
    kept = dict(prefill._sources.by_key)
    offer = prefill.Offer({"value": "70"}, "地块台账（2026年12月31日）")
    prefill._sources.by_key.pop("plots", None)
    prefill.register(prefill.PrefillSource("plots", "地块台账", 10, binding=True, offers=lambda *_: {EXPIRED: offer}))
    yield
    prefill._sources.by_key = kept


def test_a_binding_source_wins_and_a_departure_says_why(plots, people, second):
    table = make_table(second.district, year=2027, previous=second.previous)
    services.prefill_table(table)
    row = ScoreRow.objects.select_related("table__district", "prefill").get(table=table, item_id=EXPIRED)
    assert (row.value, row.prefill.source) == ("70", "plots")
    assert "来源已变：上年自查" in standing(table)[EXPIRED].words
    assert EXPIRED in unchanged.declare_unchanged(table=table, by=people.preparer, items=[EXPIRED]).refused
    save_cell(table=table, item_id=EXPIRED, field="value", value="72", version=0, token="", by=people.preparer)
    (one,) = [found for found in findings(table, clock.today()) if found.rule == "reasoned"]
    assert (one.blocks, one.text) == (True, "与地块台账（2026年12月31日）带入的“70%”不一致，须写明改写理由")
    services.give_reason(row=row, reason="台账漏登一个地块", by=people.preparer)
    assert not [found for found in findings(table, clock.today()) if found.rule == "reasoned"]


def test_a_year_received_late_is_brought_into_the_open_next_one(people):
    early = received_self_check(people, year=2024, change=prove)
    table = make_table(early.district, year=2025, building=True)
    SelfCheck.objects.create(district=early.district, year=2025, table=table, opened_at=clock.now())
    assert not table.rows.filter(value__isnull=False).exists()
    save_cell(table=table, item_id=PROVEN, field="value", value="3", version=0, token="", by=people.preparer)
    assert services.bring_into_next_year(early.table) > 90
    table.refresh_from_db()
    assert (table.previous, table.rows.get(item_id=PROVEN).value) == (early.table, "3")


def test_the_page_opens_with_what_has_to_be_filled_in(preparer, second):
    text = text_of(preparer.get(url("score_table", second)))
    # the source is said once, not under every row
    assert (text.count('<tr id="row-'), "来源 2025年度自查" in text, "佐证材料已过有效期" in text) == (1, False, True)
    assert text_of(preparer.get(url("score_table", second, chapter="all"))).count('<tr id="row-') == second.rows.count()


def test_without_javascript_one_button_declares_all_and_one_a_row(preparer, people, second):
    def declare(**what):
        return preparer.post(url("unchanged", second), {"show": "todo", **what}, follow=True)

    assert declare(item=PROVEN).redirect_chain[-1][0].endswith("?show=todo")
    assert RowPrefill.objects.get(row__table=second, row__item_id=PROVEN).confirmed_by == people.preparer
    declare(all="1")
    assert RowPrefill.objects.filter(row__table=second, confirmed_by=None).count() == 1
    assert f"{EXPIRED} 不能确认：佐证材料已过有效期，须先处理" in text_of(declare(item=EXPIRED))


def test_only_those_who_fill_in_declare_and_only_in_an_open_table(people, second):
    for seat in ("reviewer", "authority", "bureau", "city_officer", "expert1", "outsider_preparer"):
        refuses(NotAllowed, unchanged.declare_unchanged, table=second, by=getattr(people, seat))
    tables.lock_table(table=second)
    refuses(Closed, unchanged.declare_unchanged, table=second, by=people.preparer)
    row = ScoreRow.objects.select_related("table__district").get(table=second, item_id=PROVEN)
    refuses(Refused, services.give_reason, row=row, reason="x", by=people.preparer)


@pytest.mark.parametrize(("value", "build_state", "departs"), [("12", "done", False), ("12", "going", False), ("13", "going", True)])
def test_building_that_went_on_is_no_departure_from_last_year(value, build_state, departs):
    brought = {"value": "12", "build_state": "going"}
    row = RowData(1, "7.2.7", value, "", "", "", None, build_state, 1, 0, 1, source="last_year", brought=brought)
    assert row.overridden is departs


pytestmark = pytest.mark.django_db
STARS, ON_TIME = "7.2.1", "4.2.19"


@pytest.fixture
def table(people):
    """A year's table of a district with one built plot, one project begun too late, and its own values of 7.2.1 and 4.2.19."""
    district = make_district(people)
    plot = PlotFactory(district=district, floor_area=Decimal(40_000), acquisition="grant", built_on=dt.date(2025, 3, 1))
    PlotIndicator.objects.create(plot=plot, key="star", designed="三星级", built="二星级")
    KeyProjectFactory(district=district, planned_start=dt.date(2025, 2, 1), planned_finish=dt.date(2027, 1, 1))
    return make_table(district, year=2025)


def reasoned(table):
    return [one.text for one in findings(table, clock.today()) if one.rule == "reasoned" and one.blocks]


def brought(table):
    """Rows that were brought in, by clause."""
    rows = ScoreRow.objects.filter(table=table, prefill__isnull=False).select_related("prefill")
    return {row.item_id: row for row in rows}


def later_on():
    """What plots and projects say changes."""
    PlotIndicator.objects.update(built="一星级")
    KeyProject.objects.update(started_on=dt.date(2025, 1, 20), state="building")


def test_plots_and_projects_fill_their_clauses_with_their_source(table, people):
    assert services.prefill_table(table) == 2
    rows = brought(table)
    assert {name: row.value for name, row in rows.items()} == {STARS: {"a": "4", "b": "4"}, ON_TIME: {"a": "0", "b": "1"}}
    assert (rows[STARS].prefill.label, rows[ON_TIME].prefill.source) == ("1个地块的建成值（2025年12月31日）", "land")
    save_cell(table=table, item_id=STARS, field="value", value={"a": "3", "b": "4"}, version=0, token="", by=people.preparer)
    assert ["与1个地块的建成值（2025年12月31日）带入的" in text for text in reasoned(table)] == [True], "a departure says why"
    row = ScoreRow.objects.select_related("table__district").get(table=table, item_id=STARS)
    services.give_reason(row=row, reason="另有一幢在复核星级", by=people.preparer)
    assert reasoned(table) == []


def test_what_was_entered_after_the_table_was_opened_is_offered_and_brought_in(preparer, table, people):
    put(table, ON_TIME, value={"a": "1", "b": "1"}, version=1)
    check = url("score_check", table)
    assert lacking(preparer.get(check), "平台上已有1条的取值", "1个地块的建成值") == (200, [])
    assert preparer.post(url("bring_in", table)).status_code == 302
    assert [row_of(table, one).value for one in (STARS, ON_TIME)] == [{"a": "4", "b": "4"}, {"a": "1", "b": "1"}]
    assert "平台上已有" not in text_of(preparer.get(check))
    assert lacking(preparer.get(url("score_table", table, item=STARS)), "1个地块的建成值（2025年12月31日）") == (200, [])
    refuses(NotAllowed, services.bring_in, table=table, by=people.reviewer)


def test_a_table_without_a_year_asks_for_today(people):
    district = make_district(people)
    plot = PlotFactory(district=district, floor_area=Decimal(10_000))
    PlotIndicator.objects.create(plot=plot, key="renewable", designed="12")
    table = make_table(district, stage="planning")
    services.prefill_table(table)
    today = clock.today()
    row = ScoreRow.objects.select_related("prefill").get(table=table, item_id="7.2.7")
    assert (row.value, row.prefill.label) == ("12", f"1个地块的设计值按建筑面积加权（{today.year}年{today.month}月{today.day}日）")


def test_a_newer_value_of_the_source_takes_the_place_of_the_older(preparer, table, people):
    services.prefill_table(table)
    save_cell(table=table, item_id=STARS, field="value", value={"a": "3.9", "b": "4"}, version=0, token="", by=people.preparer)
    later_on()
    assert "平台上已有2条的取值" in text_of(preparer.get(url("score_check", table)))
    assert services.bring_in(table=table, by=people.preparer) == 2
    found = {name: (row.value, row.prefill.content["value"]) for name, row in brought(table).items()}
    assert found == {ON_TIME: ({"a": "1", "b": "1"}, {"a": "1", "b": "1"}), STARS: ({"a": "3.9", "b": "4"}, {"a": "0", "b": "4"})}
    assert len(reasoned(table)) == 1


def test_an_opened_table_brings_in_what_was_entered_since(preparer, table):
    page, follow = url("score_table", table, chapter="all"), url("follow", table)  # the page of an opened table asks for it
    assert f'hx-post="{follow}"' in text_of(preparer.get(page))
    note = preparer.post(follow, headers=HTMX)
    assert lacking(note, "平台带入了2条取值", f'data-brought="{ON_TIME} {STARS}"') == (200, [])
    assert "带入了" not in text_of(preparer.post(follow, headers=HTMX))
    PlotIndicator.objects.update(built="一星级")
    assert f'data-brought="{STARS}"' in text_of(preparer.post(follow, headers=HTMX))
    assert row_of(table, STARS).value == {"a": "0", "b": "4"}
    assert lacking(preparer.get(page), f'hx-post="{follow}"', f'aria-label="{STARS}确认"') == (200, [])


def test_what_somebody_filled_in_or_confirmed_is_left_to_them(table, people):
    services.prefill_table(table)
    save_cell(table=table, item_id=STARS, field="value", value={"a": "3.9", "b": "4"}, version=0, token="", by=people.preparer)
    unchanged.declare_unchanged(table=table, by=people.preparer, items=[ON_TIME])
    later_on()
    assert services.follow_sources(table=table, by=people.preparer) == []
    assert {name: row.value for name, row in brought(table).items()} == {STARS: {"a": "3.9", "b": "4"}, ON_TIME: {"a": "0", "b": "1"}}


def test_a_page_with_nothing_to_be_filled_does_not_ask(client, table, people):
    ScoreRow.objects.filter(table=table).update(version=1)
    for user in (people.preparer, people.reviewer):
        client.force_login(user)
        assert 'id="brought"' not in text_of(client.get(url("score_table", table, chapter="all")))
    assert client.post(url("follow", table), headers=HTMX).status_code == 403
    client.logout()
    assert client.post(url("follow", table), headers=HTMX).status_code == 401
