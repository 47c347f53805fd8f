"""A reconsideration followed by a suit, and a suit by an appeal: their days, one state in the register, the outcome that counts."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.casework.selectors.tasks import tasks_for
from approvals.remedies.rules import answer_term, appeal_until
from approvals.remedies.selectors import consequence_of, way_of, ways_of
from approvals.titles.models.publicity import Title
from approvals.titles.models.remedies import Remedy
from approvals.titles.selectors import title_changes
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.workflow.letters import drafts_of
from obligations.selectors import in_sight
from tests.approvals.remedies.test_remedies import STANDS, STAY, close, in_force, judge, make_lost, record, stay
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import step

lost = once(make_lost)
world = copy_of("lost")
COURT, HIGH = "演示人民法院（虚构）", "演示高级人民法院（虚构）"
FIRST, SECOND = "（2026）演01行初1号", "（2026）演行终2号"


def sue(people, case, **changed):
    return record(people, case, **({"kind": "suit", "body": COURT, "number": FIRST} | changed))


def appeal(people, suit, filer="holder", **changed):
    today = clock.today()
    given = {"filer": filer, "body": HIGH, "number": SECOND, "filed_on": today, "served_on": today, "late_ground": ""} | changed
    step(suit, "appeal", people.city_officer, **given)
    return Remedy.objects.get(after=suit)


def public(client, case):
    return client.get(reverse("portal:public_district", args=[case.district.code])).content.decode()


def test_a_suit_after_a_reconsideration_has_fifteen_days_and_its_own_stay(client, world):
    people, case = world
    review = close(people, stay(people, record(people, case)), outcome="upheld")
    title = Title.objects.get(end_case=case)
    assert (title.stayed_since, title.state_word) == (None, "撤销")
    calendar, since = workdays.current(), review.outcome_on
    ways = {way.name: way for way in ways_of(case)}
    assert set(ways) == {"复议后行政诉讼"}, "第四十五条 leaves fifteen days, no longer the six months of a first suit"
    assert ways["复议后行政诉讼"].until == calendar.roll_forward(since + dt.timedelta(days=15))
    assert "《行政诉讼法》第四十五条" in ways["复议后行政诉讼"].explained
    suit = sue(people, case)
    assert (suit.after, way_of(suit).until, suit.against_number) == (review, ways["复议后行政诉讼"].until, case.decision_number)
    step(suit, "stay", people.city_officer, on=clock.today(), **(STAY | {"number": "（2026）演01行初1号之一"}))
    title.refresh_from_db()
    assert title.state_word == STANDS
    page, shown = public(client, case), (STANDS, "行政复议结果：维持", "在行政诉讼期间停止执行", "（2026）演01行初1号之一")
    assert [words for words in shown if words not in page] == []
    refuses("不能同时行政复议", record, people, case, number="演府复〔2026〕9号")


def test_a_filing_after_its_days_is_said_on_its_page(client, world):
    people, case = world
    close(people, record(people, case), outcome="upheld")
    with clock.at(clock.now() + dt.timedelta(days=60)):
        suit = sue(people, case)
    client.force_login(people.city_officer)
    assert "超过期限" in client.get(reverse("approvals:remedy", args=[suit.pk])).content.decode()


def test_a_judgment_waits_for_its_days_before_it_counts(world):
    people, case = world
    suit = sue(people, case)
    refuses("上诉期满后才生效", close, people, suit)
    judge(people, suit)
    calendar, today = workdays.current(), clock.today()
    until = calendar.roll_forward(today + dt.timedelta(days=15))
    assert (appeal_until(suit, calendar), Title.objects.get(end_case=case).end) == (until, "revoked")
    [task] = [task for task in tasks_for(Viewer(people.city_officer)) if task.kind == "remedy"]
    assert (task.title, task.due) == ("行政诉讼一审已裁判，上诉或者登记生效", until)
    refuses("上诉期限尚未届满", step, suit, "effect", people.city_officer, on=today, redo_by=None)
    ruling = Remedy(judgment="ruling", judged_on=today)
    assert appeal_until(ruling, calendar) == calendar.roll_forward(today + dt.timedelta(days=10))
    in_force(people, suit)
    assert Title.objects.get(restorations__end_case=case).end == ""


def test_an_appeal_of_the_city_that_wins_leaves_the_loss(client, world):
    people, case = world
    suit = judge(people, stay(people, sue(people, case)))
    second = appeal(people, suit, "city", served_on=None)
    suit.refresh_from_db()
    assert (suit.status, second.owes_reply, Title.objects.get(end_case=case).state_word) == ("appealed", False, STANDS)
    assert not [one for one in in_sight(Viewer(people.city_officer)) if one.kind == "remedy_reply" and one.record == second.pk]
    assert not drafts_of(second, Viewer(people.city_officer))
    refuses("由对方当事人答辩", step, second, "reply", people.city_officer, number="甲", on=clock.today())
    close(people, second, outcome="rejected", number="（2026）演行终2号判决")
    suit.refresh_from_db()
    title = Title.objects.get(end_case=case)
    assert (suit.status, suit.outcome_on, suit.stay_ended_on) == ("closed", second.outcome_on, clock.today())
    assert (title.end, title.stayed_since, District.objects.get(pk=case.district_id).stage) == ("revoked", None, "revoked")
    assert (consequence_of(suit), consequence_of(second)) == ("一审裁判因上诉没有生效，以二审结果为准", "决定继续有效")
    told = [words for _day, words, _announcement in title_changes(case.district) if "结果" in words]
    assert len(told) == 1
    assert all(words in told[0] for words in ("行政诉讼二审结果：驳回", "一审：撤销", HIGH))
    assert told[0] in public(client, case)


@pytest.mark.parametrize("outcome", ["affirmed", "withdrawn"])
def test_an_appeal_dismissed_or_withdrawn_puts_the_first_judgment_into_force(world, outcome):
    people, case = world
    suit = judge(people, sue(people, case))
    second = close(people, appeal(people, suit, "city", served_on=None), outcome=outcome)
    assert (second.standing_outcome, second.restores) == ("annulled", True)
    assert Title.objects.get(restorations__end_case=case).end == ""
    assert "称号自同日恢复" in consequence_of(second)


def test_an_appeal_sent_back_opens_the_suit_again(world):
    people, case = world
    suit = judge(people, sue(people, case), outcome="rejected")
    second = appeal(people, suit)
    calendar = workdays.current()
    [owed] = [one for one in in_sight(Viewer(people.city_officer)) if one.kind == "remedy_reply" and one.record == second.pk]
    assert owed.due == answer_term("appeal", second.served_on, calendar) == calendar.roll_forward(clock.today() + dt.timedelta(days=15))
    [draft] = drafts_of(second, Viewer(people.city_officer))
    assert (draft.title, "请求依法驳回上诉，维持原判。" in draft.write().paragraphs[-1]) == ("行政诉讼二审答辩状", True)
    second.after.judgment = "ruling"
    assert drafts_of(second, Viewer(people.city_officer))[0].write().paragraphs[-1] == "综上，请求依法驳回上诉，维持原裁定。"
    close(people, second, outcome="remanded")
    suit.refresh_from_db()
    assert (suit.status, suit.outcome, suit.judged_on, suit.appealed_on) == ("open", "", None, None)
    assert Title.objects.get(end_case=case).end == "revoked"
    in_force(people, judge(people, suit, outcome="void", number="（2026）演01行初1号重"))
    assert Title.objects.get(restorations__end_case=case).end == ""


def test_a_late_appeal_needs_what_the_court_said(world):
    people, case = world
    suit = judge(people, sue(people, case))
    with clock.at(clock.now() + dt.timedelta(days=30)):
        refuses("《行政诉讼法》第八十五条", appeal, people, suit)
        second = appeal(people, suit, late_ground="法院准许顺延（虚构）")
    suit.refresh_from_db()
    assert (second.kind, suit.late_ground) == ("appeal", "法院准许顺延（虚构）")


def test_each_kind_ends_in_its_own_words(world):
    people, case = world
    refuses("没有这种结果", close, people, record(people, case), outcome="affirmed")
    Remedy.objects.all().delete()
    refuses("没有这种结果", judge, people, sue(people, case), outcome="upheld")
