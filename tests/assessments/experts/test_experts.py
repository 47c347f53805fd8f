"""The expert pool: entering, joining, confirming, removing, what is kept, who is drawn."""

import datetime as dt
from decimal import Decimal

import pytest

from assessments.common.enums import TieKind
from assessments.experts.models.experts import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie, ExpertTraining
from assessments.experts.selectors import expert_list, experts_visible_to, line_of, specialty_words
from assessments.experts.services import experts as services
from assessments.reviews.selectors.panels import panels_of
from assessments.reviews.selectors.pool import candidates, load_of
from assessments.worklist.selectors.tasks import tasks_for
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.services import add_organisation, appoint, name_employer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import take
from indicators.editions.models import Edition
from tests.factories.accounts import cast, make_user
from tests.factories.reviews import Scene, make_experts, reference_edition
from tests.steps import reaches, step

pytestmark = pytest.mark.django_db


def entry(**given):
    values = {
        "username": "pool-new",
        "name": "新演示",
        "email": "pool-new@example.invalid",
        "specialties": ["lowcarbon"],
        "valid_from": dt.date(2026, 1, 1),
        "valid_to": None,
        "employer": "演示新研究院（虚构）",
    }
    return services.ExpertEntry(**{**values, **given})


def test_a_new_account_opens_nothing_before_its_keepers_act(people):
    expert = services.enter(entry=entry(), by=people.secretariat)
    assert expert.status == "invited"
    assert expert.user.posts.count() == 0
    told = set(OutboxMessage.objects.filter(key__contains=":expert:").values_list("payload__receiver", flat=True))
    assert told == {people.system_keeper.pk, people.security_keeper.pk, expert.user_id}
    reaches(people, expert, "new_account")
    reaches(people, expert, "begun", 专家本人={expert.user.username})
    with pytest.raises(Refused, match="专家岗位"):
        step(expert, "join", expert.user)
    appoint(user=expert.user, organisation=expert.employments.get().organisation, role=Role.EXPERT, by=None)
    user = User.objects.get(pk=expert.user_id)
    assert [task.title for task in tasks_for(user)] == ["答复专家库邀请"]
    step(expert, "join", user)
    expert.refresh_from_db()
    assert (expert.status, expert.confirmed_on) == ("active", clock.today())
    assert tasks_for(user) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"username": "demo-other"}, "姓名不符"),
        ({"username": "demo-preparer", "name": "某演示"}, "其他岗位"),
        ({"username": "bad name"}, "账号"),
    ],
)
def test_an_account_that_does_not_fit_is_refused(given, words, people):
    make_user(Role.EXPERT, username="demo-other", name="别人")
    make_user(Role.PREPARER, username="demo-preparer", name="某演示")
    with pytest.raises(Refused, match=words):
        services.enter(entry=entry(**given), by=people.secretariat)
    assert not ExpertProfile.objects.exists()


def test_only_keepers_of_the_pool_write_and_only_who_may_read_sees_people(people):
    experts = make_experts(people, 0)
    for seat, user in people.everybody.items():
        if seat not in {"secretariat", "city_officer"}:
            with pytest.raises(NotAllowed):
                services.enter(entry=entry(), by=user)
            with pytest.raises(NotAllowed):
                services.save(expert=experts[0], values={"rank": "x"}, version=0, by=user)
        seen = set(experts_visible_to(user).values_list("user_id", flat=True))
        city = seat.startswith("city") or seat == "secretariat"
        assert seen == ({expert.user_id for expert in experts} if city else {user.pk} & {expert.user_id for expert in experts}), seat


def test_a_removed_expert_is_kept_and_never_drawn():
    scene = Scene()
    gone = scene.experts[0]
    with pytest.raises(Refused, match="理由"):
        step(gone, "remove", scene.secretary, " ")
    step(gone, "remove", scene.secretary, "调离本市")
    assert gone.pk not in {one.id for one in candidates(scene.review)}
    assert ExpertProfile.objects.get(pk=gone.pk).status == "removed"
    scene.to_inviting()
    seated = scene.review.members.select_related("expert").first().expert
    with pytest.raises(Refused, match="先更换"):
        step(seated, "remove", scene.secretary, "调离本市")


