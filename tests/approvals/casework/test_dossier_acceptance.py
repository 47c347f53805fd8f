"""The dossier of an acceptance: one changed byte of every part that an application does not have is named."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from approvals.acceptances import services as visits
from approvals.acceptances.models import SiteVisit, VisitKind, VisitPhoto, VisitRow
from approvals.cases.models.cases import Case
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.consultations import services as handling
from approvals.titles.models.publicity import Title
from assessments.reviews.services import meeting_records, scoring
from districts.plots.models import PlotBackfill
from districts.plots.services.control import record_backfill
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from tests.approvals.casework.tampering import file_is_named, first, in_json, is_named, more, panel_of, parts_with_content, savepoint
from tests.factories.acceptance import BUILT, Accepting, photo_token
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory
from tests.files import photo
from tests.steps import step

pytestmark = [pytest.mark.slow, pytest.mark.django_db]  # a real panel sits for it


@pytest.fixture(scope="module")
def accepted(django_db_setup, django_db_blocker):
    """A pilot visited with a photo, judged by a real panel, noticed, decided and announced as 示范."""
    with django_db_blocker.unblock(), transaction.atomic():
        walk = Accepting().to_visiting().look()
        row = VisitRow.objects.filter(visit__case=walk.case, kind=VisitKind.PROJECT).first()
        visits.add_photo(row=row, by=walk.people.secretariat, upload=photo(), token=photo_token())
        asked = handling.consult(case=walk.case, departments=[walk.people.partner_body], question="请提意见", by=walk.people.city_officer)
        handling.answer_consultation(consultation=asked[0], opinion="agrees", text="", by=walk.people.partner, scan=pdf("复函.pdf"))
        walk.do(visits.close_visit, "secretariat", note="基本相符", members="演示专家1", scan=pdf())
        walk.do("open_review", "secretariat")
        scene = panel_of(walk).to_scoring()
        seat = scene.members[0]
        scoring.attach_file(member=seat, item_id=scene.clause(seat), upload=pdf("专家附件.pdf"), by=seat.expert.user)
        scene.finish_scoring().sign_all()
        meeting_records.keep_sheet(review=scene.review, upload=pdf("签名页.pdf"), by=scene.secretary)
        step(scene.review, "conclude", scene.secretary, conclusion="passed", star=walk.case.star_asked, star_reason="")
        walk.fresh()
        walk.do("open_notice", "city_officer")
        day = clock.today() - dt.timedelta(days=1)
        walk.case.notices.update(opens_on=day - dt.timedelta(days=10), closes_on=day)
        walk.do("close_notice", "city_officer").do("agree", "city_checker")
        walk.do("decide", "city_director", number="演〔2026〕60号", decided_on=clock.today(), scan=pdf())
        yield walk.announce()
        transaction.set_rollback(True)


PAPERS = "复函、专家组和评估的原件"
ACCEPTED = {
    "reason": ("城区条件的证明", lambda: PlotBackfill.objects.update(**more("reason"))),
    "proof": ("城区条件的证明", lambda: Evidence.objects.filter(kind="补录证明").update(sha256="0" * 64)),
    "reply": (PAPERS, lambda: Evidence.objects.filter(kind="部门意见").update(sha256="0" * 64)),
    "mode": ("批复与报送", lambda: Case.objects.update(endorsement_mode="under_committee")),
    "finding": ("现场核查", first(VisitRow, finding="differs")),
    "remark": ("现场核查", lambda: VisitRow.objects.filter(pk=VisitRow.objects.first().pk).update(**more("note"))),
    "summary": ("现场核查", lambda: SiteVisit.objects.update(**more("note"))),
    "photo": ("现场核查", lambda: Evidence.objects.filter(pk=VisitPhoto.objects.get().document_id).update(sha256="0" * 64)),
    "title": ("公告与称号", lambda: Title.objects.filter(kind="demonstration").update(**more("number"))),
    "dossier": ("决定存档", lambda: in_json("approvals_decisionrecord", "parts", "{visit,digest}", "step = 'decision'")),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_one_changed_byte_is_named(accepted, what):
    is_named(accepted, *ACCEPTED[what])


def test_it_holds_every_part_is_tried_and_the_visit_is_replayed(accepted, client):
    with savepoint():
        found = verify(decision_by_number(accepted.case.number))
        assert found.holds, (found.changed, found.checks)
        assert parts_with_content(accepted.case) >= {part for part, _ in ACCEPTED.values()} - {"决定存档"}
        shown = {"city_officer": ("第1次现场核查", "基本相符", "1张", "城区条件的证明", PAPERS), "reviewer": ("城区条件的证明",)}
        for seat, words in shown.items():
            client.force_login(getattr(accepted.people, seat))
            html = client.get(reverse("approvals:case_decision", args=[accepted.case.pk])).content.decode()
            assert ([one for one in words if one not in html], PAPERS in html) == ([], PAPERS in words), seat


def test_one_changed_byte_of_a_photo_or_of_the_signed_record_is_named(accepted):
    for file in (VisitPhoto.objects.get().document, SiteVisit.objects.get().scan):
        with savepoint():
            file_is_named(accepted, file)


@pytest.mark.parametrize(
    ("kind", "part"), [("补录证明", "城区条件的证明"), ("部门意见", PAPERS), ("评审附件", PAPERS), ("signed_sheet", PAPERS)]
)
def test_one_changed_byte_of_what_lies_outside_the_case_is_named(accepted, kind, part):
    with savepoint():
        file_is_named(accepted, Evidence.objects.get(kind=kind), part)


def test_a_proof_that_is_recorded_after_the_decision_changes_nothing(accepted):
    with savepoint():
        district = accepted.case.district
        plot = PlotFactory(district=district, number="P99", built_on=BUILT, proof=False)
        record_backfill(district=district, plots=[plot.pk], reason="决定以后补录", upload=pdf(), by=accepted.people.preparer)
        assert verify(decision_by_number(accepted.case.number)).holds
