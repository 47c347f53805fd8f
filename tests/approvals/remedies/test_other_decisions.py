"""A decision that is no loss and is set aside: the matter says so, waits to be decided anew, and nothing follows from the old one."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.casework.selectors.tasks import tasks_for
from approvals.common.enums import LossGround
from approvals.losses import services as losses
from approvals.remedies.selectors import after_decision, consequence_of
from approvals.titles.models.remedies import Remedy
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refused
from greendistrict.workflow.letters import drafts_of
from tests.approvals.remedies.test_remedies import OUTCOME, record
from tests.factories.acceptance import Accepting
from tests.factories.approvals import Filing
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import step


def make_failed():
    walk = Accepting().to_failed()
    return walk.people, walk.case


failed = once(make_failed)
world = copy_of("failed")


def test_a_failed_acceptance_that_is_set_aside_is_decided_anew(client, world):
    people, case = world
    due = clock.today() + dt.timedelta(days=60)
    remedy = record(people, case)
    step(remedy, "find", people.city_officer, **OUTCOME, on=clock.today(), scan=None, redo_by=due)
    refuses("须重新作出", step, remedy, "confirm", people.city_director)
    step(remedy, "confirm_redo", people.city_director)
    said = consequence_of(remedy)
    assert all(words in said for words in (case.decision_number, "不再有效", day_in_words(due), "重新作出决定"))
    for seat in ("city_officer", "preparer", "authority"):
        client.force_login(getattr(people, seat))
        for page in (reverse("approvals:case", args=[case.pk]), reverse("approvals:case_remedies", args=[case.pk])):
            assert said in client.get(page).content.decode(), (seat, page)
    [task] = [task for task in tasks_for(Viewer(people.city_officer)) if task.kind == "remedy"]
    assert (task.title, task.due) == ("行政复议撤销决定，待重新作出", due)
    refuses("不能据以取消称号", losses.open_loss, district=case.district, ground=LossGround.CANCEL, by=people.city_officer, acceptance=case)
    assert "启动取消程序" not in client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    assert [draft.key for draft in drafts_of(remedy, Viewer(people.city_officer))] == ["reply"]
    with pytest.raises(Refused, match="不能早于结果生效日期"):
        step(remedy, "redone", people.city_officer, number="", on=clock.today() - dt.timedelta(days=9), words="重新验收")
    step(remedy, "redone", people.city_officer, number="演沪建〔2026〕99号", on=clock.today(), words="重新组织验收，另立办件（虚构）")
    said = consequence_of(remedy)
    assert all(words in said for words in ("不再有效", "演沪建〔2026〕99号", "重新组织验收，另立办件（虚构）"))
    client.force_login(people.preparer)
    assert said in client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    assert not [task for task in tasks_for(Viewer(people.city_officer)) if task.kind == "remedy"]


def test_any_other_outcome_says_that_the_decision_stands(world):
    people, case = world
    said = {"upheld": "决定继续有效", "unlawful": "确认违法，但不撤销", "settled": "调解书或者和解协议", "withdrawn": "程序终结"}
    for outcome, words in said.items():
        remedy = record(people, case, number=f"演府复〔2026〕{outcome}号")
        step(remedy, "find", people.city_officer, **{**OUTCOME, "outcome": outcome}, on=clock.today(), scan=None, redo_by=None)
        refuses("没有须重新作出的决定", step, remedy, "confirm_redo", people.city_director)
        step(remedy, "confirm", people.city_director)
        assert words in consequence_of(remedy), outcome
        Remedy.objects.all().delete()


def test_a_case_that_was_not_accepted_can_be_contested(client, world):
    people, _ = world
    filing = Filing(people, name="演示退件区（虚构）", code="turned-away").to_sent()
    case = filing.do("refuse", "city_officer", reason="不符合条件（虚构）").case
    assert (case.decided_on, after_decision(case)) == (None, {"remediable": True, "remedies_told": []})
    refuses("不能早于决定日期", record, people, case, filed_on=clock.today() - dt.timedelta(days=9))
    remedy = record(people, case)
    step(remedy, "find", people.city_officer, **OUTCOME, on=clock.today(), scan=None, redo_by=None)
    step(remedy, "confirm_redo", people.city_director)
    assert (remedy.against_number, remedy.against_on, Remedy.objects.get().status) == ("", clock.today(), "redoing")
    client.force_login(people.preparer)
    page = client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    assert f"原决定自{day_in_words(clock.today())}起不再有效" in page
