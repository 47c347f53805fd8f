"""What the secretariat plans, sees of its panel, and does about those who are late."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from assessments.common.enums import Judgement
from assessments.reviews.models.review import Review
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import take
from obligations.models import Urging
from tests.factories.reviews import Scene
from tests.steps import step, version_of

pytestmark = pytest.mark.django_db


def url(name, scene, *args):
    return reverse(f"assessments:{name}", args=[scene.review.pk, *args])


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_before_the_meeting_there_is_no_screen_no_version_and_no_minutes():
    scene = Scene().to_scoring()
    for user in (scene.people.secretariat, scene.members[0].expert.user):
        for name in ("review_screen", "review_version", "review_minutes"):
            assert browser(user).get(url(name, scene)).status_code == 404, name


def test_a_plan_of_days_goes_with_the_invitation_and_calls_no_meeting():
    scene = Scene().to_inviting()
    client = browser(scene.people.secretariat)
    form = {"planned_due": "2099-05-20", "planned_meeting": "2099-05-10", "version": version_of(scene.review)}
    assert "评审会不早于评分截止" in client.post(url("review_plan", scene), form).content.decode()
    assert client.post(url("review_plan", scene), form | {"planned_meeting": "2099-06-01"}).status_code == 302
    assert client.post(url("review_plan", scene), form | {"planned_meeting": "2099-06-02"}).status_code == 409
    assert browser(scene.people.city_officer).post(url("review_plan", scene), form).status_code == 404
    told = OutboxMessage.objects.filter(payload__kind="panel_invitation").first()
    assert f"条文共{len(scene.review.claims)}条，按专业分派。" in told.payload["body"]
    member = scene.review.members.select_related("expert__user").first()
    page = browser(member.expert.user).get(url("review_invitation", scene)).content.decode()
    assert f"共{len(scene.review.claims)}条" in page
    assert "2099年5月20日（预定）" in page
    assert "2099年6月1日（预定）" in page
    scene.review.refresh_from_db()
    assert scene.review.meeting_at is None


def test_the_secretary_sees_who_has_done_what_with_the_load_and_urges():
    scene = Scene().to_scoring()
    member = scene.members[0]
    scene.judge(member, scene.clause(member), Judgement.AGREE)
    client = browser(scene.people.secretariat)
    assert "开始评分前预定日程" in client.post(url("review_plan", scene), {"version": version_of(scene.review)}).content.decode()
    page = client.get(url("review", scene)).content.decode()
    assert f"1 / {member.assignments.count()}" in page
    assert page.count("在办1项，本年1次") == 5
    assert page.count(">最近") == 1
    assert page.count("催评分") == 5
    assert f"key=scores:seat-{member.pk}" in page
    assert "催办未提交的专家（5）" in page
    [many] = re.findall(r'href="([^"]+)">催办未提交', page)
    urged = client.get(html.unescape(many))
    assert [item.out for item in urged.context["items"]] == [""] * 5
    assert urged.context["back"] == url("review", scene)
    for user in (scene.people.city_officer, scene.people.city_director):
        assert "催评分" not in browser(user).get(url("review", scene)).content.decode()


@pytest.mark.parametrize(
    ("reach", "words", "kind"),
    [("to_inviting", "催答复", "invitation"), ("to_scoring", "催评分", "scores"), ("to_meeting", "催签名", "signatures")],
)
def test_each_is_urged_to_what_the_panel_waits_for(reach, words, kind):
    scene = getattr(Scene(), reach)()
    client = browser(scene.people.secretariat)
    page = client.get(url("review", scene)).content.decode()
    assert re.findall(r'name="at_once" value="yes">\s*(催[^<\s]+)', page) == [words] * scene.review.members.count()
    link = re.search(r'href="([^"]+)" class="gd-nowrap ms-1">\s*看文字', page)[1]
    [item] = client.get(html.unescape(link)).context["items"]
    assert (item.obligation.kind, item.out) == (kind, "")


def test_one_click_urges_an_expert_on_record_and_not_twice_a_day():
    scene = Scene().to_scoring()
    client = browser(scene.people.secretariat)
    member = scene.members[0]
    asked = {"key": f"scores:seat-{member.pk}", "back": url("review", scene), "at_once": "yes"}
    answer = client.post(reverse("obligations:obligation_urge"), asked)
    assert (answer.status_code, answer["Location"]) == (302, url("review", scene))
    [made] = Urging.objects.all()
    assert (made.obligation, made.by, made.receivers) == (asked["key"], scene.people.secretariat, 1)
    again = client.post(reverse("obligations:obligation_urge"), asked)
    assert again.status_code >= 400
    assert Urging.objects.count() == 1
    browser(scene.people.city_officer).post(reverse("obligations:obligation_urge"), asked)
    assert Urging.objects.count() == 1


def test_nobody_begins_the_scoring_from_a_page_that_shows_another_panel():
    scene = Scene().to_inviting()
    for member in scene.review.members.select_related("expert__user"):
        scene.accept(member)
    opened = Review.objects.get(pk=scene.review.pk)
    gone = scene.members[0]
    step(gone, "recuse", gone.expert.user, "近亲属任职（虚构）")
    with pytest.raises(Stale):
        take(obj=opened, action="start_scoring", by=scene.secretary, version=opened.version, values={"score_due": clock.today()})
