"""Changes (BG): the registry, the frozen comparison, the decision that applies."""

import datetime as dt
from functools import partial

import pytest
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.cases.models.cases import Case, DecisionRecord
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.tasks import tasks_for
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.changes import services as changes
from approvals.changes.change_kinds import change_kinds
from approvals.changes.change_kinds.withdrawal import trace as ended
from approvals.changes.selectors import standing_of
from approvals.consultations import services as handling
from approvals.consultations.models import Consultation
from approvals.titles.models.publicity import Title
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Stale
from greendistrict.policy.models import Setting
from greendistrict.workflow import timeline
from obligations.selectors import due
from tests.approvals.casework.tampering import is_named, more
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.approvals import Filing, lay_papers, published_edition, step
from tests.factories.districts import make_district
from tests.factories.titles import give_title
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals", "districts")


class Asked:
    """A change at any point of its life, by its services."""

    def __init__(self, kind="target_star", values=None, people=None, district=None, without=""):
        self.people = people or cast()
        self.district = district or make_district(self.people, type="new", target_star=2)
        self.case = changes.start_change(district=self.district, kind=kind, by=self.people.preparer)
        self.values = {"star": 3} if values is None else values
        lay_papers(self.case, without=without)

    def do(self, service, seat, **kw):
        done = partial(step, service) if isinstance(service, str) else service
        done(case=self.case, by=getattr(self.people, seat), **kw)
        self.case = Case.objects.get(pk=self.case.pk)
        return self

    def to_draft(self):
        return self.do(changes.save_change, "preparer", values=self.values, reason="规划调整")

    def to_sent(self):
        return self.to_draft().do("hand_up", "preparer").do("sign", "reviewer")

    def to_checking(self):
        return self.to_sent().do("to_check", "city_officer", reason="核对无误")

    def to_deciding(self):
        return self.to_checking().do("agree", "city_checker")

    def to_approved(self):
        return self.to_deciding().do("decide", "city_director", number="演沪建〔2026〕21号", decided_on=clock.today())


def short_chain(by):
    Setting.objects.create(key="approval_chain.default", value=["经办", "审核"], reason="测试", by=by, at=clock.now())


def test_a_key_names_one_kind_of_change():
    keys = [kind.key for kind in change_kinds()]
    assert len(set(keys)) == len(keys) > len({"target_star", "applicant", "withdrawal"}.intersection(keys)) == 3


def test_a_decided_star_is_applied_once_with_its_comparison_frozen():
    asked = Asked().to_deciding()
    case = asked.case
    assert case.number == f"BG-{clock.today().year}-0001"
    assert case.change.lines == [{"what": "目标星级", "before": "二星级", "after": "三星级"}]
    assert {"what": "目标星级", "before": "二星级", "after": "三星级"} in case.change.effects
    asked.district.refresh_from_db()
    assert asked.district.target_star == 2, "the rehearsal takes everything back"
    asked.do("decide", "city_director", number="演沪建〔2026〕21号", decided_on=clock.today())
    asked.district.refresh_from_db()
    assert (asked.district.target_star, asked.case.change.result) == (3, "目标星级改为三星级")


def test_what_changed_meanwhile_is_asked_again_at_the_decision():
    asked = Asked().to_deciding()
    asked.district.target_star = 3
    asked.district.save(update_fields=["target_star"])
    refuses("变更前后的目标星级相同", asked.do, "decide", "city_director", number="演〔2026〕1号", decided_on=clock.today())
    assert Case.objects.get().decided_on is None


def test_the_chain_of_the_settings_decides_who_decides():
    asked = Asked().to_checking()
    short_chain(asked.people.city_director)
    refuses("不报审定", asked.do, "agree", "city_checker")
    asked.do("approve", "city_checker", number="演〔2026〕1号", decided_on=clock.today())


def test_a_kind_that_needs_the_director_needs_him_whatever_the_chain_says(people):
    short_chain(people.city_director)
    district = make_district(people, type="new", stage="candidate")
    give_title(district)
    asked = Asked("withdrawal", {"understood": True}, people, district).to_checking()
    refuses("须经市级审定", asked.do, "approve", "city_checker", number="演〔2026〕1号", decided_on=clock.today())


def test_a_new_applicant_takes_district_and_open_cases_over(people):
    asked = Asked("applicant", {"applicant": people.outsider_body.pk}, people).to_draft()
    refuses("尚无审核签发", asked.do, "hand_up", "preparer")
    make_user(Role.REVIEWER, people.outsider_body)
    open_one = Case.objects.create(
        kind="SQ", district=asked.district, applicant=people.applicant_body, created_at=clock.now(), created_by=people.preparer
    )
    asked.to_approved()
    asked.district.refresh_from_db()
    open_one.refresh_from_db()
    assert asked.district.applicant == open_one.applicant == people.outsider_body
    assert asked.case.applicant == people.applicant_body


