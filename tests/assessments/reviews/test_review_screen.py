"""The meeting on a screen: one clause with all it is about, one version for all seats, minutes that draft themselves."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.reviews.enums import Judgement
from assessments.reviews.models import Review
from assessments.reviews.rules import agreed_until
from assessments.reviews.selectors.screen import meeting_version
from assessments.reviews.services import meeting_records
from assessments.reviews.services.meeting import Agreement
from greendistrict.core.errors import Refused
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, record_agreed, record_vote, sign_in


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


def test_the_screen_shows_a_clause_with_all_it_is_about_and_leads_on(scene):
    client, (first, second) = browser(scene.people.secretariat), scene.items
    begin, following = (url("review_screen_item", scene.review, item) for item in (first, second))
    assert client.get(url("review_screen", scene.review)).url == begin
    answer = client.get(begin)
    page, clause = text_of(answer), answer.context["clause"]
    assert (clause["number"], clause["before"], clause["following"]) == (1, "", second)
    places = clause["line"].places
    assert lacking(answer, f'data-way="following" href="{following}"', *(f">{numbers}</text>" for _, numbers in places)) == (200, [])
    assert len({x for x, _ in places}) == len(places)
    dots = sorted(str(dot.number) for dot in clause["line"].dots if dot.place is not None)
    assert sorted("、".join(numbers for _, numbers in places).split("、")) == dots
    assert not any(member.expert.user.name in page for member in scene.members)
    last = text_of(client.get(following))
    assert ('data-way="before"' in last, 'data-way="following"' in last) == (True, False)
    assert client.get(url("review_screen_item", scene.review, "9.9.9")).url == url("review_screen", scene.review)


def test_the_version_changes_with_whatever_the_meeting_records(scene):
    review, secretary, item, member = scene.review, scene.people.secretariat, scene.items[0], scene.members[1]
    expert = member.expert.user

    def agree(reason):
        record_agreed(review=review, item_id=item, agreement=Agreement(points="0", reason=reason), by=secretary)

    def confirm():
        seen = agreed_until(review.agreed.all())
        meeting_records.confirm_agreed(review=review, member=member, item_ids=[item], agrees=True, seen=seen, by=expert)

    versions = [meeting_version(review.pk)]
    assert meeting_version(review.pk) == versions[0]
    for record in (
        lambda: sign_in(review, scene.members, secretary),
        lambda: agree("会上核对"),
        lambda: agree("再次核对"),
        confirm,
        lambda: record_vote(review=review, member=review.members.get(pk=member.pk), vote="passed", by=expert),
    ):
        record()
        versions.append(meeting_version(review.pk))
    assert len(set(versions)) == len(versions)


def test_one_question_answers_every_seat(scene):
    for user in (scene.people.secretariat, scene.members[2].expert.user):
        client = browser(user)
        client.get(url("review_version", scene.review))
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(url("review_version", scene.review))
        assert list(answer.json()) == ["version", "item"]
        assert answer["Cache-Control"].startswith("max-age=0")
        assert len([row for row in asked if "assessments_review" in row["sql"]]) == 1
        assert len(asked) <= 4  # session, user, posts
    page = text_of(client.get(url("review_meeting", scene.review)))
    assert f'data-version="{answer.json()["version"]}"' in page


def test_screens_that_follow_show_the_secretarys_current_clause(scene):
    secretary, member, (first, second) = browser(scene.people.secretariat), browser(scene.members[1].expert.user), scene.items
    follow, version = url("review_screen", scene.review, follow="1"), url("review_version", scene.review)
    own, theirs = (url("review_screen_item", scene.review, item) for item in (first, second))
    before, page = member.get(version).json(), member.get(follow)
    assert page.context["clause"]["line"].item.id == first, "nothing is current yet"
    assert 'data-item=""' in text_of(page)
    led = secretary.post(url("review_current", scene.review), {"item": second})
    assert led.url == url("review_screen_item", scene.review, second, lead="1")
    after = member.get(version).json()
    assert (after["item"], after["version"]) == (second, before["version"]), "pages with forms are not called stale by it"
    followed = member.get(follow)
    assert lacking(followed, f'data-item="{second}"', "跟随评审秘书") == (200, [])
    assert f'href="{theirs}"' in text_of(followed).partition("<footer>")[2], "自行浏览 begins where the secretary is"
    assert "data-way" not in text_of(followed)
    alone = text_of(member.get(own))
    assert ("data-item=" in alone, follow in alone) == (False, True)
    leading = text_of(secretary.get(led.url)).replace("\n", " ")
    assert [words in leading for words in ("带各屏看这一条", f'name="item" value="{first}" data-way="before"')] == [True, True]
    assert "设为当前条" in text_of(secretary.get(own))


def test_only_the_secretariat_sets_the_current_clause_and_only_of_the_agenda(scene):
    address, item = url("review_current", scene.review), scene.items[0]
    for user in (scene.people.city_officer, scene.members[0].expert.user, scene.people.preparer):
        assert browser(user).post(address, {"item": item}).status_code == 404, user
        assert "设为当前条" not in text_of(browser(user).get(url("review_screen_item", scene.review, item)))
    secretary = browser(scene.people.secretariat)
    assert secretary.post(address, {"item": "9.9.9"}).status_code == Refused.status
    Review.objects.filter(pk=scene.review.pk).update(status="concluded")
    assert secretary.post(address, {"item": item}).status_code == Refused.status
    assert Review.objects.get(pk=scene.review.pk).current_item == ""
    assert "follow=1" not in text_of(secretary.get(url("review_screen_item", scene.review, item)))


def test_the_minutes_draft_themselves_from_the_record(scene):
    client, minutes, absent = browser(scene.secretary), url("review_minutes", scene.review), scene.members[4].expert.user.name
    assert "尚无人签到" in text_of(client.get(minutes))
    sign_in(scene.review, scene.members[:4], scene.secretary)
    agreement = Agreement(points="0", reason="没有一年的监测", dissent="建议补测")
    record_agreed(review=scene.review, item_id=scene.items[0], agreement=agreement, by=scene.secretary)
    words = ("商定0分。没有一年的监测", "保留意见：建议补测", "没有监测记录", "未商定，按规则取", absent)
    assert lacking(client.get(minutes), *words) == (200, [])
    assert absent not in text_of(browser(scene.members[0].expert.user).get(minutes))
