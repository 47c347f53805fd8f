"""Every step of a share: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from assessments.sharing import services
from assessments.sharing.lifecycle import SHARE
from assessments.sharing.models import RowShare
from assessments.tables.models import ScoreTable
from greendistrict.core.errors import Refused
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check
from tests.steps import Walk, step, steps_of

pytestmark = pytest.mark.django_db
ITEMS = ("7.2.13", "7.2.14")
STEPS = steps_of(SHARE)


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def share(people):
    table = make_self_check(people).table
    table.rows.update(build_state="done")
    made = services.give_out(table=table, items=ITEMS, by=people.preparer, organisation=people.bureau_body)
    OutboxMessage.objects.all().delete()
    return made


@pytest.mark.parametrize("step_of", STEPS, ids=[f"{action}-{source}" for _, action, source in STEPS])
def test_an_old_form_changes_nothing_and_a_fresh_one_tells_those_the_page_names(client, people, share, step_of):
    machine, action, source = step_of
    RowShare.objects.update(status=source)
    share.refresh_from_db()
    page, url = (reverse(f"assessments:{name}", args=[share.pk]) for name in ("share", "share_action"))
    walk = Walk(client, people, machine, share, action, page, url, labels={"受分派的部门或经办人": {"bureau"}})
    walk.refuses_an_old_form()
    share.refresh_from_db()
    walk.holds_its_promise()


def test_a_withdrawn_share_keeps_which_rows_it_had_and_its_message_leads_nowhere_hidden(people, share):
    step(share, "withdraw", people.preparer)
    assert TransitionRecord.objects.get(machine="row_share").facts == {"items": list(ITEMS)}
    assert OutboxMessage.objects.get().payload["link"] == "", "the share is out of the bureau's sight"


def test_rows_of_a_table_that_is_being_signed_are_not_signed_off(client, people, share):
    ScoreTable.objects.update(status="locked")
    client.force_login(people.bureau)
    assert "评分表现为“待签发”，不能再签认" in client.get(reverse("assessments:share", args=[share.pk])).content.decode()
    with pytest.raises(Refused, match="不能再签认"):
        step(share, "sign", people.bureau)
