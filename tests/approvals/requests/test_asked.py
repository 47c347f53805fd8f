"""延期申请, 更正 and 代录 of a withdrawal."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case, PaperEntry
from approvals.casework.selectors.tasks import tasks_for
from approvals.common.enums import TitleEnd, TitleKind
from approvals.requests import services as requests
from approvals.requests.models import ExtensionRequest
from approvals.requests.services import ProxyEntry
from approvals.titles.models.publicity import Announcement, Title, TitleHolder
from assessments.reviews.models import Review
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import receivers, take
from tests.factories.acceptance import Losing, make_pilot, record_failures
from tests.factories.approvals import Filing, pdf
from tests.factories.titles import give_title
from tests.refusing import refuses
from tests.steps import reaches, step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals")


def later(day, days=10):
    return day + dt.timedelta(days=days)


@pytest.fixture
def correcting():
    return Filing().to_correcting()


def test_an_extension_is_asked_checked_granted_and_moves_the_deadline(correcting):
    case, people = correcting.case, correcting.people
    due = case.corrections.get().due
    asked = requests.ask_extension(case=case, by=people.reviewer, until=later(due), reason="材料在外地")
    assert [task.title for task in tasks_for(Viewer(people.city_officer)) if task.kind == "extension"] == ["延期申请待经办核对"]
    refuses(NotAllowed, step, asked, "forward", people.city_director)
    asked = step(asked, "forward", people.city_officer)
    refuses(Stale, take, obj=asked, action="grant", by=people.city_director, version=0)
    asked = step(asked, "grant", people.city_director)
    assert (asked.status, case.corrections.get().due, asked.decided_at is None) == ("granted", later(due), False)
    refuses("须晚于原期限", requests.ask_extension, case=case, by=people.reviewer, until=due, reason="再延")


def test_an_extension_is_refused_late_twice_or_without_a_deadline(correcting):
    case, people = correcting.case, correcting.people
    due = case.corrections.get().due
    requests.ask_extension(case=case, by=people.reviewer, until=later(due), reason="材料在外地")
    refuses("已有延期申请在办", requests.ask_extension, case=case, by=people.reviewer, until=later(due), reason="材料在外地")
    step(ExtensionRequest.objects.get(), "withdraw", people.reviewer)
    case.corrections.update(due=clock.today() - dt.timedelta(days=1))
    refuses("期限已过", requests.ask_extension, case=case, by=people.reviewer, until=later(clock.today()), reason="迟了")
    refuses(NotAllowed, requests.ask_extension, case=case, by=people.preparer, until=later(clock.today()), reason="填报人")
    received = clock.today() - dt.timedelta(days=2)
    entry = ProxyEntry("paper", received, "演示公司", pdf())
    asked = requests.ask_extension(case=case, by=people.city_officer, until=later(clock.today()), reason="期限内来函", entry=entry)
    assert (asked.asked_by, PaperEntry.objects.get().received_on) == (people.city_officer, received)
    Case.objects.filter(pk=case.pk).update(status="sent")
    refuses("不需要延期", step, asked, "forward", people.city_officer)


def test_the_hearing_term_is_extended_too(people):
    district = make_pilot(people)
    record_failures(district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    walk = Losing(people, district).to_hearing()
    due = walk.case.loss.hearing_due
    asked = requests.ask_extension(case=walk.case, by=people.reviewer, until=later(due), reason="请律师")
    step(asked, "forward", people.city_officer)
    step(asked, "grant", people.city_director)
    assert Case.objects.get(pk=walk.case.pk).loss.hearing_due == later(due)


def rectified(filing, field, after):
    """Another value of a decision, proposed, checked and decided."""
    officer = filing.people.city_officer
    asked = requests.propose_rectification(case=filing.fresh(), by=officer, field=field, after=after, reason="抄录错误")
    step(asked, "agree", filing.people.city_checker)
    step(asked, "rectify", filing.people.city_director)


def test_a_wrong_star_and_number_are_put_right_everywhere_by_three_people():
    filing = Filing().to_announced()
    people, case = filing.people, filing.case
    asked = requests.propose_rectification(case=case, by=people.city_officer, field="star", after="3", reason="抄录错误")
    refuses("已有更正在办", requests.propose_rectification, case=case, by=people.city_officer, field="star", after="1", reason="抄录错误")
    asked = step(asked, "agree", people.city_checker)
    step(asked, "rectify", people.city_director)
    district = District.objects.get(pk=filing.district.pk)
    assert (Case.objects.get(pk=case.pk).star_found, Title.objects.get().star, district.star) == (3, 3, 3)
    rectified(filing, "announce_number", "演公〔2026〕7号")
    assert Title.objects.get().announcement.number == "演公〔2026〕7号"
    day = (clock.today() - dt.timedelta(days=400)).isoformat()
    with pytest.raises(Refused, match="不能早于同批办件的决定日期"):
        requests.propose_rectification(case=case, by=people.city_officer, field="announced_on", after=day, reason="错")


@AREA
def test_a_wrong_day_of_the_pilot_is_put_right_below_the_demonstration_that_followed():
    filing = Filing().to_announced()
    case, district = filing.case, District.objects.get(pk=filing.district.pk)
    day, later_on = clock.today() - dt.timedelta(days=1), clock.today() + dt.timedelta(days=400)
    Case.objects.filter(pk=case.pk).update(decided_on=day)
    give_title(district, TitleKind.DEMONSTRATION, granted_on=later_on)
    rectified(filing, "announced_on", day.isoformat())
    district.refresh_from_db()
    assert (district.titled_on, district.held_since) == (later_on, day)
    assert list(Title.objects.order_by("pk").values_list("granted_on", "ended_on")) == [(day, later_on), (later_on, None)]


def test_a_day_of_an_announcement_stays_before_the_end_of_its_titles_and_of_the_bodies_responsible():
    filing = Filing().to_announced()
    case, people, today = filing.case, filing.people, clock.today()
    asked = {"case": case, "by": people.city_officer, "field": "announced_on", "after": today.isoformat(), "reason": "抄录错误"}
    granted, ended = today - dt.timedelta(days=9), today - dt.timedelta(days=3)
    Case.objects.filter(pk=case.pk).update(decided_on=granted)
    Announcement.objects.update(announced_on=granted)
    Title.objects.update(granted_on=granted)
    body = people.authority_body
    TitleHolder.objects.create(district=filing.district, side="authority", body=body, body_name=body.name, since=granted, until=ended)
    refuses("的责任在这一天以前已经终止", requests.propose_rectification, **asked)
    Title.objects.update(ended_on=ended, end=TitleEnd.SUPERSEDED)
    refuses("授予日期不能晚于这一天", requests.propose_rectification, **asked)
    Title.objects.update(announcement=None, end_announcement=Announcement.objects.get(), granted_on=ended, end=TitleEnd.CANCELLED)
    refuses("终止它的公告不能早于这一天", requests.propose_rectification, **asked | {"after": (ended - dt.timedelta(days=1)).isoformat()})


@AREA
def test_a_wrong_day_of_a_new_life_leaves_the_titles_of_the_one_before():
    filing = Filing().to_announced()
    case = filing.case
    long_ago = {"granted_on": dt.date(2018, 5, 2), "ended_on": dt.date(2020, 6, 3), "end": TitleEnd.SUPERSEDED}
    old = Title.objects.create(district=filing.district, kind=TitleKind.PILOT, historic=True, policy="沪府办规〔2018〕24号", **long_ago)
    day = clock.today() - dt.timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(decided_on=day)
    rectified(filing, "announced_on", day.isoformat())
    old.refresh_from_db()
    district = District.objects.get(pk=filing.district.pk)
    assert (old.ended_on, district.titled_on, district.titled_since) == (long_ago["ended_on"], day, None)


def test_what_cannot_be_put_right():
    filing = Filing().to_sent()
    with pytest.raises(Refused, match="决定前有误的"):
        requests.propose_rectification(case=filing.case, by=filing.people.city_officer, field="decision_number", after="1", reason="错")
    filing = Filing(filing.people).to_accepted().check_form()
    Case.objects.filter(pk=filing.case.pk).update(status="decided", decided_on=clock.today(), decision_number="演1", star_found=2)
    case, people = filing.fresh(), filing.people
    for field, after, words in (
        ("star", "4", "星级须为"),
        ("decided_on", "昨天", "不晚于今天"),
        ("decided_on", "20260105", "不晚于今天"),
        ("decided_on", "0001-01-05", "不晚于今天"),
        ("decision_number", "演1", "相同"),
    ):
        refuses(words, requests.propose_rectification, case=case, by=people.city_officer, field=field, after=after, reason="错")
    asked = requests.propose_rectification(case=case, by=people.city_officer, field="decision_number", after="演2", reason="错字")
    Case.objects.filter(pk=case.pk).update(decision_number="演3")
    refuses("已不是要更正的原值", step, asked, "agree", people.city_checker)


def test_a_withdrawal_on_paper_is_entered_and_stops_the_review():
    filing = Filing().to_reviewing()
    entry = ProxyEntry("paper", clock.today(), "演示甲区开发公司李演示", pdf())
    filing.do("enter_withdrawal", "city_officer", reason="来函撤回", entry=entry)
    assert (filing.case.status, Review.objects.get().status) == ("withdrawn", "stopped")
    assert filing.case.paper_entries.get().on_behalf == "演示甲区开发公司李演示"


def test_an_extension_and_a_rectification_are_asked_for_on_their_pages(client, correcting):
    case, people = correcting.case, correcting.people
    ask = reverse("approvals:extension_ask", args=[case.pk])
    client.force_login(people.reviewer)
    due = case.corrections.get().due
    assert client.post(ask, {"until": later(due).isoformat(), "reason": "", "version": case.version}).status_code == 422
    assert client.post(ask, {"until": later(due).isoformat(), "reason": "材料在外地", "version": case.version}).status_code == 302
    assert ExtensionRequest.objects.get().until == later(due)
    client.force_login(people.city_officer)
    Case.objects.filter(pk=case.pk).update(status="decided", decided_on=clock.today(), decision_number="演1")
    propose = reverse("approvals:rectification_propose", args=[case.pk])
    version = Case.objects.get(pk=case.pk).version
    typed = {"field": "decision_number", "after": "演2", "reason": "错字", "version": version}
    assert client.post(propose, typed).status_code == 302


def asked_for_more(filing):
    """More time for the corrections."""
    until = later(filing.case.corrections.get().due, 9)
    return requests.ask_extension(case=filing.case, by=filing.people.reviewer, until=until, reason="外业（虚构）")


def proposed_number(filing):
    """Another number of the decision."""
    number = {"field": "decision_number", "after": "演沪建〔2026〕9号", "reason": "登记有误（虚构）"}
    return requests.propose_rectification(case=filing.fresh(), by=filing.people.city_officer, **number)


@AREA
def test_two_rectifications_on_one_page_share_no_id(client):
    filing = Filing().to_decided()
    case, people = proposed_number(filing).case, filing.people
    day = {"field": "decided_on", "after": (case.decided_on - dt.timedelta(days=1)).isoformat(), "reason": "登记有误（虚构）"}
    requests.propose_rectification(case=case, by=people.city_officer, **day)
    client.force_login(people.city_checker)
    ids = re.findall(r' id="([^"]+)"', client.get(reverse("approvals:case", args=[case.pk])).content.decode())
    assert len([one for one in ids if one.startswith("rectification-") and one.endswith("-version")]) == 2
    assert len(ids) == len(set(ids))


@AREA
def test_extensions_left_to_the_checker_reach_both_desks(correcting):
    made, people = asked_for_more(correcting), correcting.people
    key = "approval_chain.director_decides"
    left = [word for word in parameters.get(key).value if word != "extend"]
    set_setting(by=people.city_director, key=key, value=left, reason="授权审核（虚构）")
    turn, _ = receivers(made, "forward", "asked").people(made, "asked", None)
    assert turn == [people.city_director, people.city_checker]


@AREA
def test_a_new_request_reaches_those_whose_turn_it_is(correcting):
    reaches(correcting.people, asked_for_more(correcting), "begun")
    assert OutboxMessage.objects.filter(payload__body="外业（虚构）").exists()
    decided = Filing(correcting.people, name="演示二城（虚构）").to_decided()
    reaches(decided.people, proposed_number(decided), "begun")