@pytest.mark.parametrize("status", ["invited", "declined", "removed"])
def test_only_people_in_the_pool_are_candidates(status):
    scene = Scene(extra=0)
    ExpertProfile.objects.filter(pk=scene.experts[0].pk).update(status=status)
    assert len(candidates(scene.review)) == 4


def test_absence_term_and_availability_keep_people_out_of_the_list():
    scene = Scene(extra=0)
    today = clock.today()
    away, over, unwilling, later, _ = scene.experts
    services.add_row(expert=away, kind=ExpertAbsence, values={"valid_from": today, "valid_to": today, "note": ""}, by=away.user)
    services.save(expert=over, values={"valid_to": today - dt.timedelta(days=1)}, version=0, by=scene.secretary)
    services.save(expert=unwilling, values={"available": False}, version=0, by=scene.secretary)
    services.save(expert=later, values={"valid_from": today + dt.timedelta(days=1)}, version=0, by=scene.secretary)
    assert len(candidates(scene.review)) == 1
    assert ExpertProfile.objects.get(pk=over.pk).past_terms == [["2020-01-01", ""]]
    with pytest.raises(Stale):
        services.save(expert=over, values={"rank": "x"}, version=0, by=scene.secretary)


def test_the_year_is_confirmed_in_person_and_asked_for_on_the_desk(people):
    expert = make_experts(people, 0)[0]
    assert [task.title for task in tasks_for(expert.user)] == [f"确认{clock.today().year}年专家信息"]
    with pytest.raises(NotAllowed):
        services.confirm(expert=expert, available=True, version=expert.version, by=people.secretariat)
    services.confirm(expert=expert, available=False, version=expert.version, by=expert.user)
    expert.refresh_from_db()
    assert (expert.confirmed_on, expert.available) == (clock.today(), False)
    with pytest.raises(Refused, match="已经确认"):
        services.confirm(expert=expert, available=True, version=expert.version, by=expert.user)
    assert tasks_for(expert.user) == []


def test_the_year_is_not_confirmed_without_an_employer(people):
    expert = make_experts(people, 0)[0]
    services.end_employment(expert=expert, row=expert.employments.get(), until=clock.today() - dt.timedelta(days=1), by=expert.user)
    expert.refresh_from_db()
    with pytest.raises(Refused, match="工作单位"):
        services.confirm(expert=expert, available=True, version=expert.version, by=expert.user)


def test_employers_and_ties_stay_once_said(people):
    expert = make_experts(people, 0)[0]
    values = {"employer": people.applicant_body.name, "group": "", "valid_from": dt.date(2024, 1, 1), "valid_to": None}
    row = services.add_row(expert=expert, kind=ExpertEmployment, values=values, by=expert.user)
    assert row.organisation == people.applicant_body
    tie = services.add_row(expert=expert, kind=ExpertTie, values={"kind": "relation", "body": "某公司", "note": "配偶任职"}, by=expert.user)
    for kept in (row, tie):
        with pytest.raises(NotAllowed):
            services.remove_row(expert=expert, row=kept, by=expert.user)
    with pytest.raises(NotAllowed):
        services.add_row(expert=expert, kind=ExpertTie, values={"kind": "relation", "body": "x", "note": "y"}, by=people.expert2)
    training = {"on": clock.today(), "title": "标准宣贯", "hours": Decimal(4)}
    with pytest.raises(NotAllowed):
        services.add_row(expert=expert, kind=ExpertTraining, values=training, by=expert.user)
    services.add_row(expert=expert, kind=ExpertTraining, values=training, by=people.secretariat)
    services.end_employment(expert=expert, row=row, until=clock.today(), by=expert.user)
    with pytest.raises(NotAllowed, match="更正"):
        services.end_employment(expert=expert, row=row, until=dt.date(2025, 1, 1), by=expert.user)
    services.remove_row(expert=expert, row=tie, by=people.secretariat)


