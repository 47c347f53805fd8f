"""Acceptance: its gates, its way to the title, its site visit."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.acceptances import services
from approvals.acceptances.models import VisitPhoto, VisitRow
from approvals.acceptances.selectors import checklist_of, ready_districts
from approvals.applications.services import cases, prereview
from approvals.cases.bindings import NewFinding
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.tasks import tasks_for
from approvals.entered.services import enter_replies
from approvals.losses.selectors import cancel_proposals
from approvals.requests.services import ProxyEntry
from approvals.titles.models.publicity import Title
from districts.baselines.services import freeze_baseline
from districts.common.enums import Stage
from districts.facts.facts import district_facts
from districts.file.models.district import District
from districts.projects.models import KeyProject
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.documents.office.exif import Shot, read_shot
from indicators.editions.selectors import rules_for
from tests.factories.acceptance import Accepting, Losing, conclude_review, make_pilot
from tests.factories.approvals import pdf
from tests.factories.districts import make_district
from tests.files import photo
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals")


def test_from_request_to_demonstration():
    walk = Accepting().to_sent()
    table = walk.case.table
    assert (walk.case.number, table.purpose, table.stage) == (f"YS-{clock.today().year}-0001", "acceptance", "operation")
    kept = walk.case.submissions.get().content["policy"]["verdicts"]
    assert {row["rule"] for row in kept} >= {"ACCEPT-INFRA", "ACCEPT-PLOTS", "ACCEPT-KEY-PROJECTS"}
    walk.do("accept", "city_officer")
    refuses("形式审查", walk.do, "open_review", "secretariat")
    walk = Accepting(walk.people, make_pilot(walk.people)).to_decided().announce()
    district = District.objects.get(pk=walk.district.pk)
    assert (walk.case.status, district.stage, district.star) == ("announced", "demonstration", 2)
    assert [title.end for title in Title.objects.filter(district=district).order_by("pk")] == ["superseded", ""]
    assert walk.case.notices.get().title.endswith("拟授予绿色生态城区示范称号的公示")


def refused_rules(walk):
    with pytest.raises(Refused) as refused:
        walk.to_signing()
    return {refusal.rule for refusal in refused.value.refusals}


def test_the_page_does_not_say_that_a_draft_may_be_begun_where_it_refuses_one(client, people):
    district = make_district(people, stage=Stage.PILOT)  # without a baseline
    page, hint = reverse("approvals:acceptance_gates", args=[district.code]), "条件未满足也可以先建立草稿"
    client.force_login(people.preparer)
    assert hint in client.get(page).content.decode()
    refused = client.post(page).content.decode()
    assert ("现在不能建立终期验收" in refused, hint in refused) == (True, False)


def test_dropping_a_project_from_the_live_list_opens_no_gate(people):
    walk = Accepting(people, make_pilot(people))
    KeyProject.objects.filter(name="演示学校（虚构）").delete()
    assert refused_rules(walk) == {"ACCEPT-KEY-PROJECTS"}
    freeze_baseline(district=walk.district, kind="pilot", reason="变更", by=None)
    walk.to_signing()


def test_a_renewal_district_is_asked_for_its_projects_only(people):
    walk = Accepting(people, make_pilot(people, ready=False, type="renewal"))
    assert refused_rules(walk) == {"ACCEPT-KEY-PROJECTS"}
    KeyProject.objects.update(state="in_use", in_use_on=clock.today(), use_basis="office")
    walk.to_sent()


def test_pilots_of_which_nothing_is_known_are_told_beside_those_that_are_ready(people, client):
    make_pilot(people, ready=False)
    client.force_login(people.city_officer)
    none = client.get(reverse("approvals:acceptance_ready")).content.decode()
    unknown = make_pilot(people, name="演示无基线区（虚构）")
    unknown.baselines.all().delete()
    some = client.get(reverse("approvals:acceptance_ready")).content.decode()
    assert ("无从判断" in none, "暂无符合条件的试点" in none) == (False, True)
    assert ("另有1个试点没有试点基线，无从判断" in some, "有试点基线的试点中没有" in some, "暂无" in some) == (True, True, False)


def test_the_city_opens_for_a_district_that_does_not_ask(people):
    district = make_pilot(people)
    assert [found for found, _verdicts in ready_districts(District.objects.all(), clock.today())] == [district]
    walk = Accepting(people, district, by="city_officer")
    assert ready_districts(District.objects.all(), clock.today()) == []
    sees = [
        cases_visible_to(Viewer(user)).filter(pk=walk.case.pk).exists() for user in (people.city_officer, people.preparer, people.partner)
    ]
    assert sees == [True, True, False]
    refuses("在办", services.start_acceptance, district=district, by=people.preparer)
    refuses(NotAllowed, services.start_acceptance, district=district, by=people.outsider_preparer)


def test_of_a_district_without_an_applicant_the_city_is_led_to_where_one_is_named(people):
    district = make_pilot(people)
    District.objects.filter(pk=district.pk).update(applicant=None)
    with pytest.raises(Refused) as refused:
        services.start_acceptance(district=district, by=people.city_officer)
    (lacking,) = refused.value.refusals
    assert (lacking.text, lacking.href) == ("城区没有登记申报主体", reverse("districts:act_record", args=[district.code, "applicant"]))


def test_the_formal_review_leads_to_the_visit(client):
    walk = Accepting().to_sent()
    walk.do("accept", "city_officer")
    client.force_login(walk.people.city_officer)
    page = client.get(reverse("approvals:case_form_review", args=[walk.case.pk])).content.decode()
    assert "全部符合后组织现场核查" in page
    assert "技术审查" not in page


@pytest.mark.parametrize("entered", [False, True])
def test_a_question_that_is_open_when_the_visit_begins_is_answered_before_the_review(client, entered):
    walk = Accepting().to_accepted()
    people = walk.people
    walk.do(prereview.ask_questions, "secretariat", questions=[NewFinding("取值口径", item_id="4.2.1")])
    walk.do(cases.save_form_review, "city_officer", entries={key: (True, "") for key, _ in FORM_REVIEW})
    walk.do("open_visit", "secretariat", planned_on=clock.today(), place="演示管委会门口")
    walk.look().do(services.close_visit, "secretariat", note="相符", members="演示专家1")
    refuses("预评审还有1个问题没有答复", walk.do, "open_review", "secretariat")
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["预评审问题待答复1个"]
    where = reverse("approvals:case_questions", args=[walk.case.pk])
    for seat in ("preparer", "city_officer"):
        client.force_login(getattr(people, seat))
        assert where in client.get(reverse("approvals:case", args=[walk.case.pk])).content.decode()
    page = reverse("approvals:enter_replies", args=[walk.case.pk])
    assert page in client.get(where).content.decode()
    assert client.get(page).status_code == 200
    answers = {walk.case.questions.get().pk: "按面积"}
    if entered:
        entry = ProxyEntry(way="paper", received_on=clock.today(), on_behalf="演示公司张三", scan=pdf())
        enter_replies(case=walk.case, by=people.city_officer, entry=entry, answers=answers)
        walk.fresh()
    else:
        walk.do(prereview.answer_questions, "preparer", answers=answers)
    walk.do("open_review", "secretariat")


def test_a_failed_acceptance_is_a_proposal_and_touches_no_title():
    walk = Accepting().to_failed()
    assert (District.objects.get(pk=walk.district.pk).stage, Title.objects.get(district=walk.district).end) == ("pilot", "")
    assert list(cancel_proposals()) == [walk.case]
    assert "终期验收未通过，须办理取消试点称号" in [task.title for task in tasks_for(Viewer(walk.people.city_officer))]
    assert not Case.objects.filter(kind="CX").exists()
    Losing(walk.people, walk.district, walk.case)
    assert "终期验收未通过，须办理取消试点称号" not in [task.title for task in tasks_for(Viewer(walk.people.city_officer))]


def test_what_the_panel_passed_is_not_decided_as_failed_and_the_other_way_round():
    walk = Accepting().to_deciding()
    refuses("评审结论为通过", walk.do, "decide_failed", "city_director", number="演1", decided_on=clock.today(), reason="不同意")
    other = Accepting(walk.people, make_pilot(walk.people)).to_reviewed("failed")
    other.do("to_check", "city_officer").do("agree", "city_checker")
    refuses("终期验收审查未通过", other.do, "decide", "city_director", number="演1", decided_on=clock.today())


@AREA
def test_correction_revision_recheck_and_withdrawal():
    walk = Accepting().to_accepted()
    finding = [NewFinding("缺少投用证明", slot="key-projects")]
    walk.do("correct", "city_officer", findings=finding)
    assert (walk.case.status, walk.case.table.status) == ("correcting", "returned")
    answers = {row.pk: "已补" for row in walk.case.corrections.get().findings.all()}
    walk.do(cases.save_answers, "preparer", answers=answers).do("answer", "reviewer")
    assert walk.case.submissions.count() == 2
    walk.do("withdraw", "reviewer", reason="另择时间申请")
    again = Accepting(walk.people, walk.district).to_reviewed("revise")
    again.do("resubmit", "reviewer").do("open_review", "secretariat")
    conclude_review(again.case, again.people.secretariat, "passed_after")
    again.fresh()
    refuses("须先登记组长", again.do, "open_notice", "city_officer")
    again.do("recheck", "secretariat", note="组长：已改", on=clock.today())
    again.do("open_notice", "city_officer")


TAKEN = dt.datetime(2026, 11, 20, 9, 30, tzinfo=clock.SHANGHAI)


def test_time_and_place_are_read_and_nonsense_is_none():
    shot = read_shot(photo().read())
    assert shot == Shot(TAKEN, Decimal("31.23000"), Decimal("121.47000"))
    assert read_shot(photo(with_place=False).read()) == Shot()
    assert read_shot(b"no picture") == Shot()


@pytest.mark.django_db
class TestVisit:
    def test_the_checklist_has_projects_facilities_and_clauses(self):
        walk = Accepting().to_visiting()
        rows = VisitRow.objects.filter(visit__case=walk.case)
        assert [row.title for row in rows[:3]] == ["演示学校（虚构）", "演示能源站（虚构）", "演示主干路"]
        clauses = rows.filter(kind="clause")
        assert clauses.count() == walk.case.table.rows.count()
        assert 0 < clauses.filter(required=True).count() < clauses.count()

    def test_what_the_district_claims_is_said_in_words(self):
        case = Accepting().to_visiting().case
        rules = rules_for(case.table.edition).table(case.table.type, case.table.stage)
        item = next(one for one in rules.items.values() if one.rule["kind"] == "choice")
        for option in item.rule["options"]:
            case.table.rows.filter(item_id=item.id).update(value=option["key"])
            claims = {line.ref: line.claim for line in checklist_of(case, clock.today()) if line.kind == "clause"}
            assert claims[item.id] == option["text"]

    @pytest.mark.parametrize(
        ("conforms", "claim", "counted"),
        [(True, "建成，竣工验收符合", 1), (False, "竣工验收不符合，不计入", 0), (None, "没有竣工验收登记，不计入", 0)],
    )
    def test_a_facility_reads_built_where_the_gate_counts_it(self, conforms, claim, counted):
        case = Accepting().to_visiting().case
        case.district.works.update(conforms=conforms)
        fresh = type(case).objects.get(pk=case.pk)
        (line,) = (line for line in checklist_of(fresh, clock.today()) if line.kind == "work")
        assert line.claim.endswith(claim)
        assert district_facts(fresh.district, clock.today())["main_works_built_ratio"].numerator == counted
        case.district.works.update(conforms=None, built_on=None)
        assert [one.claim for one in checklist_of(type(case).objects.get(pk=case.pk), clock.today()) if one.kind == "work"] == [
            "未登记建成"
        ]

    def test_a_line_sent_twice_is_one_and_two_people_do_not_overwrite_each_other(self):
        walk = Accepting().to_visiting()
        row, people = VisitRow.objects.filter(visit__case=walk.case).first(), walk.people
        saved = services.save_row(row=row, by=people.secretariat, finding="holds", note="已投用", version=0)
        again = services.save_row(row=row, by=people.secretariat, finding="holds", note="已投用", version=0)
        assert (saved.version, again.version) == (1, 1)
        refuses(Stale, services.save_row, row=row, by=people.city_officer, finding="differs", note="未投用", version=0)
        refuses(NotAllowed, services.save_row, row=row, by=people.preparer, finding="holds", note="", version=1)
        refuses("可选范围", services.save_row, row=row, by=people.secretariat, finding="fine", note="", version=1)

    def test_a_photo_loses_its_metadata_and_is_kept_once(self):
        walk = Accepting().to_visiting()
        row, token = VisitRow.objects.filter(visit__case=walk.case).first(), uuid.uuid4()
        kept = services.add_photo(row=row, by=walk.people.secretariat, upload=photo(), token=token)
        assert services.add_photo(row=row, by=walk.people.secretariat, upload=photo(), token=token) == kept
        assert (kept.taken_at, kept.latitude, kept.longitude) == (TAKEN, Decimal("31.23000"), Decimal("121.47000"))
        with kept.document.file.open("rb") as stored:
            content = stored.read()
        assert read_shot(content) == Shot()
        assert "演示拍摄人".encode() not in content
        given = {"row": row, "by": walk.people.secretariat, "upload": photo("记录.pdf"), "token": uuid.uuid4()}
        refuses("“记录.pdf”不是 jpg 或 png 图片", services.add_photo, **given)

    @AREA
    def test_closing_wants_every_required_line_and_hands_the_record_to_the_panel(self, client):
        walk = Accepting().to_visiting()
        with pytest.raises(Refused) as refused:
            walk.do(services.close_visit, "secretariat", note="", members="")
        texts = [refusal.text for refusal in refused.value.refusals]
        assert "“演示能源站（虚构）”没有核查结论" in texts
        assert "请写明到场的专家和人员" in texts
        row = VisitRow.objects.filter(visit__case=walk.case).first()
        services.add_photo(row=row, by=walk.people.secretariat, upload=photo(), token=uuid.uuid4())
        close = reverse("approvals:visit_close", args=[walk.case.pk])
        client.force_login(walk.people.secretariat)
        assert client.get(close).status_code == 200
        walk.look().do(services.close_visit, "secretariat", note="相符", members="演示专家1")
        [(address, _)] = (late := client.get(close, follow=True)).redirect_chain
        assert (address, services.NONE_TO_CLOSE in late.content.decode()) == (reverse("approvals:case_visit", args=[walk.case.pk]), True)
        refuses(Closed, services.save_row, row=row, by=walk.people.secretariat, finding="differs", note="改", version=0)
        walk.do("open_review", "secretariat")
        titles = [paper["title"] for paper in walk.case.review.subject["documents"]]
        assert "现场核查记录" in titles
        assert any(title.startswith("现场照片 演示学校") for title in titles)

    def test_the_page_saves_lines_and_photos_with_and_without_scripts(self, client):
        walk = Accepting().to_visiting()
        row = VisitRow.objects.filter(visit__case=walk.case).first()
        client.force_login(walk.people.secretariat)
        page = reverse("approvals:case_visit", args=[walk.case.pk])
        address = reverse("approvals:visit_row", args=[walk.case.pk, row.pk])
        plain = client.post(address, {"finding": "holds", "note": "看过", "version": 0})
        assert plain.url == f"{page}#row-{row.pk}"
        asked = {"headers": {"Accept": "application/json"}}
        assert client.post(address, {"finding": "differs", "note": "重看", "version": 1}, **asked).json()["version"] == 2
        stale = client.post(address, {"finding": "holds", "note": "另一台手机", "version": 1}, **asked)
        assert (stale.status_code, stale.json()["note"], stale.json()["version"]) == (409, "重看", 2)
        place = reverse("approvals:visit_photo", args=[walk.case.pk, row.pk])
        token = str(uuid.uuid4())
        assert "2026年11月20日" in client.post(place, {"photo": photo(), "token": token}, **asked).json()["html"]
        assert client.post(place, {"token": token}, **asked).status_code == 422
        many = client.post(place, {"photo": [photo() for _ in range(51)]}, **asked)
        assert (many.status_code, many.json()["text"]) == (409, "一次最多选50个文件，这次选了51个，请分几次提交")
        client.post(place, {"photo": photo(), "token": str(uuid.uuid4()), "photo-confidentiality": "public"}, **asked)
        levels = VisitPhoto.objects.order_by("pk").values_list("document__confidentiality", flat=True)
        assert list(levels) == ["internal", "public"]
        client.force_login(walk.people.preparer)
        assert client.post(address, {"finding": "holds", "note": "", "version": 2}, **asked).status_code == 403
        assert client.post(place, {}, **asked).status_code == 403, "who may not is told so, whatever was sent"
        assert "data-visit-row" not in client.get(page).content.decode()
