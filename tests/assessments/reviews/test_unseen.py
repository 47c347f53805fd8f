"""Clauses that were confirmed without their material having been opened."""

import pytest

from assessments.reviews.models.review import ExpertScore, PanelMember
from assessments.reviews.services import scoring
from greendistrict.core.errors import Refused
from greendistrict.policy.services import set_setting
from tests.assessments.reviews.review_browsing import browser, url
from tests.factories.reviews import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A review whose district names material for one clause with points and one control item of the first member."""
    made = Scene().to_scoring()
    made.review.refresh_from_db()
    member = made.members[0]
    ids = list(member.assignments.values_list("item_id", flat=True))
    made.proved = made.clause(member)
    made.control = next(one for one in ids if made.review.claims[one]["control"])
    for item in (made.proved, made.control):
        key = "11111111-1111-4111-8111-111111111111"
        made.review.claims[item]["evidence"] = [{"title": "方案", "key": key, "type": "application/pdf", "page": 1}]
    made.review.save(update_fields=["claims"])
    return made


def confirm_all(scene):
    member = scene.members[0]
    scoring.confirm_rest(member=member, expected=member.assignments.count(), by=member.expert.user)
    return member


def test_what_was_confirmed_unseen_is_counted_before_and_when_it_is_handed_in(scene):
    member = confirm_all(scene)
    client = browser(member.expert.user)
    told = client.get(url("review_submit", scene.review)).content.decode()
    assert "未打开材料即确认2条" in told
    assert "，其中控制项1条" in told
    client.get(url("review_clause", scene.review, scene.proved))
    seen = ExpertScore.objects.get(assignment__member=member, assignment__item_id=scene.proved)
    assert (seen.seen_at is not None, seen.version) == (True, 1)
    assert "未打开材料即确认1条" in client.get(url("review_submit", scene.review)).content.decode()
    client.post(url("review_submit", scene.review))
    assert PanelMember.objects.get(pk=member.pk).unseen == 1


def test_the_secretariat_reads_it_by_setting_only(scene):
    member = confirm_all(scene)
    scoring.submit_scores(member=member, by=member.expert.user)
    page = url("review", scene.review)
    assert "未打开材料即确认" not in browser(scene.secretary).get(page).content.decode()
    set_setting(by=scene.people.city_director, key="unseen.told", value=True, reason="试")
    assert "未打开材料即确认2条" in browser(scene.secretary).get(page).content.decode()
    assert "未打开材料即确认" not in browser(member.expert.user).get(page).content.decode()


def test_control_items_above_the_limit_are_named_and_not_handed_in(scene):
    member = confirm_all(scene)
    set_setting(by=scene.people.city_director, key="unseen.control_limited", value=True, reason="试")
    with pytest.raises(Refused, match=scene.control):
        scoring.submit_scores(member=member, by=member.expert.user)
    client = browser(member.expert.user)
    told = client.get(url("review_submit", scene.review)).content.decode()
    assert "超过0条，请打开材料后再提交" in told
    assert "data-once" not in told
    set_setting(by=scene.people.city_director, key="unseen.control_most", value=1, reason="试")
    scoring.submit_scores(member=member, by=member.expert.user)
