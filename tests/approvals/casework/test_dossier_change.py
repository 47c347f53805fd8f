"""The dossier of a change that came on paper: one changed byte of every stored part is named."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.models.entries import PaperEntry
from approvals.cases.services import materials
from approvals.casework.selectors.verification import decision_by_number, verify
from approvals.changes import services as changes
from approvals.changes.models import Change
from approvals.entered import services as entered
from approvals.requests.services.requests import ProxyEntry
from districts.baselines.models import Baseline
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.workflow.models import TransitionRecord
from tests.approvals.casework.tampering import file_is_named, in_json, is_named, more, parts_with_content, savepoint
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import cast
from tests.factories.approvals import pdf

pytestmark = pytest.mark.django_db
CHANGE = "变更内容和影响"


def paper():
    return ProxyEntry(way="paper", received_on=clock.today(), on_behalf="演示公司张三", scan=pdf())


@pytest.fixture(scope="module")
def changed(django_db_setup, django_db_blocker):
    """A key project dropped from the pilot baseline: asked on paper, entered, signed off, checked, decided with a scan."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = cast()
        walk = object.__new__(Asked)
        walk.people, walk.district = people, make_pilot(people, ready=False)
        walk.case = entered.enter_change(district=walk.district, kind="key_projects_baseline", by=people.city_officer, entry=paper())
        stuck = walk.district.key_projects.order_by("pk").first()
        walk.do(changes.save_change, "city_officer", values={"drop": [stuck.pk], "add": [], "renew": []}, reason="用地调整，不再实施")
        walk.do(materials.add_document, "city_officer", slot="basis", upload=pdf(), title="规划调整批复")
        walk.do("enter_sign", "city_officer", entry=paper())
        walk.do("to_check", "city_officer", reason="核对无误").do("agree", "city_checker")
        yield walk.do("decide", "city_director", number="演沪建〔2026〕41号", decided_on=clock.today(), scan=pdf())
        transaction.set_rollback(True)


def tampered_change(path):
    return lambda: in_json("approvals_change", path.split(",")[0], "{" + ",".join(path.split(",")[1:]) + "}", "true")


CHANGED = {
    "reason": (CHANGE, lambda: Change.objects.update(**more("reason"))),
    "value": (CHANGE, tampered_change("values,drop")),
    "line": (CHANGE, tampered_change("lines,0,before")),
    "effect when signed": (CHANGE, tampered_change("effects,0,after")),
    "effect when decided": (CHANGE, tampered_change("settled,0,after")),
    "result": (CHANGE, lambda: Change.objects.update(**more("result"))),
    "baseline made": (CHANGE, lambda: in_json("districts_baseline", "content", "{key_projects,0,name}", "number = 2")),
    "baseline's origin": (CHANGE, lambda: Baseline.objects.filter(number=2).update(reason="x")),
    "entry": ("代录", lambda: PaperEntry.objects.filter(action="filing_change").update(**more("on_behalf"))),
    "day of receipt": ("代录", lambda: PaperEntry.objects.update(received_on=F("received_on") - dt.timedelta(days=1))),
    "evidence": ("佐证材料", lambda: Evidence.objects.filter(title="规划调整批复").update(sha256="0" * 64)),
    "number": ("决定", lambda: Case.objects.update(**more("decision_number"))),
    "opinion": ("办理过程", lambda: TransitionRecord.objects.filter(action="to_check").update(**more("reason"))),
    "dossier": ("决定存档", lambda: in_json("approvals_decisionrecord", "parts", "{change,content,reason}", "true")),
}


@pytest.mark.parametrize("what", CHANGED)
def test_one_changed_byte_is_named(changed, what):
    is_named(changed, *CHANGED[what])


def test_it_holds_every_part_is_tried_and_the_change_is_replayed(changed, client):
    with savepoint():
        found = verify(decision_by_number("演沪建〔2026〕41号"))
        assert found.holds, (found.changed, found.checks)
        out = io.StringIO()
        call_command("verify_decision", changed.case.number, stdout=out)
        assert "与决定时一致" in out.getvalue()
        assert parts_with_content(changed.case) - {part for part, _ in CHANGED.values()} == {"批复与报送", "补正、形式审查与预评审"}
        address = reverse("approvals:case_decision", args=[changed.case.pk])
        client.force_login(changed.people.reviewer)
        html = client.get(address).content.decode()
        for words in ("用地调整，不再实施", "调出", "提交时试算", "决定时试算", "投入使用的重点项目", "演示公司张三", "与决定时一致"):
            assert words in html
        assert changed.people.city_officer.name not in html
        assert address in client.get(reverse("approvals:case", args=[changed.case.pk])).content.decode()


def test_one_changed_byte_of_each_paper_is_named(changed):
    entry = PaperEntry.objects.filter(action="filing_change").get()
    for file in (entry.scan, changed.case.decision_scan, Evidence.objects.get(title="规划调整批复")):
        with savepoint():
            file_is_named(changed, file)
