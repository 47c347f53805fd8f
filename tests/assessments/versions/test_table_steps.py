"""Steps of a score table: each follows from a step of its matter, tells nobody by itself, and leaves nothing when it is refused."""

import pytest

from assessments.tables.lifecycle import TABLE
from assessments.versions.models import Receipt
from assessments.versions.services import tables
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Refused
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import procedure_of
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import fill_table, make_table
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def table(people):
    made = make_table(make_district(people, stage="pilot", key_areas=["五个新城"]), building=True)
    return fill_table(made)


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
