"""Blocks of the guide generated from the portal's own tables: conditions, materials, steps, deadlines, menus, tasks of a role, contacts.

Content of these tables is never repeated in the text of the guide.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from approvals.cases.checklist import slots_of
from approvals.casework.selectors.progress import ProgressStep
from approvals.common.enums import CaseKind
from greendistrict.policy import duty_days
from greendistrict.policy.citing import policy_of
from greendistrict.policy.duty_table import duty_kind
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.layers import layers_of
from greendistrict.policy.selectors import setting_label
from greendistrict.workflow.declaration import machines, procedure_named
from greendistrict.workflow.machine import Machine
from portal.frame.menu import menu_sections
from portal.guide.library import Block, GuideReader, seat_page
from portal.guide.samples import forms
from portal.policy.selectors import rule_row

FOLDER = "portal/guide/blocks"
# Seats that do not correspond to a single role, and who holds them. A test checks every seat of every state machine.
SHARED_SEATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "approver": ("authority", "city_officer"),
        "assignee": ("bureau", "preparer", "consultant"),
        "authority_after": ("authority",),
        "city_checker_or_director": ("city_checker", "city_director"),
        "giver": ("preparer",),
        "housing": ("bureau",),
        "pool_keeper": ("secretariat", "city_officer"),
        "proposer": ("city_officer", "city_checker", "city_director"),
        "backfiller": ("preparer",),
        "on_paper": ("preparer",),
        "asker": ("preparer", "bureau", "authority"),
        "asked": ("preparer", "bureau", "authority"),
        "taker": ("preparer", "bureau", "authority"),
        "office_planning": ("bureau", "authority"),
        "office_drawings": ("bureau", "authority"),
        "office_housing_supervision": ("bureau", "authority"),
        "registrar": ("city_officer", "secretariat"),
        "responsible": ("bureau", "authority"),
        "reviewer_to_authority": ("reviewer",),
        "reviewer_to_city": ("reviewer",),
        "second": ("secretariat",),
        "second_verifier": ("verifier", "city_officer"),
        "standards_director": ("city_director",),
        "standards_keeper": ("city_officer",),
        "table_checker": ("authority", "secretariat", "city_officer"),
        "typist": ("secretariat",),
        "coordinator": ("city_officer", "city_checker", "city_director", "city_legal"),
        "reserve_proposer": ("authority", "partner", "city_officer"),
        "reserve_screener": ("city_officer", "city_checker", "city_director", "city_legal"),
        "story_releaser": ("city_officer", "city_checker"),
        "event_organiser": ("city_officer",),
        "event_publisher": ("city_officer", "city_checker"),
        "story_writer": ("authority", "preparer", "city_officer"),
    }
)
SYSTEM = "系统"


def _drawn(name: str, **context: Any) -> SafeString:
    return render_to_string(f"{FOLDER}/{name}.html", context)


def state_steps(machine: Machine) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each state of a machine with the steps that lead out of it, in words; final states have no steps."""
    for state in machine.states:
        if leaving := machine.leaving(state.key):
            steps = [
                {
                    "label": step.label,
                    "who": "、".join(dict.fromkeys(seat.label for seat in step.seats)) or SYSTEM,
                    "target": machine.state(step.target).label,
                    "message": step.message,
                    "notified": procedure_named(machine.name).receivers(step.action, state.key).words,
                    "reason": step.reason_required,
                }
                for step in leaving
            ]
            yield state.label, steps


def _conditions(lines: list[str], reader: GuideReader) -> SafeString:
    """Rules of the policy checked at the named steps; of a step with a clause behind a colon (``decide:八（三）``) those of the clause."""
    policy = policy_of(reader.today)
    named = [word.partition(":") for line in lines for word in line.split()]
    rows = [
        rule_row(policy, rule)
        for step, _, clause in named
        for rule in policy.rules
        if rule.step == PolicyStep(step) and rule.cite.startswith(clause)
    ]
    return _drawn("conditions", rows=rows, policy=policy)


def _materials(lines: list[str], _reader: GuideReader) -> SafeString:
    """Materials checklist of a kind of case."""
    kind = CaseKind(lines[0])
    return _drawn("materials", slots=[(slot, forms().get((kind.value, slot.key))) for slot in slots_of(kind)])


