"""No single seat opens a gate of the policy (tests/architecture/gates.py)."""

import pytest

from tests.architecture import gates


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


@pytest.mark.parametrize("rule", gates.rules(), ids=lambda rule: rule.id)
def test_no_seat_opens_a_gate_alone(rule):
    """Neither does somebody alone bring the matter past the gate, nor does who enters all its facts take its last step."""
    for machine in {one.name: one for one, _ in gates.asking(rule)}.values():
        assert gates.walking_alone(machine, gates.DECIDED) == set(), f"{machine.name} is decided by one seat"
        deciding = {seat.key for one in machine.transitions if one.target == gates.DECIDED for seat in one.seats}
        alone = gates.entering_alone(rule)
        assert alone & deciding == set(), f"{rule.id}: {alone & deciding} enter every fact alone and decide {machine.name}"
