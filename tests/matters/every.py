"""Every kind of matter, by the name of its machine."""

from tests.matters import approvals, assessments, carbon, cases, districts, others, outreach, reviews
from tests.matters.matter import Matter

MODULES = (approvals, assessments, carbon, cases, districts, others, outreach, reviews)


def _kinds(one: type[Matter]) -> list[type[Matter]]:
    return [one, *(below for kind in one.__subclasses__() for below in _kinds(kind))]


MATTERS = {kind.machine.name: kind for kind in _kinds(Matter) if "machine" in vars(kind)}
STATES = [(name, state.key.value) for name, kind in sorted(MATTERS.items()) for state in kind.machine.states]
