import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from approvals.losses.city_assessments import failures_in_a_row
from assessments.post_evaluations import services
from assessments.post_evaluations.draw_verification import faults
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.post_evaluations.selectors import draws_visible_to, evaluations_visible_to, places_of, tasks_for
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.workflow import procedure
from greendistrict.workflow.procedure import procedure_of
from reports.matters.post_evaluations import compose
from tests.factories.districts import make_district
from tests.operation.ledger.test_ledger import enter
from tests.steps import reaches

pytestmark = pytest.mark.django_db
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


def to_deciding(found, people, judged=HOLD):
    services.save_report(found=found, values={"operation": "专班运行（虚构）", "effect": "能耗下降（虚构）"}, version=0, by=people.preparer)
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)
    take(found, "propose", people.city_officer, values={"judged": judged, "opinion": "意见（虚构）"})
    take(found, "check", people.city_checker)


def test_the_commitment_comes_first_once_a_year_and_only_by_the_secretariat(people):
    demonstration(people)
    with pytest.raises(NotAllowed):
        services.commit_sample(year=2026, demo=True, by=people.city_officer)
    with pytest.raises(Refused, match="当年或以前"):
        services.commit_sample(year=clock.today().year + 1, demo=True, by=people.secretariat)
    sample = services.commit_sample(year=2026, demo=True, by=people.secretariat)
    with pytest.raises(Refused, match="已登记抽取种子校验值"):
        services.commit_sample(year=2026, demo=True, by=people.secretariat)
    services.draw(sample=sample, by=people.secretariat)
    with pytest.raises(Refused, match="已抽取"):
        services.draw(sample=sample, by=people.secretariat)
    with pytest.raises(NotAllowed):
        services.draw(sample=sample, by=people.city_officer)


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
    assert sample.due == [old.pk]
    assert sample.drawn == []


def test_nobody_to_evaluate_is_said(people):
    sample = services.commit_sample(year=2026, demo=True, by=people.secretariat)
    with pytest.raises(Refused, match="没有可以评估的示范城区"):
        services.draw(sample=sample, by=people.secretariat)


def test_from_draw_to_a_conclusion_that_counts(found, people):
    reaches(people, found, "begun")
    with pytest.raises(Refused, match="未填"):
        take(found, "hand_up", people.preparer)
    assert [task.title for task in tasks_for(people.preparer)] == ["填报后评估"]
    to_deciding(found, people, FALL)
    with pytest.raises(Refused, match="两个方面均符合才能定为合格"):
        take(found, "qualify", people.city_director)
    take(found, "disqualify", people.city_director)
    assert (found.status, found.conclusion, found.number[:3]) == ("unqualified", "unqualified", "HP-")
    assert [one.what for one in failures_in_a_row(found.district, clock.today())] == ["后评估"]


def test_both_aspects_good_cannot_be_failed(found, people):
    to_deciding(found, people)
    with pytest.raises(Refused, match="不能定为不合格"):
        take(found, "disqualify", people.city_director)
    take(found, "qualify", people.city_director)
    assert failures_in_a_row(found.district, clock.today()) == []


def test_nothing_is_proposed_half_judged(found, people):
    services.save_report(found=found, values={"operation": "甲", "effect": "乙"}, version=0, by=people.preparer)
    with pytest.raises(Stale):
        services.save_report(found=found, values={"operation": "丙", "effect": "丁"}, version=0, by=people.consultant)
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)
    half = {**HOLD, "effect": {"holds": None, "note": ""}}
    with pytest.raises(Refused, match="还有方面没有核定"):
        take(found, "propose", people.city_officer, values={"judged": half, "opinion": "意见"})
    with pytest.raises(Refused, match="还有方面没有核定"):
        take(found, "propose", people.city_officer)
    found.refresh_from_db()
    assert (found.status, found.judged, found.opinion) == ("filed", {}, "")


