import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.findings.selectors.blocking import blocking_rows
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import ScoreRow
from assessments.tables.selectors.scoring import rows_of, rows_of_version, score_rows
from assessments.tables.selectors.tables import result_of
from assessments.tables.services.cells import save_cell
from assessments.versions.models import Receipt
from assessments.versions.services import tables
from assessments.versions.services.freeze import digest_of
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of
from indicators.editions.models import Edition
from tests.factories.assessments import make_self_check, make_table
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(people):
    return make_self_check(people).table


def test_what_is_frozen_is_what_the_rows_score(table, people):
    live = result_of(table).as_json()
    version = tables.submit_table(table=table, by=people.reviewer)
    assert version.content["result"] == live
    assert version.digest == digest_of(version.content)
    again = score_rows(table, rows_of_version(version).values()).result.as_json()
    assert again == live
    table.refresh_from_db()
    assert (table.status, table.result) == ("submitted", live)
    assert table.edition.status == "frozen"


def test_a_later_edition_changes_nothing_that_is_frozen(table, people):
    version = tables.submit_table(table=table, by=people.reviewer)
    kept, digest = version.content, version.digest
    Edition.objects.filter(pk=table.edition_id).update(title="改过的名称", digest="0" * 64)
    version.refresh_from_db()
    assert (version.content, version.digest, digest_of(version.content)) == (kept, digest, digest)


def test_an_unfinished_table_is_not_submitted(people):
    table = make_table(make_district(people, stage="pilot"), building=True)
    with pytest.raises(Refused) as caught:
        tables.submit_table(table=table, by=people.reviewer)
    assert len(caught.value.refusals) == len(blocking_rows(table)) > 100
    assert table.versions.count() == 0


def test_a_return_opens_the_next_version_and_receipt_marks_one(table, people):
    tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.return_table(table=table, by=people.city_officer, reason="补充 7.2.7")
    save_cell(table=table, item_id="7.2.7", field="value", value="12", version=0, token="", by=people.preparer)
    second = tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    tables.receive_table(table=table, by=people.city_officer)
    assert [(one.number, one.counts) for one in table.versions.order_by("number")] == [(1, False), (2, True)]
    assert next(row for row in second.content["rows"] if row["item_id"] == "7.2.7")["value"] == "12"


@pytest.mark.parametrize("seat", ["preparer", "consultant", "authority", "city_officer", "expert1", "outsider_preparer"])
def test_only_the_reviewer_submits(table, people, seat):
    with pytest.raises(NotAllowed):
        tables.submit_table(table=table, by=getattr(people, seat))
    table.refresh_from_db()
    assert (table.status, table.versions.count()) == ("open", 0)


def test_unbuilt_rows_need_no_value_and_earn_nothing(people):
    table = make_self_check(people).table
    before = result_of(table).total
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(build_state="not_started")
    assert result_of(table).total < before
    ScoreRow.objects.filter(table=table, item_id="7.2.7").update(value=None)
    assert blocking_rows(table) == []


def test_declared_absence_with_full_marks_needs_evidence(people):
    table = make_self_check(people).table
    save_cell(table=table, item_id="5.2.6", field="absent_reason", value="区内无积水点", version=0, token="", by=people.preparer)
    assert [(one.item_id, one.text) for one in blocking_rows(table)] == [("5.2.6", "声明不存在须附佐证材料")]


def test_a_chapter_declared_out_whole_blocks_by_name(people):
    table = make_self_check(people).table
    ScoreRow.objects.filter(table=table, item_id__startswith="7.2").update(exclusion_reason="无")
    assert "低碳高效的评分项全部不参评" in blocking_rows(table)[0].text


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["7.2.7", "7.2.6", "7.2.25"]),
        st.decimals(0, 100, places=1, allow_nan=False, allow_infinity=False),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_after_any_edits_a_reload_shows_the_last_that_was_taken(table, people, edits):
    from greendistrict.core.errors import Stale

    rows = rows_of(table.pk)[table.pk]
    expected = {name: (rows[name].value, rows[name].version) for name in ("7.2.7", "7.2.6", "7.2.25")}
    for item_id, number, behind in edits:
        version = expected[item_id][1]
        typed = f"{number:f}"
        try:
            saved = save_cell(
                table=table, item_id=item_id, field="value", value=typed, version=version - behind, token="", by=people.preparer
            )
            expected[item_id] = (saved.value, saved.version)
        except Stale:
            assert behind
    found = rows_of(table.pk)[table.pk]
    assert {name: (found[name].value, found[name].version) for name in expected} == expected


def test_submission_makes_what_its_row_says_and_receipt_names_the_version(people, table):
    assert {action: row.makes for action, row in procedure_of(table).steps.items() if row.makes} == {"submit": ("version", "receipt")}
    version = tables.submit_table(table=table, by=people.reviewer)
    assert Receipt.objects.get().version == version
    frozen = AuditRecord.objects.get(action="score_table.freeze")
    assert frozen.data == {"version": 1, "digest": version.digest}
    tables.receive_table(table=table, by=people.city_officer)
    assert TransitionRecord.objects.get(machine="score_table", action="receive").facts == {"version": 1}
    assert (table.status, table.version, table.versions.get().counts) == ("received", 2, True)


def test_the_matter_tells_of_its_table_and_the_table_tells_nobody(people, table):
    assert not any(row.notifies for row in procedure_of(table).steps.values())
    tables.submit_table(table=table, by=people.reviewer)
    assert not OutboxMessage.objects.exists()
    assert {step.action for step in TABLE.transitions} == set(procedure_of(table).steps)


def test_a_refused_submission_leaves_neither_version_nor_state(people, table):
    table.rows.filter(item_id="7.2.7").update(value=None)
    with pytest.raises(Refused, match="可再生能源替代率"):
        tables.submit_table(table=table, by=people.reviewer)
    table.refresh_from_db()
    assert (table.status, table.version, table.versions.count(), Receipt.objects.count()) == ("open", 0, 0, 0)


def test_nothing_is_received_that_was_not_frozen(people, table):
    type(table).objects.filter(pk=table.pk).update(status="submitted")
    with pytest.raises(Refused, match="没有已提交的版本"):
        tables.receive_table(table=table, by=people.city_officer)
