import datetime as dt

import pytest

from approvals.losses.city_assessments import failures_in_a_row
from assessments.post_evaluations import services
from assessments.post_evaluations.draw_verification import faults
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.post_evaluations.selectors import draws_visible_to, evaluations_visible_to, places_of, tasks_for
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.workflow import procedure
from greendistrict.workflow.procedure import procedure_of
from reports.matters.post_evaluations import compose
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.districts import make_district
from tests.factories.stages import POST_READ_AS, confirm
from tests.operation.ledger.test_ledger import enter
from tests.refusing import refuses
from tests.steps import reaches

HOLD = {"operation": {"holds": True, "note": "查阅台账"}, "effect": {"holds": True, "note": ""}}
FALL = {**HOLD, "effect": {"holds": False, "note": "能耗未下降（虚构）"}}


def demonstration(people, number=1, **kw):
    kw = {"stage": Stage.DEMONSTRATION, "titled_on": clock.today() - dt.timedelta(days=400), **kw}
    return make_district(people, name=f"演示示范{number}城区（虚构）", **kw)


def drawn(people):
    sample = services.commit_sample(year=clock.today().year, demo=True, by=people.secretariat)
    return services.draw(sample=sample, by=people.secretariat)


@pytest.fixture
def found(people):
    demonstration(people)
    drawn(people)
    return PostEvaluation.objects.select_related("district").get()


def take(found, action, by, **kw):
    found.refresh_from_db(fields=["version"])
    return procedure.take(obj=found, action=action, by=by, version=found.version, **kw)


def to_filed(found, people):
    services.save_report(found=found, values={"operation": "专班运行（虚构）", "effect": "能耗下降（虚构）"}, version=0, by=people.preparer)
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)


def to_deciding(found, people, judged=HOLD):
    to_filed(found, people)
    take(found, "propose", people.city_officer, values={"judged": judged, "opinion": "意见（虚构）"})
    take(found, "check", people.city_checker)


def test_the_commitment_comes_first_once_a_year_and_only_by_the_secretariat(people):
    def commit(year=2026, by=people.secretariat):
        return services.commit_sample(year=year, demo=True, by=by)

    refuses(NotAllowed, commit, by=people.city_officer)
    refuses("当年或以前", commit, clock.today().year + 1)
    sample = commit()
    refuses("已登记抽取种子校验值", commit)
    refuses("没有可以评估的示范城区", services.draw, sample=sample, by=people.secretariat)
    demonstration(people)
    refuses(NotAllowed, services.draw, sample=sample, by=people.city_officer)
    services.draw(sample=sample, by=people.secretariat)
    refuses("已抽取", services.draw, sample=sample, by=people.secretariat)


def test_fiction_and_real_districts_are_drawn_apart_and_pilots_never(people):
    demonstration(people)
    real = demonstration(people, 2, is_demo=False)
    demonstration(people, 3, stage=Stage.PILOT)
    assert [place.id for place in places_of(clock.today(), demo=False)] == [real.pk]
    assert len(places_of(clock.today(), demo=True)) == 1


def test_who_was_not_evaluated_for_five_years_is_taken_without_a_draw(people):
    old = demonstration(people, titled_on=clock.today() - dt.timedelta(days=5 * 366))
    for number in range(2, 6):
        demonstration(people, number)
    sample = drawn(people)
    assert (sample.due, sample.drawn) == ([old.pk], [])


@pytest.mark.parametrize(
    ("judged", "decided"),
    [(FALL, ("disqualify", "qualify", "两个方面均符合才能定为合格")), (HOLD, ("qualify", "disqualify", "不能定为不合格"))],
)
def test_from_draw_to_a_conclusion_that_counts(found, people, judged, decided):
    action, other, words = decided
    reaches(people, found, "begun")
    refuses("未填", take, found, "hand_up", people.preparer)
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["填报后评估"]
    to_deciding(found, people, judged)
    confirm(people, POST_READ_AS)
    refuses(words, take, found, other, people.city_director)
    take(found, action, people.city_director)
    failed = judged is FALL
    assert (found.status, found.conclusion, found.number[:3]) == (*["unqualified" if failed else "qualified"] * 2, "HP-")
    assert [one.what for one in failures_in_a_row(found.district, clock.today())] == ["后评估"] * failed


def test_while_the_city_has_not_confirmed_what_qualifies_nobody_fails_by_it(found, people):
    to_deciding(found, people, FALL)
    refuses("未经市级确认", take, found, "disqualify", people.city_director)
    refuses("请写明理由", take, found, "qualify", people.city_director)
    take(found, "qualify", people.city_director, reason="运营实效尚在爬坡期（虚构）")
    assert (found.status, failures_in_a_row(found.district, clock.today())) == ("qualified", [])


