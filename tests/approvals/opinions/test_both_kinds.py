"""Every step of a panel's opinion, of a case and of a stage assessment: the page tells of exactly those who get a message; old forms."""

import pytest
from django.urls import reverse

from approvals.opinions.models import ReviewOpinion
from assessments.opinions.services import name_body
from assessments.stage_assessments.models.opinions import StageOpinion
from greendistrict.core import clock
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.models import Evidence
from greendistrict.workflow.models import OutboxMessage
from tests.factories.approvals import Filing, pdf
from tests.factories.once import copy_of, once
from tests.factories.stages import make_stage
from tests.steps import step

pytestmark = pytest.mark.django_db
KINDS = [ReviewOpinion, StageOpinion]
PATHS = {"case": "approvals:opinion_step", "stage": "assessments:stage_opinion_step"}


def make_opinions():
    """One opinion of each kind that a bureau answers for."""
    filing = Filing().to_reviewing()
    stage = make_stage(filing.people, filled=False, status="judging")
    line = {"number": 1, "field": "能源", "item_id": "4.1.1", "text": "补充（虚构）", "kind": "must", "drawn_up_at": clock.now()}
    line |= {"review": filing.case.review, "organisation": filing.people.bureau_body, "body": filing.people.bureau_body.name}
    return filing.people, [ReviewOpinion.objects.create(case=filing.case, **line), StageOpinion.objects.create(stage=stage, **line)]


opinions = once(make_opinions)
world = copy_of("opinions")


def of_kind(world, model):
    people, rows = world
    return people, next(row for row in rows if isinstance(row, model))


def second(row):
    """Another opinion of the same matter."""
    return type(row).objects.create(**{row.MATTER: row.matter}, review=row.review, number=2, field="水", item_id="5.1.1", text="补充",
                                    kind="advice", body=row.body, drawn_up_at=clock.now())  # fmt: skip


@pytest.mark.parametrize("model", KINDS)
def test_the_city_hears_of_the_last_reply_and_the_applicant_of_the_last_that_is_closed(world, model):
    people, row = of_kind(world, model)
    other = second(row)
    step(row, "reply", people.bureau, reply="已补充（虚构）")
    assert not OutboxMessage.objects.filter(payload__title__icontains="已逐条答复").exists()
    step(other, "reply", people.preparer, reply="已采纳（虚构）")
    told = OutboxMessage.objects.filter(payload__title__icontains="已逐条答复").values_list("payload__receiver", flat=True)
    assert set(told) == {people.city_officer.pk, people.secretariat.pk}
    step(row, "close", people.city_officer)
    assert not OutboxMessage.objects.filter(payload__title__icontains="全部销号").exists()
    step(other, "close", people.secretariat, "齐全")
    told = OutboxMessage.objects.filter(payload__title__icontains="全部销号").values_list("payload__receiver", flat=True)
    assert set(told) == {people.preparer.pk, people.reviewer.pk}


@pytest.mark.parametrize("model", KINDS)
def test_a_reply_that_is_refused_stores_neither_words_nor_file(world, model):
    people, row = of_kind(world, model)
    model.objects.update(status="closed", reply="已补充（虚构）")
    with pytest.raises(Refused):
        step(row, "reply", people.preparer, reply="另一答复", upload=pdf())
    row.refresh_from_db()
    assert (row.reply, row.document) == ("已补充（虚构）", None)
    assert not Evidence.objects.filter(kind="评审意见答复").exists()


@pytest.mark.parametrize("model", KINDS)
def test_a_body_named_from_an_old_page_is_not_stored(client, world, model):
    people, row = of_kind(world, model)
    model.objects.update(version=3)
    with pytest.raises(Stale):
        name_body(opinion=row, body="演示区水务局（虚构）", version=0, by=people.preparer)
    client.force_login(people.preparer)
    url = reverse(PATHS[row.MATTER], args=[row.matter.pk, row.pk])
    answer = client.post(url, {"action": "body", "body": "演示区水务局（虚构）", "version": 0})
    assert answer.status_code == 409
    assert "演示区水务局（虚构）" in answer.content.decode()
    assert model.objects.get().body == people.bureau_body.name