def test_who_sees_evaluation_and_draw(found, people):
    inside = {
        "city_officer",
        "city_checker",
        "city_director",
        "city_legal",
        "secretariat",
        "authority",
        "preparer",
        "reviewer",
        "consultant",
    }
    assert {seat for seat, user in people.everybody.items() if evaluations_visible_to(user).exists()} == inside
    blind = {seat for seat, user in people.everybody.items() if not draws_visible_to(user).exists()}
    assert blind == {"system_keeper", "security_keeper", "audit_keeper"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(officer, people, count, kept_queries):
    for number in range(count):
        demonstration(people, number, titled_on=dt.date(2015, 1, 1))
    drawn(people)
    with kept_queries():
        text = officer.get(reverse("assessments:post_list")).content.decode()
    assert text.count("报送后编号") == count


def test_the_whole_way_in_the_browser(client, people):
    demonstration(people)
    client.force_login(people.secretariat)
    page = reverse("assessments:post_list")
    commit = reverse("assessments:sample_commit")
    assert client.post(commit, {"year": "1900", "demo": "on"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(commit, {"year": clock.today().year, "demo": "on"}).status_code == HTTPStatus.FOUND
    assert client.post(commit, {"year": clock.today().year, "demo": "on"}).status_code == HTTPStatus.CONFLICT
    sample = SampleDraw.objects.get()
    data = reverse("assessments:sample_data", args=[sample.pk])
    assert client.get(data).status_code == HTTPStatus.NOT_FOUND
    assert sample.secret not in client.get(page).content.decode()
    assert client.post(reverse("assessments:sample_draw", args=[sample.pk])).status_code == HTTPStatus.FOUND
    assert faults(client.get(data).json()) == []
    found = PostEvaluation.objects.get()
    client.force_login(people.preparer)
    save = reverse("assessments:post_save", args=[found.pk])
    assert client.post(save, {"version": "0", "operation": "甲文", "effect": "乙文"}).status_code == HTTPStatus.FOUND
    stale = client.post(save, {"version": "0", "operation": "丙文", "effect": "乙文"})
    assert stale.status_code == HTTPStatus.CONFLICT
    text = stale.content.decode()
    assert "丙文" in text
    assert "甲文" in text
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)
    client.force_login(people.city_officer)
    judge = reverse("assessments:post_judge", args=[found.pk])
    assert "甲文" in client.get(judge).content.decode()
    half = client.post(judge, {"version": "3", "opinion": "意见甲"})
    assert half.status_code == HTTPStatus.CONFLICT
    assert "意见甲" in half.content.decode()
    whole = {"version": "3", "opinion": "意见甲", "holds-operation": "yes", "holds-effect": "no"}
    assert client.post(judge, whole).status_code == HTTPStatus.FOUND


def test_figures_of_the_operation_are_frozen_when_it_is_filed(client, found, people):
    """The ledger says what was done; what is entered after filing changes nothing that was filed, on page and paper."""
    enter(people, found.district, "events", found.year - 1, held_on=f"{found.year - 1}-03-01")
    enter(people, found.district, "events", found.year - 4, held_on=f"{found.year - 4}-03-01", attended="77")
    page = reverse("assessments:post", args=[found.pk])
    client.force_login(people.preparer)
    assert "参加1500人次" in client.get(page).content.decode(), "before filing as it is now"
    services.save_report(found=found, values={"operation": "专班运行（虚构）", "effect": "能耗下降（虚构）"}, version=0, by=people.preparer)
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)
    found.refresh_from_db()
    assert [row for row in found.figures if row[1] == "宣传和交流"] == [[f"{found.year - 1}年", "宣传和交流", "开展交流1次，参加1500人次"]]
    enter(people, found.district, "events", found.year - 1, held_on=f"{found.year - 1}-04-01", attended="999")
    for user in (people.preparer, people.city_officer):
        client.force_login(user)
        text = client.get(page).content.decode()
        assert "参加1500人次" in text
        assert "2499" not in text
        assert "77人次" not in text, "years before the last three are not asked"
        assert "参加1500人次" in str(compose(user, found).blocks)


OPINION = "两个方面均已核对（虚构）"
NOTE = "能耗未下降（虚构）"
TYPED = {"opinion": OPINION, "holds-operation": "yes", "holds-effect": "no", "note-effect": NOTE}


def proposed(client, people, found, version):
    client.force_login(people.city_officer)
    return client.post(reverse("assessments:post_judge", args=[found.pk]), {"action": "propose", "version": version, **TYPED})


def test_a_conclusion_typed_before_the_evaluation_was_recalled_is_kept_on_the_page(client, found, people):
    PostEvaluation.objects.update(status="draft", version=found.version + 1)
    answer = proposed(client, people, found, found.version)
    assert answer.status_code == 409
    assert OPINION in answer.content.decode()
    assert client.get(reverse("assessments:post_judge", args=[found.pk])).status_code == 404
    assert PostEvaluation.objects.get().judged == {}


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, found, people):
    made = {action: step.makes for action, step in procedure_of(found).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code")}
    services.save_report(found=found, values={"operation": "专班运行（虚构）", "effect": "能耗下降（虚构）"}, version=0, by=people.preparer)
    take(found, "hand_up", people.preparer)
    take(found, "sign", people.reviewer)
    assert found.number.startswith("HP-")
    assert proposed(client, people, found, found.version).status_code == 302
    found.refresh_from_db()
    judged = {"operation": {"holds": True, "note": ""}, "effect": {"holds": False, "note": NOTE}}
    assert (found.judged, found.opinion, found.proposed_by) == (judged, OPINION, people.city_officer)
