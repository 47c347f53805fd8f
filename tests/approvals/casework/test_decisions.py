"""Why this title: the dossier of a decision, and one changed byte anywhere that is named. One decided case serves all tests."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from approvals.cases.dossier import dossier_parts
from approvals.cases.models.cases import DecisionRecord, Endorsement, Submission
from approvals.cases.models.correspondence import Notice
from approvals.casework.selectors.dossier import files_of
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.opinions.models import ReviewOpinion
from approvals.publicity import services
from approvals.titles.models.publicity import Title
from assessments.reviews.models import AgreedScore, Draw, ExpertScore, PanelMember, Review
from assessments.tables.models import TableVersion
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.models import Evidence
from greendistrict.workflow.models import TransitionRecord
from indicators.editions.models import EditionDocument
from tests.approvals.casework.tampering import file_is_named, in_json, is_named, more, panel_of, savepoint
from tests.factories.approvals import Filing, pdf, step
from tests.steps import step as taken

# The case lives in a transaction around the module; each test's own is a savepoint inside it.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def decided(django_db_setup, django_db_blocker):
    """An application reviewed by a real panel, noticed, decided and announced; rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        filing = Filing().to_reviewing()
        scene = panel_of(filing).to_scoring()
        for assignment, kind in zip(scene.members[0].assignments.order_by("pk"), ("must", "advice"), strict=False):
            scene.judge(scene.members[0], assignment.item_id, comment="补充图件（虚构）", comment_kind=kind)
        scene.finish_scoring().sign_all()
        taken(scene.review, "conclude", scene.secretary, conclusion="passed", star=filing.case.star_asked, star_reason="")
        filing.fresh()
        opinion = filing.case.review_opinions.get(kind="must")
        taken(opinion, "reply", filing.people.preparer, reply="已补充图件", upload=pdf("图件.pdf"))
        taken(opinion, "close", filing.people.city_officer, "齐全")
        filing.open_notice()
        services.file_objection(notice=filing.case.notices.get(), text="请核实地块数", name="演示居民")
        objection = filing.case.notices.get().objections.get()
        services.answer_objection(objection=objection, by=filing.people.city_officer, reply="经核实无误", held=False)
        filing.fresh()
        filing.end_notice().do("close_notice", "city_officer").do("agree", "city_checker")
        filing.do("decide", "city_director", number="演沪建〔2026〕8号", decided_on=clock.today(), scan=pdf())
        batch = services.create_batch(by=filing.people.city_officer, cases=[filing.case], demo=True)
        batch = services.approve(announcement=batch, by=filing.people.city_director)
        services.publish(announcement=batch, by=filing.people.city_officer, number="演公告〔2026〕1号", announced_on=clock.today())
        filing.fresh()
        yield filing
        transaction.set_rollback(True)


def test_everything_holds_and_every_part_has_content(decided):
    found = verify(decision_by_number(decided.case.number))
    assert found.holds, (found.changed, found.checks)
    assert [check.label for check in found.checks] == [
        "存档校验值（审定时）", "存档校验值（公告时）", "自评得分重算", "第1次评审第1次抽取重算", "第1次评审评定得分重算",
    ]  # fmt: skip
    merged = {key: part for record in DecisionRecord.objects.order_by("pk") for key, part in record.parts.items()}
    assert set(merged) == {part.key for part in dossier_parts()}
    # A site visit belongs to acceptances; notice of intent, hearing and delivery to a loss of title; replies, change and paper to others.
    assert {key for key, part in merged.items() if not part["content"]} == {"visit", "loss", "service", "change", "entered", "papers"}
    title = Title.objects.get()
    for number in (decided.case.number, "演沪建〔2026〕8号", title.number):
        out = io.StringIO()
        call_command("verify_decision", number, stdout=out)
        assert "与决定时一致" in out.getvalue()
    with pytest.raises(CommandError, match="没有编号为"):
        call_command("verify_decision", "SQ-1999-0001", stdout=io.StringIO())


