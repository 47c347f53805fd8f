"""The dossiers of a change that came on paper and of a revocation: one changed byte of every part that other cases do not have is named."""

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from approvals.cases import services as materials
from approvals.cases.models.cases import PaperEntry
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.changes import services as changes
from approvals.changes.models import Change
from approvals.entered import services as entered
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.requests.services import ProxyEntry
from approvals.titles.models.publicity import Title
from districts.baselines.models import Baseline
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from tests.approvals.casework.tampering import file_is_named, first, in_json, is_named, more, parts_with_content, savepoint
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Losing, make_pilot, record_failures, recorded
from tests.factories.accounts import cast
from tests.factories.approvals import pdf

pytestmark = pytest.mark.django_db
CHANGE, LOSS, PAPERS = "变更内容和影响", "告知、陈述申辩和法制审核", "复函、专家组和评估的原件"
WRITTEN = ("facts", "basis", "not_implemented", "intent_number", "statement", "considered", "legal_opinion", "discussion")


def paper():
    return ProxyEntry(way="paper", received_on=clock.today(), on_behalf="演示公司张三", scan=pdf())


def changed(people):
    """A key project dropped from the pilot baseline: asked on paper, entered, signed off, checked, decided with a scan."""
    walk = object.__new__(Asked)
    walk.people, walk.district = people, make_pilot(people, ready=False)
    walk.case = entered.enter_change(district=walk.district, kind="key_projects_baseline", by=people.city_officer, entry=paper())
    stuck = walk.district.key_projects.order_by("pk").first()
    walk.do(changes.save_change, "city_officer", values={"drop": [stuck.pk], "add": [], "renew": []}, reason="用地调整，不再实施")
    walk.do(materials.add_document, "city_officer", slot="basis", upload=pdf(), title="规划调整批复")
    walk.do("enter_sign", "city_officer", entry=paper())
    walk.do("to_check", "city_officer", reason="核对无误").do("agree", "city_checker")
    return walk.do("decide", "city_director", number="演沪建〔2026〕41号", decided_on=clock.today(), scan=pdf())


def revoked(people):
    """A title revoked after two failures: told, heard, legally checked, discussed, decided, served with its paper, announced."""
    district = make_pilot(people, name="演示撤销区（虚构）")
    record_failures(district, people.city_officer, dt.date(2025, 6, 1))
    told = {"concluded_on": dt.date(2026, 6, 1), "passed": False, "source": "演示评估意见", "document": pdf("结论.pdf")}
    recorded(district=district, by=people.city_officer, kind="stage", **told)
    walk = Losing(people, district).to_decided()
    given = {"served_on": clock.today(), "served_way": "直接送达", "served_to": "演示签收人", "scan": pdf()}
    return walk.do("serve", "city_officer", **given).announce()


@pytest.fixture(scope="module")
def walks(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        yield {"change": changed(people), "loss": revoked(people)}
        transaction.set_rollback(True)


def of_change(column, path):
    return lambda: in_json("approvals_change", column, path, "true")


TAMPERED = {
    "change": {
        "reason": (CHANGE, lambda: Change.objects.update(**more("reason"))),
        "value": (CHANGE, of_change("values", "{drop}")),
        "line": (CHANGE, of_change("lines", "{0,before}")),
        "effect when signed": (CHANGE, of_change("effects", "{0,after}")),
        "effect when decided": (CHANGE, of_change("settled", "{0,after}")),
        "result": (CHANGE, lambda: Change.objects.update(**more("result"))),
        "baseline made": (CHANGE, lambda: in_json("districts_baseline", "content", "{key_projects,0,name}", "number = 2")),
        "baseline's origin": (CHANGE, lambda: Baseline.objects.filter(number=2).update(reason="x")),
        "entry": ("代录", lambda: PaperEntry.objects.filter(action="filing_change").update(**more("on_behalf"))),
        "day of receipt": ("代录", lambda: PaperEntry.objects.update(received_on=F("received_on") - dt.timedelta(days=1))),
        "dossier": ("决定存档", lambda: in_json("approvals_decisionrecord", "parts", "{change,content,reason}", "parts ? 'change'")),
    },
    "loss": {
        "failures": (LOSS, lambda: in_json("approvals_lossfile", "failures", "{0,on}", "true")),
        "assessment": (LOSS, first(RecordedAssessment, passed=True)),
        **{name: (LOSS, lambda name=name: LossFile.objects.update(**more(name))) for name in WRITTEN},
        "intent served on": (LOSS, lambda: LossFile.objects.update(intent_served_on=F("intent_served_on") - dt.timedelta(days=1))),
        "conclusion": (PAPERS, lambda: Evidence.objects.filter(kind="评估结论").update(sha256="0" * 64)),
        "remedies": ("送达", lambda: LossFile.objects.update(**more("remedies"))),
        "served": ("送达", lambda: LossFile.objects.update(**more("served_to"))),
        "delivery": ("送达", lambda: Evidence.objects.filter(title="送达回证").update(sha256="0" * 64)),
        "ended": ("公告与称号", lambda: Title.objects.update(**more("end_reason"))),
    },
}


@pytest.mark.parametrize(("kind", "what"), [(kind, what) for kind, parts in TAMPERED.items() for what in parts])
def test_one_changed_byte_is_named(walks, kind, what):
    is_named(walks[kind], *TAMPERED[kind][what])


@pytest.mark.area("approvals", "assessments")
def test_one_changed_byte_of_each_paper_is_named(walks):
    change, basis = walks["change"], Evidence.objects.get(title="规划调整批复")
    for file in (PaperEntry.objects.get(action="filing_change").scan, change.case.decision_scan, basis):
        file_is_named(change, file)
    file_is_named(walks["loss"], Evidence.objects.get(title="事先告知书"))
    file_is_named(walks["loss"], Evidence.objects.filter(kind="评估结论").latest("pk"), PAPERS)


# Of what every case has there is nothing but the mode and empty lists.
COMMON = {"批复与报送", "补正、形式审查与预评审", "佐证材料", "决定", "办理过程"}
REPLAYED = {
    "change": ("用地调整，不再实施", "调出", "提交时试算", "决定时试算", "投入使用的重点项目", "演示公司张三", "与决定时一致"),
    "loss": ("未按专业规划实施", "称号终止", "演示签收人", "六十日内"),
}


@pytest.mark.parametrize("kind", REPLAYED)
def test_it_holds_every_part_is_tried_and_the_way_is_replayed(walks, client, kind):
    walk = walks[kind]
    with savepoint():
        found = verify(decision_by_number(walk.case.number))
        assert found.holds, (found.changed, found.checks)
        assert parts_with_content(walk.case) - {part for part, _ in TAMPERED[kind].values()} <= COMMON
        client.force_login(walk.people.reviewer)
        html = client.get(reverse("approvals:case_decision", args=[walk.case.pk])).content.decode()
        assert [words for words in REPLAYED[kind] if words not in html] == []
        assert [words for words in (walk.people.city_officer.name, "演纪〔2026〕3号") if words in html] == []


def test_the_holder_reads_the_decision_only_after_it_is_delivered(walks, client):
    walk = walks["loss"]
    address = reverse("approvals:case_decision", args=[walk.case.pk])
    for served, seat, status in ((True, "reviewer", 200), (False, "reviewer", 404), (False, "city_officer", 200)):
        with savepoint():
            if not served:
                LossFile.objects.update(served_on=None)
            client.force_login(getattr(walk.people, seat))
            assert client.get(address).status_code == status
            linked = address in client.get(reverse("approvals:case", args=[walk.case.pk])).content.decode()
            assert linked == (status == 200)
