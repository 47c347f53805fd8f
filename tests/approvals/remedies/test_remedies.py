"""行政复议 and 行政诉讼 after a loss: days, reply, stay in the register, outcome; one that annuls the loss gives the title back."""

import datetime as dt

import pytest
from django.urls import reverse
from lxml.html import fromstring

from approvals.casework.selectors.tasks import tasks_for
from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.publicity.services import publish
from approvals.remedies import selectors
from approvals.remedies.rules import answer_term
from approvals.remedies.services import record_remedy
from approvals.titles.models.amendments import Restoration
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.models.remedies import Remedy
from approvals.titles.selectors import title_ended_by
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed
from greendistrict.workflow.letters import drafts_of
from obligations import remedy_terms
from obligations.selectors import in_sight
from obligations.way import Day
from portal.open_data.datasets import DATASETS
from portal.public.selectors import find
from tests.factories.acceptance import Losing, failing
from tests.factories.approvals import pdf
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import reaches, step

AREA = pytest.mark.area("approvals")
BODY, NUMBER = "演示市人民政府（虚构）", "演府复〔2026〕3号"
STAY = {"number": "演府复停〔2026〕1号", "ground": "复议机关认为需要停止执行（虚构）"}
STANDS = "有效（撤销决定停止执行）"
OUTCOME = {"outcome": "annulled", "number": "演府复决〔2026〕3号", "words": "撤销被申请人的决定（虚构）"}


def make_lost():
    people, district = failing()
    walk = Losing(people, district).to_served().announce()
    return people, walk.case


lost = once(make_lost)
world = copy_of("lost")


def record(people, case, **changed):
    today = clock.today()
    given = {"kind": "review", "body": BODY, "number": NUMBER, "filed_on": today, "served_on": today} | changed
    return record_remedy(case=case, by=people.city_officer, **given)


def stay(people, remedy):
    return step(remedy, "stay", people.city_officer, on=clock.today(), **STAY)


def close(people, remedy, **changed):
    step(remedy, "find", people.city_officer, **({**OUTCOME, "on": clock.today(), "scan": None, "redo_by": None} | changed))
    return step(remedy, "confirm", people.city_director)


def judge(people, remedy, **changed):
    given = {**OUTCOME, "judgment": "judgment", "on": clock.today(), "scan": None}
    return step(remedy, "judge", people.city_officer, **(given | changed))


def in_force(people, remedy, **changed):
    """Judged sixteen days ago, nobody appealed, in force today."""
    with clock.at(clock.now() + dt.timedelta(days=40)):
        step(remedy, "effect", people.city_officer, on=clock.today(), redo_by=None, **changed)
        return step(remedy, "confirm", people.city_director)


def differences(case):
    """What the record of the decision says otherwise than the stored rows."""
    found = verify(decision_by_number(case.number))
    assert found.frozen
    return found.changed, [one.label for one in found.checks if not one.holds]


def test_an_annulled_loss_gives_the_title_back_and_the_register_tells_all_of_it(client, world):
    people, case = world
    title, register = Title.objects.get(end="revoked"), reverse("portal:public_district", args=[case.district.code])

    def missing(*told):
        page = client.get(register).content.decode()
        return [words for words in told if words not in page]

    remedy = record(people, case)
    assert missing("公告后的变化") == ["公告后的变化"], "a filing is not public"
    stay(people, remedy)
    title.refresh_from_db()
    assert STANDS in client.get(reverse("portal:register")).content.decode()
    assert (title.end, title.state_word) == ("", STANDS)
    assert missing(STANDS, "期间停止执行", STAY["number"], BODY) == []
    [row] = [row for row in DATASETS["title-history"].rows({}) if STANDS in str(row)]
    assert case.district.name in str(row)
    close(people, remedy, scan=pdf())
    title.refresh_from_db()
    remedy.refresh_from_db()
    assert (title.end, title.stayed_since, title.state_word) == ("", None, "有效")
    assert differences(case) == ((), []), "what was announced is still told by the record of the decision"
    assert (remedy.status, remedy.stay_ended_on, remedy.scan is not None) == ("closed", clock.today(), True)
    assert District.objects.get(pk=case.district_id).stage == "pilot"
    [restored] = Restoration.objects.all()
    assert (restored.was_end, restored.end_case, OUTCOME["number"] in restored.reason) == ("revoked", case, True)
    assert STANDS not in client.get(reverse("portal:register")).content.decode()
    assert missing("行政复议结果：撤销", OUTCOME["number"], "恢复试点称号") == []
    batch = reverse("approvals:announcement", args=[restored.end_announcement_id])
    assert OUTCOME["number"] in client.get(batch).content.decode()
    assert not [row for row in DATASETS["title-history"].rows({}) if STANDS in str(row)]
    told = AuditRecord.objects.filter(action__in=("remedy.record", "title.stay", "title.restore")).order_by("pk")
    assert [row.action for row in told] == ["remedy.record", "title.stay", "title.restore"]