@AREA
def test_a_pilot_leaves_the_programme_and_may_apply_afresh(people):
    district = make_district(people, type="new")
    title = give_title(district)
    asked = Asked("withdrawal", {"understood": True}, people, district).to_approved()
    title.refresh_from_db()
    district.refresh_from_db()
    assert (title.end, title.ended_on, title.end_case) == ("withdrawn", clock.today(), asked.case)
    assert (district.stage, district.star, district.title_number) == ("cancelled", None, "")
    assert drafts.start_application(district=district, by=people.preparer, edition=published_edition()).status == "draft"
    assert Title.objects.count() == 1


def test_one_is_open_at_a_time_until_it_is_withdrawn_or_declined():
    asked = Asked().to_sent()
    refuses("一次只能办一件", changes.start_change, district=asked.district, kind="target_star", by=asked.people.preparer)
    asked.do("return_change", "city_officer", reason="写明依据")
    assert (asked.case.status, asked.case.submitted_at, asked.case.number) == ("draft", None, f"BG-{clock.today().year}-0001")
    asked.to_sent().do("recall", "reviewer", reason="改星级")
    asked.to_sent().do("withdraw", "reviewer", reason="不再变更")
    second = Asked(people=asked.people, district=asked.district).to_sent()
    assert second.case.number.endswith("0002")
    second.do("decline", "city_officer", reason="不属于变更事项")
    changes.start_change(district=asked.district, kind="target_star", by=asked.people.preparer)


def test_a_stale_form_and_an_empty_change_are_refused():
    asked = Asked()
    refuses("尚未填写变更内容", asked.do, "hand_up", "preparer")
    version = asked.case.version
    asked.to_draft()
    refuses(Stale, changes.save_change, case=asked.case, by=asked.people.preparer, values={"star": 1}, reason="", version=version)
    for seat in ("outsider_preparer", "consultant", "authority", "bureau", "city_officer", "city_director"):
        refuses(NotAllowed, changes.start_change, district=asked.district, kind="target_star", by=getattr(asked.people, seat))


def test_a_change_is_started_and_filled_in_in_the_browser(client, people):
    district = make_district(people, type="new", target_star=2)
    client.force_login(people.preparer)
    made = client.post(reverse("approvals:change_start"), {"district": district.code, "kind": "target_star"})
    case = Case.objects.get()
    assert made.url == reverse("approvals:change_edit", args=[case.pk])
    assert client.post(made.url, {"star": "9", "reason": "x", "version": 0}).status_code == 422
    page = client.post(made.url, {"star": "3", "reason": "规划调整", "version": 0}, follow=True).content.decode()
    assert ("三星级" in page, "按现有资料试算，未生效" in page) == (True, True)
    Case.objects.filter(pk=case.pk).update(status="deciding", submitted_at=clock.now(), sent_at=clock.now())
    client.force_login(people.city_director)
    decide = reverse("approvals:case_action", args=[case.pk, "decide"])
    typed = {"version": Case.objects.get().version, "number": "演〔2026〕5号", "decided_on": f"{clock.today() + dt.timedelta(days=3)}"}
    assert client.post(decide, typed).status_code == 422


def test_a_refused_change_is_frozen_with_what_it_would_have_done():
    asked = Asked().to_deciding()
    asked.do("refuse", "city_director", number="演〔2026〕3号", decided_on=clock.today(), reason="依据不足")
    found = verify(decision_by_number("演〔2026〕3号"))
    assert found.holds, (found.changed, found.checks)
    [record] = DecisionRecord.objects.all()
    part = record.parts["change"]["content"]
    asked.district.refresh_from_db()
    assert (part["result"], part["applied_at"], part["made"], asked.district.target_star) == ("", None, {}, 2)
    assert part["settled"] == part["effects"] != []


def test_a_withdrawal_keeps_the_title_it_ended(people):
    district = make_district(people, type="new")
    give_title(district)
    asked = Asked("withdrawal", {"understood": True}, people, district).to_approved()
    title = Title.objects.get()
    assert ended(asked.case) == {f"试点称号{title.number}": ["withdrawn", f"{clock.today()}", title.end_reason]}
    is_named(asked, "变更内容和影响", lambda: Title.objects.update(**more("end_reason")))


