"""Acts under delegation outside the steps of machines: both names are stored with the act and stand where a page prints it."""

import ast
import datetime as dt
import re

import pytest
from django.apps import apps
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import BulkRun, Notice, Objection
from approvals.publicity.services import answer_objection
from approvals.settings.services import propose_setting
from assessments.tables.models import RowChange, ScoreRow
from assessments.tables.services.cells import save_cell
from districts.acts import services as acts
from districts.profile.services import save_profile
from greendistrict.accounts import acting, delegations
from greendistrict.accounts.acting import PRINCIPAL, ActorField
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from tests.architecture.sources import ROOT, nodes
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district

# Pages that print a person by one name: posts that are not delegated (keepers, experts), bodies of one kind of post, requests for papers.
ONE_NAME = (
    "accounts/", "assessments/reviews/", "assessments/score_page/", "portal/account_review/", "portal/first_day/",
    "portal/operations/", "reports/center/",
)  # fmt: skip
PRINTED = re.compile(r"\{\{[^}]*?[\w.]+\.((?:\w+_)?by)(?:\.name)?\s*(?:\|(?!cn_date)|\}\})")
# Lines that selectors make, with the names in them, and bodies.
LINES = {
    "approvals/publicity/announcement.html: by",
    "assessments/versions/score_history.html: by",
    "districts/lists/_key_projects.html: approved_by",
    "portal/adapters/_exchanges.html: by",  # a keeper, for whom nobody stands in
}
# Who acted is no act of its own: of a step, whose record bears both names; of a body with one kind of post (secretariat, experts); of
# keepers and experts, who are not delegated; somebody told, asked for papers or bound to an account.
NO_ACT = {
    "approvals": {"Case.handed_by", "Notice.opened_by"},
    "assessments": {
        "ExpertProfile.user", "Draw.drawn_by", "PanelMember.voted_by", "PanelMember.vote_checked_by", "PanelMember.signed_by",
        "PanelMember.sign_checked_by", "PanelMember.present_by", "AgreedScore.by", "AgreedConfirmation.by", "AgreedConfirmation.checked_by",
        "PaperScores.typed_by", "PaperScores.checked_by", "StageAssessment.handed_up_by", "StageAssessment.proposed_by",
        "PostEvaluation.handed_up_by", "PostEvaluation.proposed_by", "SampleDraw.committed_by", "SampleDraw.drawn_by",
        "SelfCheck.handed_up_by", "YearlyReport.handed_up_by", "RowShare.person",
    },
    "carbon": {"CarbonInventory.handed_up_by"},
    "districts": {"IndicatorSystem.handed_up_by"},
    "obligations": {"PortalOutage.recorded_by", "CalendarFeed.user", "Reminder.receiver"},
    "operation": set(),
    "outreach": {"EventSignUp.person"},
    "beautiful": set(),
    "reports": {"ExportJob.requested_by", "Asker.user"},
}  # fmt: skip


@pytest.fixture
def deputy(people):
    """The city's checker, who stands in for the officer."""
    return give(people.city_officer, people.city_checker)


def give(giver, deputy):
    today = clock.today()
    delegations.delegate(post=giver.posts.get(), deputy=deputy, first=today, last=today + dt.timedelta(days=9), reason="出差", by=giver)
    return User.objects.get(pk=deputy.pk)


def both(deputy, giver):
    return f"{deputy.name}（受{giver.name}委托）"


def rename(district, by):
    return acts.rename_district(
        district=district, name="演示改名新城（虚构）", on=clock.today(), document="演示〔2026〕1号", reason="区划调整", by=by
    )


def test_an_act_for_another_bears_both_names_on_its_page_and_in_the_audit(client, people, deputy):
    district = make_district(people, name="演示新城（虚构）")
    act = rename(district, deputy)
    act.refresh_from_db()
    assert act.entered_by_principal == people.city_officer.name
    for name in ("districts:act_list", "portal:timeline"):
        client.force_login(people.preparer)
        assert both(deputy, people.city_officer) in client.get(reverse(name, args=[district.code])).content.decode(), name
    record = AuditRecord.objects.get(action="districts.act")
    assert record.data["principal"] == people.city_officer.name
    client.force_login(people.audit_keeper)
    shown = client.get(reverse("audit:event_list"), {"person": people.city_officer.name}).content.decode()
    assert both(deputy, people.city_officer) in shown


def test_the_own_post_bears_one_name(people, deputy):
    act = rename(make_district(people, name="演示新城（虚构）"), people.city_officer)
    assert (act.entered_by_principal, act.entered_by_named) == ("", people.city_officer.name)
    assert "principal" not in AuditRecord.objects.get(action="districts.act").data


def test_the_name_is_that_of_the_day_of_the_act(people, deputy):
    made = propose_setting(key="supplement.days", value=20, reason="试行", by=deputy)
    delegations.take_back(delegation=deputy.delegations.get(), by=people.city_officer)
    made.refresh_from_db()
    assert made.proposed_by_named == both(deputy, people.city_officer)
    own = propose_setting(key="supplement.rounds", value=3, reason="试行", by=people.city_officer)
    assert own.proposed_by_named == people.city_officer.name


