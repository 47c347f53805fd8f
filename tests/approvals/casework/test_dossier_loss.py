"""The dossier of a revocation: one changed byte of every stored part is named; what is served later is kept with the announcement."""

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.losses.services.recorded_assessments import record_assessment
from approvals.titles.models.publicity import Title
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.workflow.models import TransitionRecord
from tests.approvals.casework.tampering import file_is_named, first, in_json, is_named, more, parts_with_content, savepoint
from tests.factories.acceptance import Losing, make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import pdf

pytestmark = pytest.mark.django_db
LOSS = "告知、陈述申辩和法制审核"
WRITTEN = ("facts", "basis", "not_implemented", "intent_number", "statement", "considered", "legal_opinion", "discussion")


@pytest.fixture(scope="module")
def revoked(django_db_setup, django_db_blocker):
    """A title revoked after two failures: told, heard, legally checked, discussed, decided, served with its paper, announced."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        district = make_pilot(people)
        record_failures(district, people.city_officer, dt.date(2025, 6, 1))
        told = {"concluded_on": dt.date(2026, 6, 1), "passed": False, "source": "演示评估意见", "document": pdf("结论.pdf")}
        record_assessment(district=district, by=people.city_officer, kind="stage", **told)
        walk = Losing(people, district).to_decided()
        given = {"served_on": clock.today(), "served_way": "直接送达", "served_to": "演示签收人", "scan": pdf()}
        yield walk.do("serve", "city_officer", **given).announce()
        transaction.set_rollback(True)


REVOKED = {
    "failures": (LOSS, lambda: in_json("approvals_lossfile", "failures", "{0,on}", "true")),
    "assessment": (LOSS, first(RecordedAssessment, passed=True)),
    **{name: (LOSS, lambda name=name: LossFile.objects.update(**more(name))) for name in WRITTEN},
    "intent served on": (LOSS, lambda: LossFile.objects.update(intent_served_on=F("intent_served_on") - dt.timedelta(days=1))),
    "conclusion": ("复函、专家组和评估的原件", lambda: Evidence.objects.filter(kind="评估结论").update(sha256="0" * 64)),
    "evidence": ("佐证材料", lambda: Evidence.objects.filter(title="事先告知书").update(sha256="0" * 64)),
    "number": ("决定", lambda: Case.objects.update(**more("decision_number"))),
    "step": ("办理过程", lambda: TransitionRecord.objects.filter(action="legal_agree").update(**more("reason"))),
    "remedies": ("送达", lambda: LossFile.objects.update(**more("remedies"))),
    "served": ("送达", lambda: LossFile.objects.update(**more("served_to"))),
    "delivery": ("送达", lambda: Evidence.objects.filter(title="送达回证").update(sha256="0" * 64)),
    "ended": ("公告与称号", lambda: Title.objects.update(**more("end_reason"))),
    "dossier": ("决定存档", lambda: in_json("approvals_decisionrecord", "parts", "{loss,content,facts}", "step = 'decision'")),
}


@pytest.mark.parametrize("what", REVOKED)
def test_one_changed_byte_is_named(revoked, what):
    is_named(revoked, *REVOKED[what])


def test_it_holds_every_part_is_tried_and_the_way_is_replayed(revoked, client):
    with savepoint():
        found = verify(decision_by_number(revoked.case.number))
        assert found.holds, (found.changed, found.checks)
        # Of what every case has there is nothing but the mode and empty lists.
        assert parts_with_content(revoked.case) - {part for part, _ in REVOKED.values()} == {"批复与报送", "补正、形式审查与预评审"}
        address = reverse("approvals:case_decision", args=[revoked.case.pk])
        client.force_login(revoked.people.city_officer)
        html = client.get(address).content.decode()
        assert all(words in html for words in ("未按专业规划实施", "演纪〔2026〕3号", "称号终止", "演示签收人", "六十日内"))
        client.force_login(revoked.people.reviewer)
        assert "演纪〔2026〕3号" not in client.get(address).content.decode()


def test_one_changed_byte_of_the_notice_of_intent_is_named(revoked):
    with savepoint():
        file_is_named(revoked, Evidence.objects.get(title="事先告知书"))
    with savepoint():
        file_is_named(revoked, Evidence.objects.get(kind="评估结论"), "复函、专家组和评估的原件")


def test_the_holder_reads_the_decision_only_after_it_is_delivered(revoked, client):
    address = reverse("approvals:case_decision", args=[revoked.case.pk])
    for served, seat, status in ((True, "reviewer", 200), (False, "reviewer", 404), (False, "city_officer", 200)):
        with savepoint():
            if not served:
                LossFile.objects.update(served_on=None)
            client.force_login(getattr(revoked.people, seat))
            assert client.get(address).status_code == status
            linked = address in client.get(reverse("approvals:case", args=[revoked.case.pk])).content.decode()
            assert linked == (status == 200)