def test_who_sees_evaluation_and_draw(found, people):
    city = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat"}
    seeing = {seat for seat, user in people.everybody.items() if evaluations_visible_to(Viewer(user)).exists()}
    assert seeing == city | {"authority", "preparer", "reviewer", "consultant"}
    blind = {seat for seat, user in people.everybody.items() if not draws_visible_to(Viewer(user)).exists()}
    assert blind == {"system_keeper", "security_keeper", "audit_keeper"}


def test_the_whole_way_in_the_browser(client, people):
    demonstration(people)
    client.force_login(people.secretariat)
    year = clock.today().year
    for typed, status in (("1900", 422), (year, 302), (year, 409)):
        assert client.post(url("sample_commit"), {"year": typed, "demo": "on"}).status_code == status
    sample = SampleDraw.objects.get()
    assert client.get(url("sample_data", sample)).status_code == 404
    assert sample.secret not in text_of(client.get(url("post_list")))
    assert client.post(url("sample_draw", sample)).status_code == 302
    assert faults(client.get(url("sample_data", sample)).json()) == []
    found = PostEvaluation.objects.get()
    client.force_login(people.preparer)
    first = {"version": "0", "operation": "甲文", "effect": "乙文"}
    assert client.post(url("post_save", found), first).status_code == 302
    assert lacking(client.post(url("post_save", found), {**first, "operation": "丙文"}), "丙文", "甲文") == (409, [])
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)
    client.force_login(people.city_officer)
    judge, half = url("post_judge", found), {"version": "3", "opinion": "意见甲", "holds-operation": "yes"}
    assert "甲文" in text_of(client.get(judge))
    assert lacking(client.post(judge, half), "意见甲", "还有方面没有核定") == (409, [])
    refuses("还有方面没有核定", take, found, "propose", people.city_officer)
    found.refresh_from_db()
    assert (found.status, found.judged, found.opinion) == ("filed", {}, "")
    against = {**half, "holds-effect": "no"}
    assert lacking(client.post(judge, against), "意见甲", "“运营实效”没有写明依据") == (409, [])
    assert client.post(judge, {**against, "note-effect": NOTE}).status_code == 302


def test_figures_of_the_operation_are_frozen_when_it_is_filed(client, found, people):
    """The ledger says what was done; what is entered after filing changes nothing that was filed, on page and paper."""

    def held(year, day, **more):
        enter(people, found.district, "events", year, held_on=f"{year}-{day}", **more)

    held(found.year - 1, "03-01")
    held(found.year - 4, "03-01", attended="77")
    client.force_login(people.preparer)
    assert "参加1500人次" in text_of(client.get(url("post", found))), "before filing as it is now"
    to_filed(found, people)
    found.refresh_from_db()
    assert [row for row in found.figures if row[1] == "宣传和交流"] == [[f"{found.year - 1}年", "宣传和交流", "开展交流1次，参加1500人次"]]
    held(found.year - 1, "04-01", attended="999")
    for user in (people.preparer, people.city_officer):
        client.force_login(user)
        page = client.get(url("post", found))
        assert lacking(page, "参加1500人次", "2499", "77人次") == (200, ["2499", "77人次"]), "nor of years before the last three"
        assert "参加1500人次" in str(compose(Viewer(user), found).blocks)


OPINION = "两个方面均已核对（虚构）"
NOTE = "能耗未下降（虚构）"
TYPED = {"opinion": OPINION, "holds-operation": "yes", "holds-effect": "no", "note-effect": NOTE}


def proposed(client, people, found, version):
    client.force_login(people.city_officer)
    return client.post(url("post_judge", found), {"action": "propose", "version": version, **TYPED})


def test_a_conclusion_typed_before_the_evaluation_was_recalled_is_kept_on_the_page(client, found, people):
    PostEvaluation.objects.update(status="draft", version=found.version + 1)
    assert lacking(proposed(client, people, found, found.version), OPINION) == (409, [])
    assert client.get(url("post_judge", found)).status_code == 404
    assert PostEvaluation.objects.get().judged == {}


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, found, people):
    made = {action: step.makes for action, step in procedure_of(found).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code")}
    to_filed(found, people)
    assert found.number.startswith("HP-")
    assert proposed(client, people, found, found.version).status_code == 302
    found.refresh_from_db()
    judged = {"operation": {"holds": True, "note": ""}, "effect": {"holds": False, "note": NOTE}}
    assert (found.judged, found.opinion, found.proposed_by) == (judged, OPINION, people.city_officer)


def test_the_report_is_never_due_after_the_evaluation_itself(people):
    demonstration(people)
    with clock.at(dt.datetime(2026, 11, 6, 9, tzinfo=clock.SHANGHAI)):
        drawn(people)
    assert PostEvaluation.objects.get().due == dt.date(2026, 12, 31)


def test_terms_that_end_in_a_year_without_arrangement_say_so(client, found, people):
    client.force_login(people.preparer)
    PostEvaluation.objects.update(due=dt.date(2027, 1, 4))
    assert "报送期限2027年1月4日（暂定）" in text_of(client.get(url("post", found)))
    assert "2027年1月4日（暂定）" in text_of(client.get(url("post_list")))