def surfaces(client, people, case):
    """What each place says about the title today."""
    district, viewer = District.objects.get(pk=case.district_id), Viewer(people.city_officer)
    title = Title.objects.select_related("district").get(district=district, kind="pilot")
    client.force_login(people.city_officer)
    listed = client.get("/api/v1/titles/", {"current": "true"}).json()["results"]
    page = client.get(reverse("portal:public_district", args=[district.code])).content.decode()
    return {
        "row": title.state_word,
        "stage": (district.stage, district.title_number == title.number != ""),
        "register": district.name in str(list(DATASETS["titles"].rows({}))),
        "history": [row[11:13] for row in DATASETS["title-history"].rows({}) if row[0] == title.pk],
        "api": [row["number"] for row in listed if row["number"] == title.number] != [],
        "owes": any(row.district_id == district.pk and row.kind == "self_check" for row in in_sight(viewer)),
        "of the day": district.pk in titles_held_on(clock.today()),
        "paper": find(title.number).state,
        "page": title.state_word in page,
        "case": case.district.name in str(title_ended_by(case)),
    }


def test_a_stay_lets_the_title_stand_everywhere_until_it_is_lifted(client, world):
    people, case = world
    Title.objects.filter(end_case=case).update(number="CH-2020-0001")
    lost_on, lost = clock.today(), surfaces(client, people, case)
    assert (lost["row"], lost["stage"], lost["register"], lost["api"], lost["owes"]) == ("撤销", ("revoked", False), False, False, False)
    remedy = record(people, case)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        stay(people, remedy)
        stands = surfaces(client, people, case)
        assert not titles_held_on(lost_on + dt.timedelta(days=1)), "on the days between loss and stay it did not stand"
    assert stands == {
        "row": STANDS, "stage": ("pilot", True), "register": True, "history": [(STANDS, None)], "api": True, "owes": True,
        "of the day": True, "paper": "valid", "page": True, "case": True,
    }  # fmt: skip
    with clock.at(clock.now() + dt.timedelta(days=5)):
        lifted = clock.today()
        step(remedy, "lift", people.city_officer, on=lifted)
        assert surfaces(client, people, case) == lost | {"history": [("撤销", lifted)]}
        assert titles_held_on(lifted - dt.timedelta(days=1))
        assert (Title.objects.get(end_case=case).stayed_end, Restoration.objects.count()) == ("", 0)


def test_a_simplified_reconsideration_is_answered_in_five_working_days_until_it_turns_ordinary(client, world):
    people, case = world
    client.force_login(people.city_officer)
    today, calendar = clock.today(), workdays.current()
    typed = {"kind": "review", "body": BODY, "number": NUMBER, "filed_on": today, "served_on": today, "simplified": "on"}
    client.post(reverse("approvals:case_remedies", args=[case.pk]), typed)
    remedy = Remedy.objects.get()
    assert answer_term("suit", today, calendar, simplified=True) == answer_term("suit", today, calendar)

    def owed():
        return {row.record: row.due for row in in_sight(Viewer(people.city_officer)) if row.kind == "remedy_reply"}

    assert owed() == {remedy.pk: calendar.add(today, 5)}
    page = client.get(reverse("approvals:remedy", args=[remedy.pk])).content.decode()
    assert [one for one in ("《行政复议法》第五十四条", "简易程序", "转为普通程序") if one not in page] == []
    step(remedy, "ordinary", people.city_officer, on=today)
    refuses("没有适用简易程序", step, remedy, "ordinary", people.city_officer, on=today)
    assert owed()[remedy.pk] == calendar.add(today, 10)
    assert "第四十八条" in client.get(reverse("approvals:remedy", args=[remedy.pk])).content.decode()


@pytest.mark.parametrize("outcome", ["upheld", "rejected", "withdrawn", "settled", "unlawful", "changed"])
def test_any_other_outcome_ends_the_stay_and_the_loss_stands(world, outcome):
    people, case = world
    remedy = stay(people, record(people, case))
    close(people, remedy, outcome=outcome)
    title = Title.objects.get(end_case=case)
    assert (title.end, title.state_word, Restoration.objects.count()) == ("revoked", "撤销", 0)
    assert District.objects.get(pk=case.district_id).stage == "revoked"