def test_an_employer_that_was_only_named_can_take_part_later(people):
    named = name_employer(name="演示后来公司（虚构）", by=people.secretariat, demo=True)
    assert name_employer(name="演示后来公司（虚构）", by=people.secretariat) == named
    taken = add_organisation(name="演示后来公司（虚构）", code="later", kind=OrganisationKind.APPLICANT, by=people.system_keeper)
    assert (taken.pk, taken.kind) == (named.pk, "applicant")
    assert Organisation.objects.filter(name=taken.name).count() == 1


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_takes_the_same_queries_for_any_number(extra, kept_queries, people):
    make_experts(people, extra)
    today = clock.today()
    ExpertProfile.objects.exclude(pk=ExpertProfile.objects.first().pk).delete() if not extra else None
    people.secretariat.__dict__.pop("_seats", None)
    with kept_queries():
        lines = [line_of(row, {}, today) for row in expert_list(people.secretariat, {}, today)]
    assert len(lines) == (7 if extra else 1)


def test_filters_of_the_list():
    scene = Scene().to_inviting()
    today, words = clock.today(), specialty_words()
    assert words["lowcarbon"]
    assert reference_edition().chapters.count() == len(words)
    away = scene.experts[0]
    ExpertProfile.objects.filter(pk=away.pk).update(available=False, valid_to=today - dt.timedelta(days=1), confirmed_on=today)
    drawn = set(scene.review.members.values_list("expert_id", flat=True))

    def found(**chosen):
        return set(expert_list(scene.secretary, chosen, today).values_list("pk", flat=True))

    everybody = {expert.pk for expert in scene.experts}
    assert found() == everybody
    assert found(available="no") == found(ended="yes") == found(confirmed="yes") == {away.pk}
    assert found(available="yes") == found(confirmed="no") == everybody - {away.pk}
    assert found(load="some") == drawn
    assert found(load="none") == everybody - drawn
    assert found(specialty="lowcarbon") == {expert.pk for expert in scene.experts if "lowcarbon" in expert.specialties}
    assert found(q="演示学会0") == {scene.experts[5].pk}
    assert found(q="yan shi hou bei") == {expert.pk for expert in scene.experts[5:]}
    assert set(load_of(everybody, today).values()) == {(1, 0)}


def test_an_expert_reads_no_seat_that_is_no_business_any_more():
    scene = Scene().to_inviting()
    first, second, *_ = scene.review.members.select_related("expert__user")

    step(first, "recuse", first.expert.user, "曾参与规划")
    assert panels_of(first.expert, first.expert.user) == []
    assert panels_of(first.expert, scene.secretary) == [first]
    assert panels_of(second.expert, second.expert.user) == [second]


def test_specialties_are_the_chapters_of_editions_in_use():
    mine = reference_edition()
    Edition.objects.filter(pk=mine.pk).update(status="published")
    foreign = Edition.objects.create(
        code="FOREIGN", title="外地标准", official=False, complete=True, status="checked", digest="f" * 64, imported_at=clock.now()
    )
    foreign.chapters.create(key="sll", title="选址", number=1, order=1, kind="scored")
    assert "lowcarbon" in specialty_words()
    assert "sll" not in specialty_words()
    Edition.objects.filter(pk=foreign.pk).update(status="published")
    assert specialty_words()["sll"] == "选址"


TIE = {"kind": TieKind.RELATION, "body": "演示公司（虚构）", "project": "", "note": "近亲属任职（虚构）"}


@pytest.mark.parametrize("change", ["add", "end", "remove"])
def test_nobody_is_removed_from_a_page_that_shows_other_employers_or_ties(change, people):
    expert = make_experts(people, 0)[0]
    job = ExpertEmployment.objects.get(expert=expert)
    if change == "add":
        services.add_row(expert=expert, kind=ExpertTie, values=TIE, by=expert.user)
    elif change == "end":
        services.end_employment(expert=expert, row=job, until=clock.today(), by=expert.user)
    else:
        services.remove_row(expert=expert, row=job, by=people.secretariat)
    with pytest.raises(Stale):
        take(obj=expert, action="remove", by=people.secretariat, version=expert.version, reason="调离本市")
    assert step(expert, "remove", people.secretariat, "调离本市").status == "removed"


def test_whoever_joins_has_confirmed_the_year():
    expert = make_experts(cast(), 0)[0]
    ExpertProfile.objects.filter(pk=expert.pk).update(status="invited", confirmed_on=None)
    assert step(expert, "join", expert.user).confirmed_on == clock.today()