def test_columns_saved_one_by_one_keep_both_names(people, deputy):
    case = Case.objects.create(
        kind="SQ", district=make_district(people), applicant=people.applicant_body, created_at=clock.now(), created_by=people.preparer,
        status="notice",
    )  # fmt: skip
    notice = Notice.objects.create(case=case, title="公示", body="公示", opens_on=clock.today(), closes_on=clock.today(), opened_by=None)
    one = Objection.objects.create(notice=notice, name="某单位", text="有异议", filed_at=clock.now())
    answer_objection(objection=one, reply="已核实", held=False, by=deputy)
    one.refresh_from_db()
    assert acting.named(one, "replied_by") == both(deputy, people.city_officer)


def test_a_cell_typed_for_another_says_so_in_the_history(people):
    table = make_self_check(people, filled=False).table
    deputy = give(people.preparer, people.reviewer)
    save_cell(table=table, item_id="7.2.7", field="value", value="14.3", version=0, token="t1", by=deputy)
    change = RowChange.objects.select_related("by").get(row__table=table)
    assert (change.by_named, change.by) == (both(deputy, people.preparer), deputy)
    assert acting.named(ScoreRow.objects.get(table=table, item_id="7.2.7"), "changed_by") == both(deputy, people.preparer)


def test_an_edit_that_only_the_audit_keeps_bears_both_names(preparer, people):
    district = make_district(people, name="演示新城（虚构）")
    deputy = give(people.preparer, people.reviewer)
    save_profile(district=district, values={"population": 12000}, version=0, by=deputy, source="演示")
    shown = preparer.get(reverse("portal:timeline", args=[district.code])).content.decode()
    assert both(deputy, people.preparer) in shown


def test_what_a_step_signs_is_signed_for_the_steps_principal(people, deputy):
    with acting.stepping(deputy, people.city_director):
        assert BulkRun(by=deputy).by_named == both(deputy, people.city_director)
    with acting.stepping(deputy, None):
        assert BulkRun(by=deputy).by_named == deputy.name
    assert BulkRun(by=deputy).by_named == both(deputy, people.city_officer)
    assert BulkRun(by=people.city_officer).by_named == people.city_officer.name


def test_reading_a_row_asks_for_nothing_besides(people, deputy, django_assert_num_queries):
    BulkRun.objects.create(kind="remind", by=deputy, at=clock.now())
    with django_assert_num_queries(1):
        assert BulkRun.objects.select_related("by").get().by_named == both(deputy, people.city_officer)


def test_each_person_of_an_act_has_the_column_beside_it():
    found = [(model, one) for model in apps.get_models() for one in model._meta.local_fields if isinstance(one, ActorField)]
    assert len(found) > 50
    for model, one in found:
        assert one.roles, f"{model.__name__}.{one.name}"
        assert model._meta.get_field(f"{one.name}_{PRINCIPAL}").max_length == User._meta.get_field("name").max_length


def test_whoever_acts_is_an_actor_field():
    """A new table that keeps who did something keeps for whom, or says here why not."""
    plain = {
        label: {
            f"{model.__name__}.{one.name}"
            for model in apps.get_app_config(label).get_models()
            for one in model._meta.local_fields
            if one.related_model is User and not isinstance(one, ActorField)
        }
        for label in NO_ACT
    }
    assert plain == NO_ACT


@pytest.mark.parametrize(
    ("giver", "deputy", "action"),
    [
        ("preparer", "reviewer", "operation.save_entry"),
        ("preparer", "reviewer", "carbon.correct"),
        ("preparer", "reviewer", "row_evidence.add"),
        ("preparer", "reviewer", "districts.work_accept"),
        ("city_officer", "city_checker", "outreach.publish_opinion"),
        ("city_officer", "city_checker", "inspection.plan"),
    ],
)
def test_the_audit_record_of_an_act_beside_steps_says_for_whom(people, giver, deputy, action):
    held, stands_in = getattr(people, giver), give(getattr(people, giver), getattr(people, deputy))
    district = make_district(people)
    assert audit.record(action=action, by=stands_in, obj=district).data["principal"] == held.name
    assert "principal" not in audit.record(action=action, by=held, obj=district).data


def test_pages_print_people_by_both_names():
    known = {one.name for model in apps.get_models() for one in model._meta.local_fields if isinstance(one, ActorField)}
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        place = str(path.relative_to(ROOT / "templates"))
        if not place.startswith(ONE_NAME):
            found = {name for name in PRINTED.findall(path.read_text(encoding="utf-8")) if name in known}
            wrong += [f"{place}: {name}" for name in sorted(found)]
    assert set(wrong) == LINES


def test_columns_named_in_saves_name_the_one_beside():
    """``save(update_fields=…)`` with a person of an ``ActorField`` saves the principal with it."""
    known = {one.name for model in apps.get_models() for one in model._meta.local_fields if isinstance(one, ActorField)}
    known -= {"checked_by", "signed_by", "ended_by"}  # of meetings, posts and plots as well, where nobody stands in for another
    wrong = []
    for source, node in nodes(ast.keyword):
        if node.arg == "update_fields" and isinstance(node.value, ast.List) and source.path.startswith((*NO_ACT, "greendistrict/policy")):
            names = {one.value for one in node.value.elts if isinstance(one, ast.Constant)}
            wrong += [f"{source.path}: {name}" for name in names & known if f"{name}_{PRINCIPAL}" not in names]
    assert sorted(wrong) == []