@pytest.mark.parametrize("outcome", ["void", "changed_back"])
def test_what_takes_the_loss_away_in_other_words_restores_too(world, outcome):
    people, case = world
    suit = record(people, case, kind="suit", number="（2026）演行初1号")
    in_force(people, judge(people, suit, outcome=outcome))
    assert Title.objects.get(restorations__end_case=case).end == ""


@AREA
def test_a_stay_is_lifted_and_a_decision_stayed_again_keeps_it_in_its_history(client, world):
    people, case = world
    remedy, today = stay(people, record(people, case)), clock.today()
    refuses("已经停止执行", stay, people, remedy)
    refuses("恢复执行日期不能早于停止执行日期", step, remedy, "lift", people.city_officer, on=today - dt.timedelta(days=1))
    register = reverse("portal:public_district", args=[case.district.code])
    assert differences(case) == ((), []), "a stay changes nothing of what was decided"
    again = {"number": "演府复停〔2026〕2号", "ground": "再次停止执行（虚构）"}
    with clock.at(clock.now() + dt.timedelta(days=2)):
        step(remedy, "lift", people.city_officer, on=clock.today())
        assert Title.objects.get(end_case=case).state_word == "撤销"
        assert differences(case) == ((), [])
        refuses("没有停止执行", step, remedy, "lift", people.city_officer, on=clock.today())
        refuses("不能早于上一次恢复执行日期", step, remedy, "stay", people.city_officer, on=today, **again)
    with clock.at(clock.now() + dt.timedelta(days=5)):
        step(remedy, "stay", people.city_officer, on=clock.today(), **again)

        def told():
            page = fromstring(client.get(register).content.decode())
            events = [event.text_content() for event in page.findall(".//li/div[@class='gd-item']")]  # beside the drawing and its table
            return [sum(words in event for event in events) for words in (STAY["number"], "演府复停〔2026〕2号", "恢复执行")]

        assert [(one.number, (one.on - today).days, one.ended_on and (one.ended_on - today).days) for one in remedy.stays] == [
            (STAY["number"], 0, 2),
            ("演府复停〔2026〕2号", 5, None),
        ]
        assert told() == [1, 1, 1]
        assert differences(case) == ((), [])
        close(people, remedy, outcome="upheld")
        assert told() == [1, 1, 1], "the second stay ends with the outcome, the first one had been lifted"


@AREA
def test_days_of_both_ways_and_of_the_reply_name_their_law(world):
    people, case = world
    served, calendar = case.loss.served_on, workdays.current()
    review, suit = selectors.ways_of(case)
    assert review.until == calendar.roll_forward(served + dt.timedelta(days=60))
    assert (review.until - served).days >= 60
    assert 180 <= (suit.until - served).days <= 195
    assert ("《行政复议法》第二十条" in review.explained, "《行政诉讼法》第四十六条" in suit.explained) == (True, True)
    first, today = record(people, case), clock.today()
    refuses("不能同时行政诉讼", record, people, case, kind="suit", number="（2026）演行初1号")
    second = Remedy.objects.create(
        case=case, kind="suit", body="演示法院", number="甲1号", filed_on=today, served_on=today, recorded_at=clock.now(),
        recorded_by=people.city_officer,
    )  # fmt: skip
    assert answer_term("review", today, calendar) == calendar.add(today, 10)
    assert answer_term("suit", today, calendar) == calendar.roll_forward(today + dt.timedelta(days=15))
    owed = {one.record: one for one in in_sight(Viewer(people.city_officer).at(today)) if one.kind == "remedy_reply"}
    tasks = {task.link: task for task in tasks_for(Viewer(people.city_officer)) if task.kind == "remedy"}
    for remedy in (first, second):
        due = answer_term(remedy.kind, remedy.served_on, calendar)
        assert (owed[remedy.pk].due, tasks[reverse("approvals:remedy", args=[remedy.pk])].due) == (due, due)
    assert "《行政复议法》第四十八条，10个工作日" in owed[first.pk].how.rule
    step(first, "reply", people.city_officer, number="演建复答〔2026〕1号", on=today)
    assert [one.met_on for one in remedy_terms.collect(Day(today, today)) if one.record == first.pk] == [today]
    refuses("已经登记答复", step, first, "reply", people.city_officer, number="演建复答〔2026〕2号", on=today)


