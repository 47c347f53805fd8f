"""Every machine of the portal, cell by cell. Pure: objects and people are plain stand-ins, nothing is stored."""

import ast
import sys
from dataclasses import replace
from enum import Enum
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command

from approvals.publicity import services as notices
from approvals.titles.services.notices import ISSUED
from assessments.inspections.lifecycle import INSPECTION_FINDING
from assessments.inspections.models import InspectionState
from greendistrict.core.errors import Refused
from greendistrict.notifications.enums import OUTSIDE
from greendistrict.workflow import messages, outbox, services
from greendistrict.workflow.declaration import machines, procedure_named
from greendistrict.workflow.machine import Machine, State
from outreach.opinions import services as opinions
from portal.adapters import services as adapters
from portal.first_day import services as first_day
from portal.webhooks import services as webhooks
from reports.archive import collecting
from reports.jobs import enums
from tests.architecture.sources import nodes, said


def refusal_of(machine, state, action):
    """What the portal says of a step that leaves a state; empty where it takes it."""
    try:
        services._legal(machine, SimpleNamespace(**{machine.field: state}), state, action, None)
    except Refused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_cells_outside_the_table_are_refused(machine):
    actions = sorted({transition.action for transition in machine.transitions})
    cells = [(state.key, action) for state in machine.states for action in actions if machine.find(action, state.key) is None]
    assert [cell for cell in cells if "不能办理这一步" not in refusal_of(machine, *cell)] == []


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_machine_fits_its_model(machine):
    model = apps.get_model(machine.model)
    field = model._meta.get_field(machine.field)
    assert machine.initial in {state.key for state in machine.states}
    assert max(len(state.key) for state in machine.states) <= field.max_length
    if field.choices:
        assert {state.key for state in machine.states} <= {key for key, _ in field.choices}


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_states_are_members_of_an_enumeration(machine):
    assert [state.key for state in machine.states if not isinstance(state.key, Enum)] == []


def test_a_state_of_another_enumeration_does_not_start():
    """Although its member has the same text."""
    alien, [first, *steps] = State(InspectionState.CLOSED, final=True), INSPECTION_FINDING.transitions
    for changed in ({"states": (*INSPECTION_FINDING.states[:2], alien)}, {"initial": InspectionState.DRAFT},
                    {"transitions": (replace(first, target=InspectionState.CLOSED), *steps)}):  # fmt: skip
        with pytest.raises(ValueError, match="inspection_finding: states of InspectionFindingState, InspectionState"):
            replace(INSPECTION_FINDING, **changed)


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_every_state_is_reached_and_final_states_stay(machine):
    reached, edge = {machine.initial}, {machine.initial}
    while edge:
        edge = {step.target for source in edge for step in machine.leaving(source)} - reached
        reached |= edge
    assert reached == {state.key for state in machine.states}
    assert [state.key for state in machine.states if not state.final and not machine.leaving(state.key)] == []


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_every_step_has_words_and_somebody_to_take_it(machine):
    for step in machine.transitions:
        assert step.label, step.action
        assert step.seats or step.by_system, step.action
        assert all(seat.label for seat in step.seats), step.action


def test_every_machine_that_stands_in_a_feature_has_a_procedure():
    modules = [module for name, module in sys.modules.items() if not name.startswith("tests.")]
    found = {value.name for module in modules for value in tuple(vars(module).values()) if type(value) is Machine}
    assert found - {machine.name for machine in machines()} == set()
    assert len(found) > 30


def test_every_state_step_and_event_of_every_machine_is_printed(capsys):
    call_command("print_lifecycle")
    sections = capsys.readouterr().out.split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections] == [f"{machine.title} `{machine.name}`" for machine in machines()]
    for machine, section in zip(machines(), sections, strict=True):
        table, _, diagram = section.partition("```mermaid")
        rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if line.startswith("| `")]
        assert [row[:2] for row in rows if len(row) == 4] == [[f"`{state.key}`", state.label] for state in machine.states]
        steps = [(row[0].count("`") // 2, row[1], row[2], row[3]) for row in rows if len(row) == 7]
        assert [step[:3] for step in steps] == [
            (len(one.sources), f"`{one.action}` {one.label}", f"`{one.target}`") for one in machine.transitions
        ]
        assert [names for *_, names in steps] == [
            "、".join([seat.label for seat in one.seats] + ["system"] * one.by_system) for one in machine.transitions
        ]
        assert [row[0].strip("`") for row in rows if len(row) == 2] == list(procedure_named(machine.name).events)
        assert diagram.count(" --> ") == 1 + sum(len(one.sources) for one in machine.transitions) + sum(one.final for one in machine.states)


def test_every_kind_of_effect_has_its_handler():
    calls = [
        (source.path, said(node.args[0])) for source, node in nodes(ast.Call) if said(node.func) in {"outbox.emit", "emit"} and node.args
    ]
    assert {name for _, name in calls} == {
        "KIND",
        "channel.value",
        "OUTBOX_KIND",
        "EVENT",
        "SEND",
        "ANSWERED",
        "ISSUED",
        "TRIAL",
        "EXCHANGE",
    }
    hooks = {webhooks.EVENT, webhooks.SEND, notices.ANSWERED, opinions.ANSWERED, ISSUED, first_day.TRIAL, adapters.EXCHANGE}
    assert {messages.KIND, *OUTSIDE, enums.OUTBOX_KIND, collecting.OUTBOX_KIND} | hooks <= set(outbox._handlers.by_key)
