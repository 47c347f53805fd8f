"""Progress of a case: step bar, timeline with days used, chain of city posts; what the next stage still needs."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from approvals.acceptances.facts import acceptance_policy_facts
from approvals.applications.facts import policy_facts
from approvals.cases.disclosure import is_between_offices, seen_outside
from approvals.cases.enums import IN_FAVOUR, UNSIGNED, CaseState
from approvals.cases.facts import NOTICE_STAGE
from approvals.cases.lifecycle import machine_of, state_of
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.selectors.cases import turn_of
from approvals.changes.selectors import chain_of_change
from approvals.common.enums import CaseKind
from districts.common.enums import Stage
from districts.facts.facts import district_facts
from districts.file.models.district import District
from greendistrict.accounts.acting import named
from greendistrict.core import clock, workdays
from greendistrict.policy import parameters
from greendistrict.policy.engine import StepVerdicts, overview
from greendistrict.policy.enums import ACCEPTANCE, APPLICATION, PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.types import Policy
from greendistrict.workflow import timeline
from greendistrict.workflow.declaration import procedure_of
from greendistrict.workflow.machine import State
from greendistrict.workflow.models import TransitionRecord

# The progress of an open application decides which steps are checked; before submission only the steps of filing.
REACHED: Mapping[str, PolicyStep] = {
    **dict.fromkeys(UNSIGNED, PolicyStep.FILE),
    CaseState.ENDORSING: PolicyStep.ENDORSE,
    **dict.fromkeys((CaseState.SENT, CaseState.CORRECTING, CaseState.ACCEPTED), PolicyStep.ACCEPT),
}


def open_case(cases: QuerySet[Case], district: District, stage: str) -> Case | None:
    """The open case among ``cases`` with which a district in this stage applies for the next title, or None."""
    return open_cases(cases, {district.pk: stage}).get(district.pk)


def open_cases(cases: QuerySet[Case], stages: Mapping[int, str]) -> dict[int, Case]:
    """For each district (by id) the newest open case among ``cases`` applying for its next title, by its stage; one query."""
    wanted = {key: CaseKind.ACCEPTANCE if stage == Stage.PILOT else CaseKind.APPLICATION for key, stage in stages.items()}
    found = cases.filter(district__in=wanted, kind__in=set(wanted.values())).exclude(status__in=CLOSED_STATES)
    rows = found.select_related("district", "review", "table").order_by("created_at", "pk")
    return {row.district_id: row for row in rows if row.kind == wanted[row.district_id]}


def checked_steps(policy: Policy, district: District, stage: str, case: Case | None, on: dt.date) -> list[StepVerdicts]:
    """Verdicts by step: for 示范 if the district is a pilot, otherwise for 试点."""
    if stage == Stage.PILOT:
        return overview(policy, _facts(case, district, on), on, PolicyStep.REQUEST, ACCEPTANCE)
    upto = REACHED.get(case.status, PolicyStep.GRANT) if case else PolicyStep.FILE
    return overview(policy, _facts(case, district, on), on, upto, APPLICATION)


def _facts(case: Case | None, district: District, on: dt.date) -> Facts:
    if case is None:
        return Facts(district_facts(district, on))
    return acceptance_policy_facts(case, on) if case.kind == CaseKind.ACCEPTANCE else policy_facts(case, on)


NOTICE, DECISION = "公示", "审定"  # phases that the settings may leave out
SHORT = {"审核": "审核决定"}  # of a change that is decided without 审定
CHECK = "审核"
CHAIN = {"经办": ("city_officer",), CHECK: ("city_checker", "city_legal"), DECISION: ("city_director",)}  # link → whose turn it is
CITY = "市住房城乡建设管理委"


@dataclass(frozen=True)
class ProgressStep:
    """One step of the progress bar (``components/steps.html``)."""

    name: str
    state: str
    note: str = ""


def steps_of(case: Case, records: list[TransitionRecord], *, outside: bool = False) -> list[ProgressStep]:
    """Steps of the bar with the day each ended; steps that the settings omit are left out."""
    settings = parameters.load()
    phases, ends = procedure_of(case).bar(outside=outside)
    names, left_out = list(dict.fromkeys(phases.values())), _left_out(case, settings)
    current = names.index(phases[case.status]) if case.status in phases else len(names)
    shown = [name for name in names if name not in left_out]
    now = next((shown.index(name) for name in names[current:] if name in shown), None)
    ended = {ends[record.action]: record.at for record in records if record.action in ends}
    renamed = SHORT if DECISION in left_out else {}
    steps = []
    for index, name in enumerate(shown):
        is_done = name in ended and (now is None or index < now)
        state = "now" if index == now else "done" if is_done else ""
        note = _note(case, outside=outside) if index == now else _planned(name, settings)
        steps.append(ProgressStep(renamed.get(name, name), state, _short(ended[name]) if is_done else note))
    return steps


def _left_out(case: Case, settings: parameters.Parameters) -> set[str]:
    """Phases without a step of their own: no notice is wanted, or a change is decided without 审定."""
    if stage := NOTICE_STAGE.get(CaseKind(case.kind)):
        wanted = settings.flag("publicity.on") and stage in settings.words("publicity.stages")
        return set() if wanted or case.notices.exists() else {NOTICE}
    return {DECISION} if case.kind == CaseKind.CHANGE and DECISION not in chain_of_change(case.change) else set()


def _note(case: Case, *, outside: bool) -> str:
    return (seen_outside(case, state_of(case)) if outside else state_of(case)).label


def _planned(name: str, settings: parameters.Parameters) -> str:
    return f"{settings.integer('publicity.days')}个工作日{parameters.default_mark('publicity.days')}" if name == NOTICE else ""


def _short(moment: dt.datetime) -> str:
    day = moment.astimezone(clock.SHANGHAI)
    return f"{day.month}月{day.day}日"


def timeline_of(case: Case, records: list[TransitionRecord], today: dt.date, *, outside: bool) -> list[dict[str, Any]]:
    """Entries of ``components/timeline.html`` from the log, newest first, each with the working days since the previous step.

    ``outside``: people of the city are shown by post only, and steps between city offices are omitted.
    """
    calendar = workdays.current()
    shown = not (outside and case.kind == CaseKind.LOSS)
    opened = {"at": case.created_at, "title": f"建立{case.get_kind_display()}", "who": named(case, "created_by")}
    before = case.created_at
    entries: list[dict[str, Any]] = [opened] if shown else []
    for record in records:
        if outside and is_between_offices(record.source, record.target, record.machine):
            continue
        days = calendar.between(_day(before), _day(record.at))
        who = _who(record, outside=outside)
        note = (
            f"{_state_words(case, machine_of(case).state(record.target), outside=outside)}{f'，{record.reason}' if record.reason else ''}"
        )
        used = f"用{days}个工作日" if days > 0 else ""
        entries.append({"at": record.at, "title": timeline.action_label(record), "who": who, "note": note, "used": used})
        before = record.at
    if not state_of(case).final:
        days = calendar.between(_day(before), today)
        used = f"第{days}个工作日" if days > 0 else ""
        title = _state_words(case, state_of(case), outside=outside)
        entries.append({"at": f"{_short(before)}起", "title": title, "used": used, "state": "now"})
    return entries[::-1]


def awaited_of(
    case: Case, steps: list[ProgressStep], records: list[TransitionRecord], today: dt.date, *, outside: bool
) -> dict[str, Any] | None:
    """Who has to act, since when, for how many working days, and what follows; None once the case is closed.

    ``outside``: all offices of the city are shown as one, and what moved only between them began with the step before. Nobody is waited for
    in 陈述申辩, which is a right.
    """
    if state_of(case).final:
        return None
    keys, parties = () if case.status == CaseState.HEARING else turn_of(case), procedure_of(case).parties
    if outside:
        records = [record for record in records if not is_between_offices(record.source, record.target, record.machine)]
    if outside and any(key.startswith("city") or key == "secretariat" for key in keys):
        who = CITY
    else:
        who = "、".join(dict.fromkeys(parties[key].label for key in keys if key in parties))
    since = records[-1].at if records else case.created_at
    names, states = [step.name for step in steps], [step.state for step in steps]
    after = states.index("now") + 1 if "now" in states else len(names)
    days = workdays.current().between(_day(since), today)
    return {"who": who, "since": since, "days": days, "after": names[after] if after < len(names) else ""}


def _state_words(case: Case, state: State, *, outside: bool) -> str:
    if outside and case.kind == CaseKind.LOSS:
        return seen_outside(case, state).label
    return state.public if outside and state.inside else state.label


def _who(record: TransitionRecord, *, outside: bool) -> str:
    if record.actor_id is None:
        return "平台按评审结论转入"
    if outside and record.seat.startswith(("市级", "评审")):
        return record.seat
    return f"{record.actor_name}（{record.seat}）"


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def chain_of(case: Case) -> list[dict[str, str]]:
    """经办 → 审核 → 审定 from receipt on; 审核 only if the settings contain it or the case is in that state."""
    turn = procedure_of(case).turn_in(case.status)
    is_decided = case.status in IN_FAVOUR | {CaseState.FAILED, CaseState.APPROVED}
    reached = len(CHAIN) if is_decided else next((index for index, keys in enumerate(CHAIN.values()) if set(keys) & set(turn)), 0)
    states = ["done" if index < reached else "now" if index == reached else "" for index in range(len(CHAIN))]
    left = set() if case.status == CaseState.CHECKING else {CHECK} - set(parameters.load().words("approval_chain.default"))
    return [{"name": name, "who": "", "state": state} for name, state in zip(CHAIN, states, strict=True) if name not in left]