TAMPERED = {
    "edition": ("评价标准", lambda: in_json("indicators_editiondocument", "document", "{code}", "true")),
    "value": ("评分表", lambda: in_json("assessments_tableversion", "content", "{rows,0,value}", "true")),
    "value digest": ("评分表", lambda: TableVersion.objects.update(digest="0" * 64)),
    "result": ("评分表", lambda: in_json("assessments_tableversion", "content", "{result,total}", "true")),
    "receipt": ("提交回执", lambda: in_json("approvals_submission", "content", "{applicant}", "true")),
    "receipt digest": ("提交回执", lambda: Submission.objects.update(digest="0" * 64)),
    "endorsement": ("批复与报送", lambda: Endorsement.objects.update(**more("approval_number"))),
    "letter": ("批复与报送", lambda: Endorsement.objects.update(**more("letter_number"))),
    "formal review": ("补正、形式审查与预评审", lambda: in_json("approvals_case", "form_review", "{policy,note}", "true")),
    "seed": ("专家抽取和专家组", lambda: Draw.objects.update(secret="00" * 32)),
    "pool": ("专家抽取和专家组", lambda: in_json("assessments_draw", "pool", "{0,name}", "true")),
    "declaration": ("专家抽取和专家组", lambda: PanelMember.objects.filter(number=1).update(declared=False)),
    "score": ("专家评分", lambda: ExpertScore.objects.filter(pk=ExpertScore.objects.first().pk).update(**more("comment"))),
    "claim": ("专家评分", lambda: in_json("assessments_review", "claims", "{extra}", "true")),
    "place": ("评审会纪要", lambda: Review.objects.update(**more("meeting_place"))),
    "opinion": ("评审意见", lambda: Review.objects.update(**more("opinion"))),
    "star": ("评审意见", lambda: Review.objects.update(star=1)),
    "settled": ("评审意见", lambda: in_json("assessments_review", "result", "{total}", "true")),
    "asked for": ("评审意见逐条办理", lambda: ReviewOpinion.objects.filter(kind="must").update(**more("text"))),
    "advice": ("评审意见逐条办理", lambda: ReviewOpinion.objects.filter(kind="advice").update(kind="must")),
    "answer": ("评审意见逐条办理", lambda: ReviewOpinion.objects.filter(kind="must").update(**more("reply"))),
    "body": ("评审意见逐条办理", lambda: ReviewOpinion.objects.filter(kind="must").update(**more("body"))),
    "answer's file": ("评审意见逐条办理", lambda: Evidence.objects.filter(kind="评审意见答复").update(sha256="0" * 64)),
    "closed by": ("评审意见逐条办理", lambda: ReviewOpinion.objects.filter(kind="must").update(status="replied")),
    "vote": ("表决和签名", lambda: PanelMember.objects.filter(number=1).update(vote="failed")),
    "notice": ("公示", lambda: Notice.objects.update(**more("body"))),
    "objection": ("公示", lambda: Notice.objects.get().objections.update(**more("reply"))),
    "number": ("决定", lambda: type(Title.objects.get().case).objects.update(**more("decision_number"))),
    "asked": ("决定", lambda: type(Title.objects.get().case).objects.update(star_asked=3)),
    "step": ("办理过程", lambda: TransitionRecord.objects.filter(action="agree").update(**more("actor_name"))),
    "facts": ("办理过程", lambda: TransitionRecord.objects.filter(action="decide").update(facts={})),
    "title": ("公告与称号", lambda: Title.objects.update(**more("number"))),
    "dossier": ("决定存档", lambda: in_json("approvals_decisionrecord", "parts", "{decision,content,number}", "step = 'decision'")),
}


FIRST = {part: what for what, (part, _) in reversed(TAMPERED.items())}.values()  # of each part one with every change
AREA = pytest.mark.area("approvals", "assessments", "indicators", "outreach")


@pytest.mark.parametrize("what", [pytest.param(what, marks=[] if what in FIRST else AREA) for what in TAMPERED])
def test_one_changed_byte_is_named(decided, what):
    is_named(decided, *TAMPERED[what])


def test_every_part_is_tampered_with_once():
    tampered = {part for part, _ in TAMPERED.values()} | {"佐证材料", "现场核查", "告知、陈述申辩和法制审核", "送达"}
    tampered |= {"代录", "变更内容和影响", "城区条件的证明", "复函、专家组和评估的原件"}  # each in its test_dossier
    assert {part.label for part in dossier_parts()} <= tampered