def _form(lines: list[str], _reader: GuideReader) -> SafeString:
    """One form that belongs to no checklist: its owner and its key."""
    kind, key = lines[0].split()
    return _drawn("form", form=forms()[kind, key])


def _parts(lines: list[str], reader: GuideReader) -> SafeString:
    """Parts required by the named rules."""
    policy = policy_of(reader.today)
    rules = [policy.rule(line) for line in lines]
    return _drawn("parts", rows=[(rule, rule.details.get("parts") or rule.details.get("aspects")) for rule in rules])


def _progress(lines: list[str], _reader: GuideReader) -> SafeString:
    """Main steps of a kind of case, as its pages show them."""
    phases, _ = procedure_named(CaseKind(lines[0]).machine_name).bar()
    return _drawn("progress", steps=[ProgressStep(name, "") for name in dict.fromkeys(phases.values())])


def _steps(lines: list[str], _reader: GuideReader) -> SafeString:
    """Every step of the named state machines."""
    found = [procedure_named(name).machine for line in lines for name in line.split()]
    return _drawn("steps", machines=[(machine.title, tuple(state_steps(machine))) for machine in found])


def _terms(lines: list[str], reader: GuideReader) -> SafeString:
    """Duties with their deadlines: key of a duty, or ``key:rule`` of a variant."""
    kinds = map(duty_kind, lines)
    rows = [(layers_of(kind), duty_days.due_words(kind, reader.settings), duty_days.is_default(kind, reader.settings)) for kind in kinds]
    return _drawn("terms", rows=rows)


def _settings(lines: list[str], reader: GuideReader) -> SafeString:
    """Settings with their current values."""
    keys = [word for line in lines for word in line.split()]
    return _drawn("settings", rows=[(setting_label(key), reader.setting(key)) for key in keys])


def _menu(lines: list[str], reader: GuideReader) -> SafeString:
    """Menu entries of a role; links for users who hold it."""
    sections = [
        (
            section.label,
            [
                (entry.label, reverse(entry.url_name) if reader.opens(entry.url_name) else "")
                for entry in section.entries
                if lines[0] in entry.roles
            ],
        )
        for section in menu_sections()
    ]
    return _drawn("menu", sections=[pair for pair in sections if pair[1]])


def _work(lines: list[str], _reader: GuideReader) -> SafeString:
    """Steps that a role takes, by matter."""
    return _drawn("work", rows=[(machine.title, steps) for machine in machines() if (steps := steps_of_role(machine, lines[0]))])


def steps_of_role(machine: Machine, role: str) -> tuple[str, ...]:
    """Labels of the steps of a state machine that the role takes."""
    mine = (step.label for step in machine.transitions if any(role in SHARED_SEATS.get(seat.key, (seat.key,)) for seat in step.seats))
    return tuple(dict.fromkeys(mine))


def _first(lines: list[str], reader: GuideReader) -> SafeString:
    """The first three things to do in a role."""
    page = seat_page(lines[0])
    return _drawn("first", steps=[(step, reverse(step.view) if reader.opens(step.view) else "") for step in page.first] if page else [])


def _contacts(_lines: list[str], reader: GuideReader) -> SafeString:
    """The responsible authority and the support, as entered by the operator."""
    policy = policy_of(reader.today)
    return _drawn("contacts", policy=policy, office=_given(settings.CONTACT_OFFICE), support=_given(settings.CONTACT_SUPPORT))


def _given(rows: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in rows.items() if value]


def _policy(_lines: list[str], reader: GuideReader) -> SafeString:
    """The policy in force: title, number, days."""
    policy = policy_of(reader.today)
    return _drawn("policy", policy=policy, in_force=policy.is_in_force(reader.today))


BLOCKS: Mapping[str, Block] = MappingProxyType(
    {
        "conditions": _conditions,
        "contacts": _contacts,
        "first": _first,
        "form": _form,
        "materials": _materials,
        "menu": _menu,
        "parts": _parts,
        "policy": _policy,
        "progress": _progress,
        "settings": _settings,
        "steps": _steps,
        "terms": _terms,
        "work": _work,
    }
)
