import datetime as dt

import pytest
from django.urls import reverse

from assessments.findings.selectors.blocking import blocking_rows, findings
from assessments.findings.selectors.row_status import standings
from assessments.findings.services import unchanged
from assessments.prefill import services
from assessments.prefill import sources as prefill
from assessments.prefill.models import RowPrefill
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import RowChange, RowEvidence, ScoreRow
from assessments.tables.selectors.scoring import RowData, rows_of, score_rows
from assessments.tables.services.cells import save_cell
from assessments.versions.services import tables
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents.models import Evidence
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_table
from tests.factories.once import copy_of, once
from tests.factories.received import received_self_check

pytestmark = pytest.mark.django_db
JANUARY = dt.datetime(2027, 1, 5, 9, tzinfo=clock.SHANGHAI)
PROVEN, EXPIRED, BARE = "7.2.7", "7.2.17", "7.2.16"


def file_under(table, item_id, *, valid_to=None):
    row = ScoreRow.objects.get(table=table, item_id=item_id)
    document = Evidence.objects.create(
        key=f"00000000-0000-0000-0000-{Evidence.objects.count():012d}",
        owner=f"assessments.scoretable:{table.pk}",
        title=f"{item_id}佐证",
        original_name="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256=f"{Evidence.objects.count():064d}",
        uploaded_at=clock.now(),
        valid_to=valid_to,
    )
    return RowEvidence.objects.create(row=row, document=document, page=3)


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
    return standings(table, score_rows(table, rows.values()), rows)


def test_last_year_is_brought_in_with_its_files_and_source(second):
    row = ScoreRow.objects.get(table=second, item_id=PROVEN)
    before = ScoreRow.objects.get(table=second.previous, item_id=PROVEN)
    assert (row.value, row.version) == (before.value, 0)
    assert row.prefill.label == "2025年度自查（已接收）"
    assert list(row.evidence.values_list("document", "page")) == list(before.evidence.values_list("document", "page"))
    assert [(one.field, one.by) for one in row.changes.all()] == [("value", None)]


def test_only_rows_that_no_longer_hold_are_opened(second):
    opened = {name: one.words for name, one in standing(second).items() if one.opens}
    assert opened == {EXPIRED: "佐证材料已过有效期"}


def test_one_click_declares_every_row_that_holds(people, second):
    waiting = [one.item_id for one in blocking_rows(second) if one.rule == "confirmed"]
    declared = unchanged.declare_unchanged(table=second, by=people.preparer)
    assert set(waiting) - set(declared.done) == {EXPIRED}
    assert BARE in declared.done  # received without a file; the check advises, nothing has moved
    assert declared.refused == {}
    assert [one.item_id for one in blocking_rows(second) if one.rule == "confirmed"] == [EXPIRED]
    assert unchanged.declare_unchanged(table=second, by=people.preparer).done == ()


def test_expired_evidence_blocks_no_change(people, second):
    declared = unchanged.declare_unchanged(table=second, by=people.preparer, items=[EXPIRED, PROVEN])
    assert declared.done == (PROVEN,)
    assert declared.refused == {EXPIRED: "佐证材料已过有效期，须先处理"}
    assert RowChange.objects.filter(row__table=second, field="unchanged").count() == 1


def test_a_missed_target_is_declared_by_name_only(people, second):
    ScoreRow.objects.filter(table=second, item_id="8.2.18").update(target="12")
    assert standing(second)["8.2.18"].words.startswith("未达年度目标")
    assert "8.2.18" not in unchanged.declare_unchanged(table=second, by=people.preparer).done
    assert unchanged.declare_unchanged(table=second, by=people.preparer, items=["8.2.18"]).done == ("8.2.18",)


def test_what_somebody_saves_needs_no_declaration(people, second):
    save_cell(table=second, item_id=EXPIRED, field="value", value="84", version=0, token="", by=people.preparer)
    assert EXPIRED not in {one.item_id for one in findings(second) if one.rule in {"confirmed", "reasoned"}}


