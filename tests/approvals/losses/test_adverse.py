"""Adverse acts: evidence before agreement, a proven violation never in green, a right never urged, a failed acceptance a duty."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.bulk.services import bulk
from approvals.cases.selectors.cases import due_of
from approvals.casework.selectors.city_tasks import tasks_beside
from approvals.common.enums import BulkKind
from approvals.losses.services import losses
from greendistrict.core import workdays
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from tests.factories.acceptance import Accepting, Losing, failing
from tests.factories.approvals import pdf

pytestmark = pytest.mark.django_db


def test_nobody_agrees_to_a_loss_without_evidence_on_file(client):
    people, district = failing()
    walk = Losing(people, district)
    given = {"facts": "事实", "basis": "依据", "not_implemented": "未按要求实施"}
    walk.do(losses.save_grounds, "city_officer", **given)
    with pytest.raises(Refused, match="请上传证明事实和依据的材料") as refused:
        walk.do("to_check", "city_officer")
    client.force_login(people.city_officer)
    page = next(refusal.href for refusal in refused.value.refusals)
    assert client.get(page).status_code == 200
    typed = {**given, "scan": pdf(), "version": walk.case.version}
    assert client.post(page, typed).status_code == 302
    walk.fresh()
    walk.do("to_check", "city_officer")
    walk.case.documents.all().delete()
    with pytest.raises(Refused, match="请上传"):
        walk.do("agree", "city_checker")


def test_what_is_proven_against_a_title_is_never_green(client):
    people, district = failing()
    walk = Losing(people, district).to_draft()
    client.force_login(people.city_officer)
    page = reverse("approvals:case", args=[walk.case.pk])
    shown = [row for group in client.get(page).context["groups"] for row in group["verdicts"]]
    assert [row["look"] for row in shown] == ["proven", "proven"]
    card = client.get(page).content.decode().partition('id="h-grounds"')[2].partition("</section>")[0]
    assert "is-ok" not in card
    assert "已满足" not in card
    assert ">满足<" not in card
    assert "is-no" in card


def test_a_right_to_be_heard_is_not_urged(client):
    people, district = failing()
    walk = Losing(people, district).to_hearing()
    [item] = bulk.plan(kind=BulkKind.REMIND, cases=[walk.case], by=people.city_officer)
    assert "权利" in item.out
    with pytest.raises(Refused):
        bulk.carry_out(kind=BulkKind.REMIND, cases=[walk.case], expected=[walk.case.pk], by=people.city_officer)
    late = walk.case.loss.hearing_due + dt.timedelta(days=1)
    assert due_of(walk.case, parameters.load(), workdays.current(), late, decided={}) is None


def test_a_failed_acceptance_puts_the_cancelling_on_the_citys_desk():
    failed = Accepting().to_failed()
    [task] = [task for task in tasks_beside(failed.people.city_officer) if task.kind == "loss"]
    assert task.title == "终期验收未通过，须办理取消试点称号"
    Losing(failed.people, failed.district, failed.case)
    assert not [task for task in tasks_beside(failed.people.city_officer) if task.kind == "loss"]