def test_one_changed_byte_of_a_file_is_named_and_an_advice_may_be_closed_after_the_decision(decided):
    file_is_named(decided, next(one for one in files_of(decided.case) if one.file.name != "evidence/none"))
    answer = ReviewOpinion.objects.get(kind="must")
    file_is_named(decided, answer.document, "评审意见逐条办理", f"第{answer.number}条.closed[3][4]")
    with savepoint():
        advice = ReviewOpinion.objects.get(kind="advice")
        taken(advice, "reply", decided.people.preparer, reply="已采纳")
        taken(advice, "close", decided.people.secretariat)
        assert verify(decision_by_number(decided.case.number)).holds


def test_a_file_that_cannot_be_read_is_no_change(decided, client):
    for file in (
        next(one for one in files_of(decided.case) if one.file.name != "evidence/none"),
        ReviewOpinion.objects.get(kind="must").document,
    ):
        path = Path(file.file.path)
        away = path.rename(path.with_suffix(".away"))
        try:
            found = verify(decision_by_number(decided.case.number))
            client.force_login(decided.people.city_officer)
            page = client.get(reverse("approvals:case_decision", args=[decided.case.pk])).content.decode()
            with pytest.raises(CommandError, match="未能全部核对"):
                call_command("verify_decision", decided.case.number, stdout=io.StringIO())
        finally:
            away.rename(path)
        assert (found.changed, len(found.unread), found.holds, found.differs) == ((), 1, False, False)
        assert [words in page for words in ("1个文件现在读不出", "决定后有改动", "与决定时不一致")] == [True, False, False]


def test_an_added_agreement_and_a_forged_archive_are_named(decided):
    with savepoint():
        AgreedScore.objects.create(review=Review.objects.get(), item_id="4.2.1", reason="x", at=clock.now())
        assert "评审会纪要" in {row.part for row in verify(decision_by_number(decided.case.number)).changed}
    with savepoint():
        DecisionRecord.objects.filter(step="decision").update(digest="0" * 64)
        held = {check.label: check.holds for check in verify(decision_by_number(decided.case.number)).checks}
        assert held["存档校验值（审定时）"] is False


def test_the_page_replays_the_decision(decided, client):
    people, case = decided.people, decided.case
    address, title = reverse("approvals:case_decision", args=[case.pk]), Title.objects.get()
    client.force_login(people.reviewer)
    outside = client.get(address).content.decode()
    assert [words for words in ("第1次评审：专家评分", people.city_checker.name) if words in outside] == []
    certificate = client.get(reverse("reports:letter", args=["title", title.pk, "certificate"])).content.decode()
    assert [words for words in (title.number, "第八部分第（一）项") if words not in certificate] == []
    client.force_login(people.outsider_preparer)
    assert client.get(address).status_code == 404
    assert client.get(reverse("approvals:title", args=[title.pk])).status_code == 200
    with savepoint():
        client.force_login(people.city_officer)
        html = client.get(address).content.decode()
        shown = ("与决定时一致", "同意通过评审（虚构）。", "演沪建〔2026〕8号", "演示专家", "专家评分", "种子校验值")
        assert [words for words in shown if words not in html] == []
        EditionDocument.objects.all().delete()
        assert "决定后有改动" in client.get(address).content.decode()


def test_titles_are_listed_by_state_and_exported(decided, client):
    client.force_login(decided.people.city_officer)
    assert Title.objects.get().number in client.get(reverse("approvals:title_list")).content.decode()
    assert decided.district.name not in client.get(reverse("approvals:title_list"), {"state": "revoked"}).content.decode()
    assert client.get(reverse("approvals:title_export"))["Content-Type"].endswith("sheet")
    assert "平台没有已接收的自查或合格的评估，不作评价" in client.get(reverse("reports:awards")).content.decode()


def test_a_case_that_is_not_decided_has_no_dossier(decided):
    with savepoint():
        assert decision_by_number("") is None
        DecisionRecord.objects.all().delete()
        with pytest.raises(CommandError, match="尚未决定"):
            call_command("verify_decision", decided.case.number, stdout=io.StringIO())
        with pytest.raises(Refused):
            step("decide", case=decided.case, by=decided.people.city_director, number="再", decided_on=clock.today())