@pytest.fixture
def plots():
    """A source of the portal's own figures, as plots and carbon will be."""
    kept = dict(prefill._sources.by_key)
    offer = prefill.Offer({"value": "70"}, "地块台账（2026年12月31日）")
    prefill._sources.by_key.pop("plots", None)
    prefill.register(prefill.PrefillSource("plots", "地块台账", 10, binding=True, offers=lambda _: {EXPIRED: offer}))
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
    (one,) = [found for found in findings(table) if found.rule == "reasoned"]
    assert (one.blocks, one.text) == (True, "与地块台账（2026年12月31日）带入的“70%”不一致，须写明改写理由")
    services.give_reason(row=row, reason="台账漏登一个地块", by=people.preparer)
    assert not [found for found in findings(table) if found.rule == "reasoned"]


def test_a_year_received_late_is_brought_into_the_open_next_one(people):
    early = received_self_check(people, year=2024, change=prove)
    table = make_table(early.district, year=2025, building=True)
    SelfCheck.objects.create(district=early.district, year=2025, table=table, opened_at=clock.now())
    untouched = table.rows.filter(value__isnull=False).count()
    assert untouched == 0
    save_cell(table=table, item_id=PROVEN, field="value", value="3", version=0, token="", by=people.preparer)
    assert services.bring_into_next_year(early.table) > 90
    table.refresh_from_db()
    assert table.previous == early.table
    assert table.rows.get(item_id=PROVEN).value == "3"


def page(client, table, query=""):
    return client.get(f"{reverse('assessments:score_table', args=[table.pk])}{query}").content.decode()


def test_the_page_opens_with_what_has_to_be_filled_in(preparer, second):
    text = page(preparer, second)
    assert text.count('<tr id="row-') == 1
    assert "来源 2025年度自查" not in text  # said once, not under every row
    assert "佐证材料已过有效期" in text
    assert page(preparer, second, "?chapter=all").count('<tr id="row-') == second.rows.count()


def test_without_javascript_one_button_declares_all_and_one_a_row(preparer, people, second):
    address = reverse("assessments:unchanged", args=[second.pk])
    answer = preparer.post(address, {"item": PROVEN, "show": "todo"})
    assert answer.url.endswith("?show=todo")
    assert RowPrefill.objects.get(row__table=second, row__item_id=PROVEN).confirmed_by == people.preparer
    preparer.post(address, {"all": "1", "show": "todo"})
    assert RowPrefill.objects.filter(row__table=second, confirmed_by=None).count() == 1
    text = preparer.post(address, {"item": EXPIRED, "show": "todo"}, follow=True).content.decode()
    assert f"{EXPIRED} 不能确认：佐证材料已过有效期，须先处理" in text


@pytest.mark.parametrize("seat", ["reviewer", "authority", "bureau", "city_officer", "expert1", "outsider_preparer"])
def test_only_those_who_fill_in_declare(people, second, seat):
    with pytest.raises(NotAllowed):
        unchanged.declare_unchanged(table=second, by=getattr(people, seat))


def test_a_closed_table_takes_no_declaration(people, second):
    tables.lock_table(table=second)
    with pytest.raises(Closed):
        unchanged.declare_unchanged(table=second, by=people.preparer)
    row = ScoreRow.objects.select_related("table__district").get(table=second, item_id=PROVEN)
    with pytest.raises(Refused):
        services.give_reason(row=row, reason="x", by=people.preparer)


@pytest.mark.parametrize(("value", "build_state", "departs"), [("12", "done", False), ("12", "going", False), ("13", "going", True)])
def test_building_that_went_on_is_no_departure_from_last_year(value, build_state, departs):
    brought = {"value": "12", "build_state": "going"}
    row = RowData(1, "7.2.7", value, "", "", "", None, build_state, 1, 0, 1, source="last_year", brought=brought)
    assert row.overridden is departs
