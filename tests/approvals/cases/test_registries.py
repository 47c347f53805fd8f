"""Registries inside approvals: every kind of case is complete, and nothing is registered twice."""

import pytest

from approvals.applications.lifecycle import APPLICATION
from approvals.cases.document_numbers import register_numbered
from approvals.cases.dossier import dossier_parts, register_part
from approvals.cases.lifecycle.machines import case_machines, is_case_machine, register_machine
from approvals.cases.models.cases import Case
from approvals.cases.selectors.numbering import DECISION_NUMBERS
from approvals.cases.verdicts import register_verdicts, verdicts_or_none
from approvals.common.enums import CaseKind, DossierStep


def test_each_kind_of_case_has_its_machine_in_the_order_of_the_lists():
    assert list(case_machines()) == ["SQ", "YS", "CX", "BG"]
    assert set(case_machines()) == set(CaseKind.values)
    assert is_case_machine(APPLICATION.name)
    assert not is_case_machine("review")


@pytest.mark.parametrize(
    ("register", "given"),
    [
        (register_machine, (CaseKind.APPLICATION, APPLICATION)),
        (register_verdicts, (CaseKind.APPLICATION, dict)),
        (register_numbered, (DECISION_NUMBERS,)),
        (register_part, (dossier_parts()[0],)),
    ],
)
def test_nothing_is_registered_twice(register, given):
    with pytest.raises(ValueError, match="registered twice"):
        register(*given)


@pytest.mark.parametrize("kind", [CaseKind.LOSS, CaseKind.CHANGE])
def test_a_kind_that_asks_no_policy_has_no_verdicts(kind):
    assert verdicts_or_none(Case(kind=kind)) is None


def test_what_is_frozen_at_each_step_of_the_dossier():
    at = {step: {part.key for part in dossier_parts() if step in part.steps} for step in DossierStep}
    assert at[DossierStep.DECISION] == {part.key for part in dossier_parts()} - {"announcement", "service"}
    assert at[DossierStep.ANNOUNCEMENT] == {"announcement", "service", "handling"}
    assert at[DossierStep.CORRECTION] == {"decision", "announcement", "handling"}
    assert at[DossierStep.NUMBER] == {"decision", "evidence", "handling"}