def test_what_cannot_be_recorded_is_said(world):
    people, case = world
    today = clock.today()
    with pytest.raises(NotAllowed):
        record_remedy(case=case, by=people.city_director, kind="review", body=BODY, number="x", filed_on=today, served_on=today)
    for changed, words in (
        ({"filed_on": today - dt.timedelta(days=400)}, "不能早于决定日期"),
        ({"served_on": today - dt.timedelta(days=1)}, "不能早于申请"),
        ({"served_on": today + dt.timedelta(days=1)}, "不能晚于今天"),
    ):
        refuses(words, record, people, case, **changed)
    record(people, case)
    refuses("还有一件在审理", record, people, case, number="演府复〔2026〕4号")
    assert Remedy.objects.count() == 1


def test_the_outcome_is_confirmed_by_another_while_the_title_can_stand_again(world):
    people, case = world
    remedy = record(people, case)
    assert all("已登记" in title for title in reaches(people, remedy, "begun"))
    step(remedy, "find", people.city_officer, **OUTCOME, on=clock.today(), scan=None, redo_by=None)
    [task] = [task for task in tasks_for(Viewer(people.city_director)) if task.kind == "remedy"]
    assert (task.title, task.due) == ("行政复议结果待审定", None)
    Remedy.objects.update(found_by=people.city_director)
    refuses("须为两人", step, remedy, "confirm", people.city_director)
    Remedy.objects.update(found_by=people.city_officer)
    assert Title.objects.get(end_case=case).end == "revoked"
    District.objects.filter(pk=case.district_id).update(stage="candidate")
    refuses("已另有称号", step, remedy, "confirm", people.city_director)


@AREA
def test_letters_say_whom_they_answer_and_what_stands_again(world):
    people, case = world
    suit = record(people, case, kind="suit", number="（2026）演行初1号")
    Remedy.objects.filter(pk=suit.pk).update(status="closed", outcome="withdrawn", outcome_number="甲2号", outcome_on=clock.today())
    review = record(people, case)
    [draft] = drafts_of(review, Viewer(people.city_officer))
    assert (draft.title, draft.write().to, "请求依法维持该决定。" in draft.write().paragraphs[-1]) == ("行政复议答复书", BODY, True)
    [decided] = [one.write() for one in drafts_of(case, Viewer(people.city_officer)) if one.key == "decision"]
    told = "".join(draft.write().paragraphs)
    assert case.loss.facts in "".join(decided.paragraphs)
    assert (case.loss.facts in told, "经法制审核和集体讨论" in told, "你单位" in told.partition("向你单位提出")[2]) == (True, True, False)
    [draft] = drafts_of(suit, Viewer(people.city_officer))
    made = draft.write()
    assert (draft.title, made.paragraphs[:2]) == ("行政诉讼答辩状", (f"答辩人：{made.by}", f"被答辩人：{case.applicant.name}"))
    assert ("驳回原告的诉讼请求" in made.paragraphs[-1], made.closing, made.to, made.is_numbered) == (True, ("此致", suit.body), "", False)
    close(people, review)
    notice = drafts_of(review, Viewer(people.city_officer))[-1].write()
    assert OUTCOME["number"] in notice.paragraphs[0]
    assert f"{case.district.name}的“上海市绿色生态城区试点”称号自" in notice.paragraphs[1]
    assert [one.key for one in drafts_of(review, Viewer(people.reviewer))] == ["restoration"]


def test_forms_that_are_refused_keep_what_was_typed(client, world):
    people, case = world
    page = reverse("approvals:case_remedies", args=[case.pk])
    client.force_login(people.city_officer)
    today = clock.today().isoformat()
    typed = {"kind": "review", "body": BODY, "number": NUMBER, "filed_on": today, "served_on": "2020-01-01"}
    wrong = client.post(page, typed)
    assert (wrong.status_code, NUMBER in wrong.content.decode(), "不能早于申请" in wrong.content.decode()) == (422, True, True)
    assert client.post(page, typed | {"served_on": today}).status_code == 302
    remedy = Remedy.objects.get()
    act = reverse("approvals:remedy_act", args=[remedy.pk])
    late = client.post(act, {"action": "reply", "version": 0, "number": "演建复答〔2026〕1号", "on": "2099-01-01"})
    assert (late.status_code, "演建复答〔2026〕1号" in late.content.decode(), "不能晚于今天" in late.content.decode()) == (409, True, True)
    assert Remedy.objects.get().replied_on is None


def test_a_served_decision_that_is_stayed_or_annulled_is_not_announced(world):
    people, district = failing(world[0])
    walk = Losing(people, district).to_served()
    remedy = stay(people, record(people, walk.case))
    refuses("停止执行", walk.announce)
    close(people, remedy)
    batch = Announcement.objects.get(lines__case=walk.case)
    refuses("行政复议中撤销", publish, announcement=batch, by=people.city_officer, number="演〔2026〕19号", announced_on=clock.today())
    assert Title.objects.get(district=district).end == ""