def test_the_last_scores_are_told_against_the_target_before_and_after():
    filing = Filing().to_endorsing()
    level = filing.case.table.result["level"]
    reached = int(level.removeprefix("star")) if level else 0
    for star in (1, 2, 3):
        filing.district.target_star = star
        said = next(words for what, words in standing_of(filing.district, clock.today()).items() if what.startswith("最近评分"))
        assert said.endswith("，达到目标星级" if reached >= star else "，未达到目标星级")
    asked = Asked(values={"star": 3 if reached < 3 else 1}, people=filing.people, district=filing.district).to_draft()
    assert changes.rehearse(asked.case, by=filing.people.preparer)


@AREA
def test_departments_are_asked_before_the_officer_passes_the_change_on():
    asked = Asked().to_sent()
    people = asked.people
    other = make_organisation(OrganisationKind.PARTNER, "演示市发展改革委（虚构）")
    reader = make_user(Role.PARTNER, other)
    assert not cases_visible_to(Viewer(people.partner)).exists(), "nobody is shown a change before he is asked"
    asked.do(handling.consult, "city_officer", departments=[people.partner_body], question="请就用地指标提出意见")
    assert (asked.case.status, cases_visible_to(Viewer(people.partner)).get()) == ("consulting", asked.case)
    asked.do(handling.consult, "city_officer", departments=[other], question="请就投资计划提出意见")
    steps = [record.reason for record in timeline.of_subject(asked.case) if record.action == "consult"]
    assert steps == [people.partner_body.name, other.name]
    refuses("不能办理这一步", asked.do, "recall", "reviewer", reason="改星级")
    first, second = Consultation.objects.order_by("pk")
    handling.answer_consultation(consultation=first, opinion="agrees", text="", by=people.partner)
    asked.do("to_check", "city_officer", reason="已核对")
    assert [task.kind for task in tasks_for(Viewer(reader))] == ["consultation"], "silence is no consent, and the case goes on"
    asked.do("agree", "city_checker")
    asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    assert tasks_for(Viewer(reader)) == []
    refuses("不再需要答复", handling.answer_consultation, consultation=second, opinion="agrees", text="", by=reader)


@AREA
def test_a_change_sent_back_calls_off_what_was_not_answered_and_may_be_asked_again():
    asked = Asked().to_sent()
    people = asked.people
    question = {"departments": [people.partner_body], "question": "请提出意见"}
    asked.do(handling.consult, "city_officer", **question)
    asked.do("return_change", "city_officer", reason="写明依据")
    assert not cases_visible_to(Viewer(people.partner)).exists()
    assert tasks_for(Viewer(people.partner)) == []
    reaches(people, asked.case, "drop_consultation")
    with clock.at(clock.now() + dt.timedelta(days=60)):
        assert [row.key for row in due(Viewer(None)) if row.kind == "consult_reply"] == []
    asked.to_sent().do(handling.consult, "city_officer", **question)
    assert [row.is_awaited for row in Consultation.objects.order_by("pk")] == [False, True]
    assert len(tasks_for(Viewer(people.partner))) == 1


def test_what_the_city_has_received_is_not_recalled():
    asked = Asked().to_checking().do("return_to_officer", "city_checker", reason="再核对")
    refuses("已经受理核对", asked.do, "recall", "reviewer", reason="改星级")
    asked.do("return_change", "city_officer", reason="写明依据")
    assert asked.case.accepted_at is None


@AREA
def test_everybody_inside_reads_the_answers_of_departments(client):
    asked = Asked().to_sent()
    people, case = asked.people, asked.case
    page, ask = reverse("approvals:case", args=[case.pk]), reverse("approvals:case_consult", args=[case.pk])
    client.force_login(people.city_officer)
    typed = {"version": case.version, "departments": [people.partner_body.pk], "question": "请就用地指标提出意见"}
    assert client.post(ask, typed, follow=True).status_code == 200
    assert client.post(ask, typed).status_code == 422, "the department is asked already"
    answer = reverse("approvals:consultation", args=[Consultation.objects.get().pk])
    client.force_login(people.partner)
    assert f'href="{answer}"' in client.get(page).content.decode()
    assert client.post(answer, {"opinion": "remarks", "text": "补充来源"}).status_code == 302
    inside = {"city_officer": True, "city_checker": True, "city_director": True, "preparer": False, "reviewer": False, "authority": False}
    for seat, reads in inside.items():
        client.force_login(getattr(people, seat))
        assert ("补充来源" in client.get(page).content.decode()) == reads, seat
