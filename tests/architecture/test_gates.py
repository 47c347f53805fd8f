"""No single seat opens a gate of the policy (tests/architecture/gates.py)."""

import pytest
from django.apps import apps

from greendistrict.workflow.declaration import machines
from greendistrict.workflow.second_person import CheckedRecord
from tests.architecture import gates
from tests.architecture.sources import sources


def test_the_page_tells_what_the_code_does():
    assert gates.KEPT.read_text(encoding="utf-8") == gates.document(), "if it is meant: make gates"


def test_every_fact_has_somebody_who_enters_it_on_a_paper_and_every_rule_a_step_that_asks_it():
    assert len(gates.rules()) > 10
    for rule in gates.rules():
        assert gates.asking(rule), rule.id
        for fact, one in gates.entries(rule):
            assert one.paper
            assert one.seats(), f"{rule.id}: nobody enters {fact}"
            assert not one.service or gates.named(one.service)
            assert not one.checked or issubclass(apps.get_model(one.checked), CheckedRecord)


def test_what_the_city_relies_on_beside_the_gates_has_a_second_person():
    """Every checked record is named; what is filed takes two seats; what nobody relies on is read by its own feature alone."""
    named = [label for one in gates.RELIED for label in one.records]
    assert sorted(named) == sorted(model._meta.label for model in apps.get_models() if issubclass(model, CheckedRecord))
    for one in gates.RELIED:
        for machine, state in one.states:
            assert gates.walking_alone(next(found for found in machines() if found.name == machine), state) == set()
        if not one.records + one.states:
            reading = {found.path for found in sources() if any(name in found.text for name in one.names)}
            assert reading, one.what
            assert all(path.startswith(one.within) for path in reading), reading


@pytest.mark.parametrize("rule", gates.rules(), ids=lambda rule: rule.id)
def test_no_seat_opens_a_gate_alone(rule):
    """Neither does somebody alone bring the matter past the gate, nor does who enters all its facts take its last step."""
    for machine in {one.name: one for one, _ in gates.asking(rule)}.values():
        assert gates.walking_alone(machine, gates.DECIDED) == set(), f"{machine.name} is decided by one seat"
        deciding = {seat.key for one in machine.transitions if one.target == gates.DECIDED for seat in one.seats}
        alone = gates.entering_alone(rule)
        assert alone & deciding == set(), f"{rule.id}: {alone & deciding} enter every fact alone and decide {machine.name}"
