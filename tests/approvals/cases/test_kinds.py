"""Each kind of case has its machine, words, steps, turns and materials, and nothing is registered twice."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from approvals import wiring
from approvals.applications.lifecycle import APPLICATION
from approvals.cases import services as materials
from approvals.cases.checklist import SLOTS_BY_KIND
from approvals.cases.document_numbers import register_numbered
from approvals.cases.dossier import dossier_parts, register_part
from approvals.cases.enums import Deed
from approvals.cases.lifecycle import case_machine, case_machines, is_case_machine, machine_of, state_of, steps_that
from approvals.cases.models.cases import CASE_STATES, CLOSED_STATES, Case
from approvals.cases.selectors.cases import DECISION_NUMBERS, turn_of, turns
from approvals.cases.selectors.materials import LOSS_STEPS, completeness_of, materials_of, reads_plan
from approvals.cases.verdicts import register_verdicts, verdicts_or_none
from approvals.casework.letters import KINDS
from approvals.common.enums import CaseKind, DossierStep
from approvals.losses.lifecycle import LOSS
from approvals.losses.models import LossFile
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.declaration import procedure_named
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import make_district

# Phase of a state and the one that a step from there ends, where they differ.
NOT_THEIR_OWN = {(CaseKind.ACCEPTANCE, outside): {("形式审查", "现场核查")} for outside in (False, True)}  # without a visit
pytestmark = pytest.mark.django_db


def test_each_kind_has_its_words_and_steps():
    assert {key for machine in case_machines().values() for key in (state.key for state in machine.states)} == set(CASE_STATES)
    for kind, machine in case_machines().items():
        states = {state.key for state in machine.states}
        assert {state.key for state in machine.states if state.final} <= set(CLOSED_STATES)
        for outside in (False, True):
            phases, ends = procedure_named(machine.name).bar(outside=outside)
            assert set(phases) == states - set(CLOSED_STATES)
            left = {(phases[source], ends[step.action]) for step in machine.transitions for source in step.sources if step.action in ends}
            assert {ended for _, ended in left} == set(phases.values())
            assert {(now, ended) for now, ended in left if now != ended} == NOT_THEIR_OWN.get((kind, outside), set()), kind
    case = Case(kind="CX", status="hearing")
    assert {kind: machine.name for kind, machine in case_machines().items()} == {kind: kind.machine_name for kind in CaseKind}
    assert (machine_of(case), state_of(case).public) == (LOSS, "已告知")
    assert (list(case_machines()), set(CaseKind.values)) == (["SQ", "YS", "CX", "BG"], set(case_machines()))  # the order of the lists
    assert [is_case_machine(name) for name in (APPLICATION.name, "review")] == [True, False]


@pytest.mark.parametrize(("register", "given"), [
    (register_verdicts, (CaseKind.APPLICATION, dict)),
    (register_numbered, (DECISION_NUMBERS,)), (register_part, (dossier_parts()[0],)),
])  # fmt: skip
def test_nothing_is_registered_twice(register, given):
    with pytest.raises(ValueError, match="registered twice"):
        register(*given)


@pytest.mark.parametrize("kind", CaseKind)
def test_a_slot_or_a_letter_that_names_a_step_which_the_kind_lacks_fails_the_start(monkeypatch, kind):
    machine, slots, letters = case_machines()[kind], SLOTS_BY_KIND[kind], KINDS[kind]
    monkeypatch.setitem(SLOTS_BY_KIND, kind, (*slots, replace(slots[0], steps=("sing",), optional=False)))
    with pytest.raises(ValueError, match=rf"{machine.name}: no steps \['sing'\]"):
        case_machine(machine.name, machine.title, machine.states, machine.transitions)
    monkeypatch.setitem(KINDS, kind, (*letters, replace(letters[0], actions=("sing",))))
    with pytest.raises(ValueError, match=rf"{machine.name}: no steps \['sing'\]"):
        wiring._steps()


def test_every_deed_is_done_by_a_step():
    assert [deed for deed in Deed if not steps_that(deed)] == []


@pytest.mark.parametrize("kind", [CaseKind.LOSS, CaseKind.CHANGE])
def test_a_kind_that_asks_no_policy_has_no_verdicts(kind):
    assert verdicts_or_none(Case(kind=kind), clock.today()) is None


def test_what_is_frozen_at_each_step_of_the_dossier():
    at = {step: {part.key for part in dossier_parts() if step in part.steps} for step in DossierStep}
    assert at[DossierStep.DECISION] == {part.key for part in dossier_parts()} - {"announcement", "service"}
    assert at[DossierStep.ANNOUNCEMENT] == {"announcement", "service", "handling"}
    assert at[DossierStep.CORRECTION] == {"decision", "announcement", "handling"}
    assert at[DossierStep.NUMBER] == {"decision", "evidence", "handling"}


BOTH = {"preparer", "reviewer"}
WAITING = {
    CaseKind.APPLICATION: {
        "draft": {"preparer"}, "signing": {"reviewer"}, "endorsing": {"authority"}, "sent": {"city_officer"}, "correcting": BOTH,
        "accepted": {"city_officer", "secretariat"}, "reviewing": {"secretariat"}, "revising": BOTH, "reviewed": {"city_officer"},
        "checking": {"city_checker"}, "legal": {"city_legal"}, "deciding": {"city_director"}, "decided": {"city_officer"},
    },
    CaseKind.ACCEPTANCE: {
        "draft": {"preparer"}, "signing": {"reviewer"}, "sent": {"city_officer"}, "correcting": BOTH,
        "accepted": {"city_officer", "secretariat"},
        "visiting": {"city_officer", "secretariat"}, "reviewing": {"secretariat"}, "revising": BOTH, "reviewed": {"city_officer"},
        "checking": {"city_checker"}, "deciding": {"city_director"}, "decided": {"city_officer"},
    },
    CaseKind.LOSS: {
        "draft": {"city_officer"}, "checking": {"city_checker"}, "telling": {"city_officer"}, "hearing": {"reviewer"},
        "heard": {"city_officer"},
        "legal": {"city_legal"}, "discussing": {"city_officer"}, "deciding": {"city_director"}, "decided": {"city_officer"},
        "served": {"city_officer"},
    },
    CaseKind.CHANGE: {
        "draft": {"preparer", "city_officer"}, "signing": {"reviewer"}, "sent": {"city_officer"},
        "consulting": {"city_officer", "departments"},
        "checking": {"city_checker"}, "deciding": {"city_director"},
    },
}  # fmt: skip


def test_each_state_waits_for_those_whom_the_steps_into_it_tell_to_act():
    found = {kind: {} for kind in CaseKind}
    for kind, state, parties in turns():
        if parties:
            found[kind][state] = set(parties)
    assert found == WAITING


def test_a_draft_change_waits_for_the_officer_only_where_it_came_on_paper():
    assert turn_of(Case(kind=CaseKind.CHANGE, status="draft")) == ("preparer",)
    assert turn_of(Case(kind=CaseKind.CHANGE, status="draft", sent_at=clock.now())) == ("preparer", "city_officer")


COUNTED = re.compile(r"本步骤必交(\d+)项，已有(\d+)项(?:，待后续步骤(\d+)项)?")


def plan_keys(filing):
    return [file.key for line in materials_of(filing.case) if line.slot.origin == "plan" for file in line.files]


def test_partner_opens_the_plan_from_receipt_on():
    filing = Filing().to_sent()
    people = filing.people
    assert plan_keys(filing)
    assert not any(reads_plan(Viewer(people.partner), key) for key in plan_keys(filing))
    assert all(reads_plan(Viewer(people.city_officer), key) for key in plan_keys(filing))
    filing.do("accept", "city_officer")
    assert all(reads_plan(Viewer(people.partner), key) for key in plan_keys(filing))
    assert not any(reads_plan(Viewer(people.outsider_preparer), key) for key in plan_keys(filing))


def counts(client, user, case):
    """What each page says of the materials, and what the list of sections says: (wanted, have, later) and (have, wanted)."""
    client.force_login(user)
    pages = [client.get(reverse(f"approvals:{name}", args=[case.pk])) for name in ("case", "case_files", "case_catalogue", "case_print")]
    told = {COUNTED.search(page.content.decode()).groups(default="0") for page in pages}
    sections = {section.name: section for section in pages[0].context["sections"]}
    return told, sections.get("材料")


def test_every_place_counts_the_materials_alike_and_what_comes_later_is_not_missing(client):
    filing = Filing()
    people, case = filing.people, filing.case
    case.documents.all().delete()
    told, section = counts(client, people.preparer, case)
    assert told == {("7", "3", "3")}, "批复, letter and score table come with later steps"
    assert (section.state, section.done) == ("3 / 7项", False)
    for slot in ("application", "diagnosis", "key-projects", "plots"):
        materials.add_document(case=case, slot=slot, upload=pdf(), title="", by=people.preparer)
    told, section = counts(client, people.preparer, case)
    assert told == {("7", "7", "3")}
    assert (section.state, section.done) == ("7 / 7项", True), "nothing of this step is left"
    assert "待后续步骤" in client.get(reverse("approvals:case_files", args=[case.pk])).content.decode()
    filing.to_endorsing()
    told, _ = counts(client, people.authority, filing.case)
    assert told == {("10", "8", "0")}, "the table is signed, 批复 and letter are due now"
    filing.endorse().do("send_up", "authority")
    for user in (people.preparer, people.city_officer):
        told, _ = counts(client, user, filing.case)
        assert told == {("10", "10", "0")}


def test_papers_of_a_loss_are_missing_from_their_step_on(people):
    case = Case.objects.create(
        kind="CX", district=make_district(people), applicant=people.applicant_body, created_at=clock.now(), created_by=people.city_officer
    )
    LossFile.objects.create(case=case, ground="cancel")
    found = {}
    for status in LOSS_STEPS:
        case.status = status
        found[status] = [line.slot.key for line in completeness_of(materials_of(case)).missing]
    assert found["draft"] == ["facts"]
    assert found["telling"] == ["facts", "letter"]
    assert found["discussing"] == ["facts", "letter", "legal", "minutes"]
    assert found["decided"] == ["facts", "letter", "legal", "minutes", "decision", "delivery"]
