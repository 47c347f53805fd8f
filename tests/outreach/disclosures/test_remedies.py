"""Reconsideration, suit and appeal against a reply: instances, days and papers as against any decision; the final one counts."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.remedies.rules import answer_term, appeal_until, way_after
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.models import Evidence
from greendistrict.workflow.letters import drafts_of
from obligations import disclosure_terms, remedy_terms
from obligations.selectors import in_sight
from obligations.way import Day
from outreach.disclosures import selectors, services
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from portal.personal.services import drop_expired
from portal.todo.selectors import tasks_of
from tests.factories.approvals import pdf
from tests.outreach.asking import said, to
from tests.outreach.disclosures.contesting import BODY, COURT, FIRST, HIGH, OUTCOME, appeal, close, contest, judge, stored, sue
from tests.outreach.disclosures.test_disclosures import REPLY, answered, file
from tests.refusing import refuses
from tests.steps import reaches, step


def refused(people, **changed):
    """A request that was refused, and its receipt."""
    made = file()
    return answered(made.request, people, **({"outcome": "refused", "withheld": "internal"} | changed)), made.code


def receipt(client, code):
    client.logout()
    return said(client.post(to("disclosure_receipt"), {"code": code}))


def test_a_reply_that_is_set_aside_is_given_anew_and_kept(client, people):
    row, code = refused(people)
    remedy, due = contest(row, people), clock.today() + dt.timedelta(days=15)
    refuses("还有一件在审理", contest, row, people, number="演府复〔2026〕32号")
    client.force_login(people.city_officer)
    page, url = to("disclosure_remedy", remedy.pk), to("disclosure_remedy_act", remedy.pk)
    typed = {"action": "find", "version": remedy.version, **OUTCOME, "on": clock.today().isoformat(), "redo_by": due.isoformat()}
    for changed, words in (
        ({"outcome": ""}, "结果"), ({"redo_by": (clock.today() - dt.timedelta(days=1)).isoformat()}, "不能早于生效日期"),
        ({"on": (clock.today() + dt.timedelta(days=1)).isoformat(), "redo_by": ""}, "不能晚于今天"),
    ):  # fmt: skip
        wrong = client.post(url, typed | changed)
        assert (wrong.status_code in {409, 422}, words in said(wrong), OUTCOME["number"] in said(wrong)) == (True, True, True), words
    assert client.post(url, typed).status_code == 302
    assert stored(row).progress == "answered", "not before it is confirmed"
    assert "结果尚未生效，答复的效力不变" in receipt(client, code)
    client.force_login(people.city_checker)
    assert "核对办结" in said(client.get(page))
    remedy.refresh_from_db()
    done = {"action": "confirm", "version": remedy.version, "confirmed": "yes"}
    assert client.post(url, done).status_code == 302
    row, remedy = stored(row), DisclosureRemedy.objects.get()
    assert (row.progress, row.outcome, selectors.due_of(row)) == ("awaited", "", due)
    assert (remedy.was_outcome, remedy.was_withheld, remedy.against_number) == ("refused", "internal", REPLY["number"])
    [duty] = disclosure_terms.collect(Day(clock.today(), clock.today()))
    assert (duty.due, duty.met_on, "重新答复" in duty.how.anchor) == (due, None, True)
    told = f"原答复（{REPLY['number']}）自"
    page = said(client.get(to("disclosure", row.pk)))
    assert all(one in text for one in (told, "重新答复", "撤销", BODY) for text in (page, receipt(client, code)))
    refuses("不能延长", services.extend_disclosure, row=row, by=people.city_checker, reason="甲")
    answered(row, people, number="演公开〔2026〕2号")
    assert (stored(row).reply_number, DisclosureRemedy.objects.get().against_number) == ("演公开〔2026〕2号", REPLY["number"])


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("upheld", "原答复继续有效"), ("withdrawn", "程序终结，原答复继续有效"), ("unlawful", "不撤销，继续有效"), ("changed", "不重新答复")],
)
def test_any_other_outcome_leaves_the_reply(people, outcome, words):
    row, _ = refused(people)
    remedy = close(contest(row, people), people, outcome=outcome)
    assert (stored(row).progress, remedy.was_outcome, words in services.consequence_of(remedy)) == ("answered", "", True)


def test_a_suit_follows_its_reconsideration_and_waits_for_the_days_of_its_appeal(client, people):
    row, code = refused(people)
    review = close(contest(row, people), people, outcome="upheld")
    suit, calendar = sue(row, people), workdays.current()
    assert (suit.after, suit.against_number) == (review, REPLY["number"])
    assert way_after(suit, calendar).until == calendar.roll_forward(review.outcome_on + dt.timedelta(days=15))
    client.force_login(people.city_officer)
    before = said(client.get(to("disclosure_remedy", review.pk)))
    assert ("其后起诉" in before, FIRST in before, "<dt>上诉</dt>" in before) == (True, True, False)
    refuses("不能同时行政复议", contest, row, people, number="演府复〔2026〕32号")
    refuses("上诉期满后才生效", close, suit, people)
    judge(suit, people)
    assert (stored(row).progress, services.consequence_of(suit)) == ("answered", "结果尚未生效，答复的效力不变")
    page = receipt(client, code)
    assert all(one in page for one in ("一审判决", f"{FIRST}判决", "结果尚未生效"))
    [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "remedy"]
    assert (task.due, task.link) == (appeal_until(suit, calendar), to("disclosure_remedy", suit.pk))
    refuses("上诉期限尚未届满", step, suit, "effect", people.city_officer, on=clock.today(), redo_by=None)
    with clock.at(clock.now() + dt.timedelta(days=40)):
        step(suit, "effect", people.city_officer, on=clock.today(), redo_by=None)
        [task] = [one for one in tasks_of(Viewer(people.city_checker)) if one.kind == "remedy"]
        assert task.title == "行政诉讼结果待审定"
        step(suit, "confirm", people.city_checker)
        assert (stored(row).progress, stored(row).redo_from) == ("awaited", clock.today())


@pytest.mark.parametrize(
    ("instances", "progress"),
    [
        ("annulled city affirmed", "awaited"), ("annulled city withdrawn", "awaited"), ("annulled city rejected", "answered"),
        ("rejected holder annulled", "awaited"), ("rejected holder affirmed", "answered"), ("rejected holder changed_back", "awaited"),
    ],
)  # fmt: skip
def test_the_request_follows_the_final_instance(client, people, instances, progress):
    first, filer, second = instances.split()
    row, code = refused(people)
    suit = judge(sue(row, people), people, outcome=first)
    made = appeal(suit, people, filer)
    suit.refresh_from_db()
    assert (suit.status, stored(row).progress, made.request) == ("appealed", "answered", row)
    due = clock.today() + dt.timedelta(days=30)
    close(made, people, outcome=second, number="（2026）演行终31号判决", redo_by=due if progress == "awaited" else None)
    suit.refresh_from_db()
    row = stored(row)
    assert (suit.status, suit.outcome_on, services.consequence_of(suit)) == (
        "closed", clock.today(), "一审裁判因上诉没有生效，以二审结果为准",
    )  # fmt: skip
    assert row.progress == progress
    if progress == "awaited":
        assert (selectors.due_of(row), made.was_outcome, suit.was_outcome) == (due, "refused", "")
        answered(row, people, number="演公开〔2026〕2号")
    page = receipt(client, code)
    assert all(one in page for one in (HIGH, COURT, "以二审结果为准"))
    assert ("重新答复" in page) == (progress == "awaited")
    assert "称号" not in page.partition("<main")[2].partition("</main")[0]


def test_an_appeal_sent_back_opens_the_suit_again(people):
    row, _ = refused(people)
    suit = judge(sue(row, people), people)
    close(appeal(suit, people, "holder"), people, outcome="remanded")
    suit.refresh_from_db()
    assert (suit.status, suit.outcome, suit.judged_on, stored(row).progress) == ("open", "", None, "answered")
    judge(suit, people, outcome="rejected", number="（2026）演01行初31号重")
    with clock.at(clock.now() + dt.timedelta(days=40)):
        step(suit, "effect", people.city_officer, on=clock.today(), redo_by=None)
        step(suit, "confirm", people.city_checker)
        assert stored(row).progress == "answered"


def test_the_second_reply_is_contested_by_itself(people):
    row, _ = refused(people)
    close(contest(row, people), people, outcome="upheld")
    close(contest(row, people, number="演府复〔2026〕33号"), people, number="演府复决〔2026〕33号")
    with clock.at(clock.now() + dt.timedelta(days=3)):
        again = answered(stored(row), people, number="演公开〔2026〕2号", outcome="refused", withheld="process")
        suit = sue(again, people)
        assert (suit.after, suit.against_number) == (None, "演公开〔2026〕2号"), "the reconsideration was about the first one"


def test_what_cannot_be_contested_is_said(people):
    row, today = file().request, clock.today()
    refuses("尚未答复", contest, row, people)
    row = answered(row, people)
    for changed, words in (
        ({"filed_on": today - dt.timedelta(days=9)}, "不能早于决定日期"),
        ({"served_on": today - dt.timedelta(days=1)}, "不能早于申请"),
        ({"served_on": today + dt.timedelta(days=1)}, "不能晚于今天"),
        ({"kind": "appeal"}, "在一审的行政诉讼登记"),
    ):
        refuses(words, contest, row, people, **changed)
    for seat in ("city_checker", "city_legal", "city_director", "preparer"):
        with pytest.raises(NotAllowed):
            services.record_remedy(
                row=row, by=getattr(people, seat), kind="review", body=BODY, number="甲", filed_on=today, served_on=today
            )
    suit = judge(sue(row, people), people)
    refuses("不能早于上诉日期", appeal, suit, people, "holder", served_on=today - dt.timedelta(days=1))
    refuses("没有这种结果", close, appeal(suit, people), people, outcome="upheld")


def test_the_citys_answer_has_its_days_its_draft_and_its_number(people):
    row, _ = refused(people)
    remedy = contest(row, people)
    due = answer_term("review", remedy.served_on, workdays.current())
    [duty] = [one for one in in_sight(Viewer(people.city_officer)) if one.kind == "remedy_reply"]
    [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "remedy"]
    assert (duty.due, task.due, duty.link) == (due, due, to("disclosure_remedy", remedy.pk))
    assert not [one for one in in_sight(Viewer(people.preparer)) if one.kind == "remedy_reply"]
    [draft] = drafts_of(remedy, Viewer(people.city_officer))
    text = "".join(draft.write().paragraphs)
    assert (draft.title, all(one in text for one in ("政府信息公开申请答复", REPLY["number"], "演＊＊＊"))) == ("行政复议答复书", True)
    assert all(words in text for words in ("经审查，依据《中华人民共和国政府信息公开条例》", "申请人提交的政府信息公开申请"))
    assert not draft.addressed.is_open
    named = "".join(draft.addressed.write().paragraphs)
    assert named == text.replace("演＊＊＊", row.name), "what is sent has the name where the draft is masked"
    step(remedy, "reply", people.city_officer, number="演建复答〔2026〕1号", on=clock.today())
    assert [one.met_on for one in remedy_terms.collect(Day(clock.today(), clock.today()))] == [clock.today()]
    other = sue(answered(file(2).request, people, number="演公开〔2026〕9号"), people)
    refuses("已用于", step, other, "reply", people.city_officer, number="演建复答〔2026〕1号", on=clock.today())


def test_the_answer_tells_of_the_reply_that_is_contested_not_of_one_given_since(people):
    row, _ = refused(people, reply="属于内部会议记录")
    review, found = contest(row, people), []

    def told():
        [draft] = drafts_of(DisclosureRemedy.objects.get(pk=review.pk), Viewer(people.city_officer))
        return "".join(draft.write().paragraphs)

    found.append(told())
    close(review, people, redo_by=clock.today() + dt.timedelta(days=15))
    found.append(told())
    answered(stored(row), people, number="演公开〔2026〕2号", reply="提供目录")
    found.append(told())
    assert found == [found[0]] * 3
    assert ("不予公开的依据为内部事务信息" in found[0], "属于内部会议记录" in found[0]) == (True, True)
    DisclosureRemedy.objects.filter(pk=review.pk).update(was_outcome="", was_withheld="", was_reply="")  # nobody has kept it
    assert "见该件的决定书和案卷" in told()


def test_papers_of_a_remedy_stay_within_the_city_and_go_with_the_request(client, people):
    row, code = refused(people, outcome="granted", withheld="")
    suit = judge(sue(row, people), people, scan=pdf(), outcome="rejected")
    close(appeal(suit, people, "holder"), people, outcome="affirmed")
    assert (suit.scan.title in receipt(client, code), list(selectors.files_of(row))) == (False, [])
    client.force_login(people.city_legal)
    assert suit.scan.title in said(client.get(to("disclosure_remedy", suit.pk)))
    client.force_login(people.preparer)
    assert client.get(to("disclosure_remedy", suit.pk)).status_code == 404
    assert client.get(reverse("documents:download", args=[suit.scan.key])).status_code == 404
    with clock.at(clock.now() + dt.timedelta(days=1096)):
        drop_expired()
    assert (DisclosureRequest.objects.count(), DisclosureRemedy.objects.count(), Evidence.objects.count()) == (0, 0, 0)


def test_the_record_tells_legal_and_checker(people):
    made = sue(answered(file().request, people), people)
    assert all("已登记" in title for title in reaches(people, made, "begun"))
