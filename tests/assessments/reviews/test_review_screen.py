"""The meeting on a screen: one clause with all it is about, one version for all seats, minutes that draft themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.common.enums import Judgement
from assessments.reviews.models.review import Review
from assessments.reviews.rules.reviews import agreed_until
from assessments.reviews.selectors.screen import meeting_version
from assessments.reviews.services import confirmations
from assessments.reviews.services.meeting import Agreement
from greendistrict.core.errors import Refused
from tests.assessments.reviews.review_browsing import browser
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, record_agreed, record_vote, sign_in

pytestmark = pytest.mark.django_db


def disputed():
    """A meeting with two clauses on which a reader differs."""
    scene = Scene().to_scoring()
    member = scene.members[0]
    claims = scene.review.claims
    lead = [one.item_id for one in member.assignments.filter(reading="lead") if claims[one.item_id]["points"] not in {None, "0"}]
    scene.items = [item for item in claims if item in lead][:2]
    for item in scene.items:
        scene.judge(member, item, Judgement.DIFFER, points="0", comment="没有监测记录", comment_kind="must")
    scene.finish_scoring()
    return scene


made = once(disputed)
scene = copy_of("made")


def url(name, scene, *args):
    return reverse(f"assessments:{name}", args=[scene.review.pk, *args])


def test_the_screen_shows_a_clause_with_all_it_is_about_and_leads_on(scene):
    client, (first, second) = browser(scene.people.secretariat), scene.items
    begin = client.get(url("review_screen", scene))
    assert begin.url == url("review_screen_item", scene, first)
    answer = client.get(begin.url)
    page, clause = answer.content.decode(), answer.context["clause"]
    assert (clause.number, clause.before, clause.following) == (1, "", second)
    assert f'data-way="following" href="{url("review_screen_item", scene, second)}"' in page
    assert all(f">{numbers}</text>" in page for _, numbers in clause.line.places)
    assert len({x for x, _ in clause.line.places}) == len(clause.line.places)
    assert sorted("、".join(numbers for _, numbers in clause.line.places).split("、")) == sorted(
        str(dot.number) for dot in clause.line.dots if dot.place is not None
    )
    assert not any(member.expert.user.name in page for member in scene.members)
    last = client.get(url("review_screen_item", scene, second)).content.decode()
    assert 'data-way="before"' in last
    assert 'data-way="following"' not in last
    assert client.get(url("review_screen_item", scene, "9.9.9")).url == url("review_screen", scene)


def test_the_version_changes_with_whatever_the_meeting_records(scene):
    review, secretary, item = scene.review, scene.people.secretariat, scene.items[0]

    def now():
        return meeting_version(review.pk)

    versions = [now()]
    assert now() == versions[0]
    sign_in(review, scene.members, secretary)
    versions.append(now())
    record_agreed(review=review, item_id=item, agreement=Agreement(points="0", reason="会上核对"), by=secretary)
    versions.append(now())
    record_agreed(review=review, item_id=item, agreement=Agreement(points="0", reason="再次核对"), by=secretary)
    versions.append(now())
    member = scene.members[1]
    seen = agreed_until(review.agreed.all())
    confirmations.confirm_agreed(review=review, member=member, item_ids=[item], agrees=True, seen=seen, by=member.expert.user)
    versions.append(now())
    record_vote(review=review, member=review.members.get(pk=member.pk), vote="passed", by=member.expert.user)
    versions.append(now())
    assert len(set(versions)) == len(versions)


def test_one_question_answers_every_seat(scene):
    for user in (scene.people.secretariat, scene.members[2].expert.user):
        client = browser(user)
        client.get(url("review_version", scene))
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(url("review_version", scene))
        assert list(answer.json()) == ["version", "item"]
        assert answer["Cache-Control"].startswith("max-age=0")
        assert len([row for row in asked if "assessments_review" in row["sql"]]) == 1
        assert len(asked) <= 4  # session, user, posts
    page = client.get(url("review_meeting", scene)).content.decode()
    assert f'data-version="{answer.json()["version"]}"' in page


def test_screens_that_follow_show_the_secretarys_current_clause(scene):
    secretary, member, (first, second) = browser(scene.people.secretariat), browser(scene.members[1].expert.user), scene.items
    follow = reverse("assessments:review_screen", args=[scene.review.pk], query={"follow": "1"})
    before = member.get(url("review_version", scene)).json()
    page = member.get(follow)
    assert (page.status_code, page.context["clause"].line.item.id) == (200, first), "nothing is current yet"
    assert 'data-item=""' in page.content.decode()
    led = secretary.post(url("review_current", scene), {"item": second})
    assert led.url == reverse("assessments:review_screen_item", args=[scene.review.pk, second], query={"lead": "1"})
    after = member.get(url("review_version", scene)).json()
    assert (after["item"], after["version"]) == (second, before["version"]), "pages with forms are not called stale by it"
    text = member.get(follow).content.decode()
    assert f'data-item="{second}"' in text
    assert "跟随评审秘书" in text
    assert f'href="{url("review_screen_item", scene, second)}"' in text.partition("<footer>")[2], "自行浏览 begins where the secretary is"
    assert "data-way" not in text
    own = member.get(url("review_screen_item", scene, first)).content.decode()
    assert "data-item=" not in own
    assert follow in own
    leading = secretary.get(led.url).content.decode()
    assert "带各屏看这一条" in leading
    assert f'name="item" value="{first}" data-way="before"' in leading.replace("\n", " ")
    assert "设为当前条" in secretary.get(url("review_screen_item", scene, first)).content.decode()


def test_only_the_secretariat_sets_the_current_clause_and_only_of_the_agenda(scene):
    address, item = url("review_current", scene), scene.items[0]
    for user in (scene.people.city_officer, scene.members[0].expert.user, scene.people.preparer):
        assert browser(user).post(address, {"item": item}).status_code == 404, user
        assert "设为当前条" not in browser(user).get(url("review_screen_item", scene, item)).content.decode()
    secretary = browser(scene.people.secretariat)
    assert secretary.post(address, {"item": "9.9.9"}).status_code == Refused.status
    Review.objects.filter(pk=scene.review.pk).update(status="concluded")
    assert secretary.post(address, {"item": item}).status_code == Refused.status
    assert Review.objects.get(pk=scene.review.pk).current_item == ""
    assert "follow=1" not in secretary.get(url("review_screen_item", scene, item)).content.decode()


def test_the_minutes_draft_themselves_from_the_record(scene):
    secretary, first = scene.people.secretariat, scene.items[0]
    client = browser(secretary)
    assert "尚无人签到" in client.get(url("review_minutes", scene)).content.decode()
    sign_in(scene.review, scene.members[:4], secretary)
    record_agreed(
        review=scene.review, item_id=first, agreement=Agreement(points="0", reason="没有一年的监测", dissent="建议补测"), by=secretary
    )
    draft = client.get(url("review_minutes", scene)).content.decode()
    for words in ("商定0分。没有一年的监测", "保留意见：建议补测", "没有监测记录", "未商定，按规则取", scene.members[4].expert.user.name):
        assert words in draft, words
    names = browser(scene.members[0].expert.user).get(url("review_minutes", scene)).content.decode()
    assert scene.members[4].expert.user.name not in names
