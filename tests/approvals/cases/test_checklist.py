"""The checklist and the guards are one: every 必交 slot of every kind of case, at each of its steps, with and without its paper."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from approvals.cases.checklist import SLOTS_BY_KIND, required_at, slots_of
from approvals.cases.models.cases import Case, CaseDocument, Endorsement
from approvals.cases.selectors.materials import completeness_of, materials_of
from approvals.common.enums import CaseKind
from districts.common.enums import BOUNDARY_PROOF
from districts.projects.models import PROJECT_PLAN
from districts.special_plans.models import SpecialPlanPart
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.workflow.machine import Question
from greendistrict.workflow.procedure import procedure_of
from greendistrict.workflow.services import refusals_of
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Accepting, Losing, failing, make_pilot
from tests.factories.accounts import cast
from tests.factories.approvals import Filing, make_evidence, pdf

pytestmark = pytest.mark.django_db

MADE = {
    CaseKind.APPLICATION: lambda: Filing().to_endorsing().endorse(),
    CaseKind.ACCEPTANCE: Accepting,
    CaseKind.CHANGE: lambda: Asked().to_draft(),
    CaseKind.LOSS: lambda: Losing(*failing()).to_decided(),
}
NAMED = {"table": "评分表", "letter": "报送函", "approval": "批复"}  # slots whose guards say more than the title


def said(case, action, **typed):
    """Refusals of a step of the case, as the step itself would find them, whatever its state."""
    procedure = procedure_of(case)
    transition = next(one for one in procedure.machine.transitions if one.action == action)
    facts = procedure.known(procedure.steps[action].facts, case, clock.today())
    entry = SimpleNamespace(way="phone", received_on=clock.today(), on_behalf="演示来件人", note="来电核实", scan=None)
    return " ".join(one.text for one in refusals_of(transition, Question(case, posts_of(None), facts, {"entry": entry, **typed})))


def take_away(case, slot):
    """The case without the paper of a slot."""
    CaseDocument.objects.filter(case=case, slot=slot.key).delete()
    SpecialPlanPart.objects.filter(plan__district=case.district).delete()
    Endorsement.objects.filter(case=case).update(approval_scan=None, letter_scan=None)
    Case.objects.filter(pk=case.pk).update(table=None)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("kind", SLOTS_BY_KIND)
def test_no_step_goes_without_a_paper_that_the_checklist_calls_required(kind):
    """Each slot guards at least one step of the machine; the step says what is missing, and says nothing once the paper is there."""
    case = MADE[kind]().case
    actions = {transition.action for transition in procedure_of(case).machine.transitions}
    required = [slot for slot in slots_of(kind) if not slot.optional]
    assert all(actions & set(slot.steps) for slot in required)
    asked = [(action, slot) for action in sorted(actions) for slot in required_at(kind, action)]
    brought = {action: {slot.brought: True for slot in required_at(kind, action) if slot.brought} for action in actions}
    words = {slot.key: NAMED.get(slot.key, slot.title) if slot.origin in {"table", "endorsement"} else slot.title for slot in required}
    assert not [(action, slot.key) for action, slot in asked if f"“{words[slot.key]}”" in said(case, action, **brought[action])]
    bare = case
    for slot in required:
        bare = take_away(bare, slot)
    assert not [(action, slot.key) for action, slot in asked if words[slot.key] not in said(bare, action)]


def test_who_takes_the_step_is_refused_and_takes_it_with_the_paper():
    walk = Losing(*failing()).to_legal()
    with pytest.raises(Refused, match="缺必交材料“法制审核意见”"):
        walk.do("legal_agree", "city_legal", reason="事实清楚")
    assert walk.do("legal_agree", "city_legal", reason="事实清楚", scan=pdf()).case.status == "discussing"


def test_roads_and_pipes_are_asked_of_new_districts_only():
    people = cast()
    found = Accepting(people, make_pilot(people, type="renewal"))
    found.case.documents.filter(slot="works").delete()
    assert "主要道路" not in said(found.case, "hand_up")
    assert completeness_of(materials_of(found.case)).is_whole or found.case.table.status != "submitted"


@pytest.mark.parametrize(("slot", "kind"), [("boundary", BOUNDARY_PROOF), ("key-projects", PROJECT_PLAN)])
def test_what_proves_a_fact_of_the_district_is_the_paper_of_its_slot(client, slot, kind):
    filing = Filing()
    filing.case.documents.filter(slot=slot).delete()
    proof = make_evidence(filing.district, "演示佐证")
    type(proof).objects.filter(pk=proof.pk).update(kind=kind)
    line = next(line for line in materials_of(filing.case) if line.slot.key == slot)
    assert ([file.pk for file in line.files], line.complete) == ([proof.pk], True)
    client.force_login(filing.people.preparer)
    link = reverse("documents:download", args=[proof.key])
    page = client.get(reverse("approvals:case_files", args=[filing.case.pk])).content.decode()
    assert page.count(f'<a href="{link}">演示佐证</a>') == 1, "the page that says 齐全 shows what with"


def test_the_page_of_the_check_names_what_the_step_refuses_and_says_only_then_that_nothing_blocks(client):
    filing, lacking = Filing(), "试点申报表"
    client.force_login(filing.people.preparer)
    page = reverse("approvals:case_check", args=[filing.case.pk])
    for laid in (True, False):
        if not laid:
            filing.case.documents.get(slot="application").delete()
        answer = client.get(page)
        lacks = [lack for place in answer.context["step"].places for lack in place.lacks]
        assert [lack.slot.title for lack in lacks] == ([] if laid else [lacking])
        assert all(lack.why.href.endswith(f"?slot={lack.slot.key}#id_slot") for lack in lacks)
        refused = f"缺必交材料“{lacking}”" in said(filing.case, "hand_up")
        assert ("没有阻断提交的内容" in answer.content.decode(), refused) == (laid, not laid)
