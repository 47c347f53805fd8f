"""Reading a change: what stands against it, which chain decides it, what the pages show."""

from collections.abc import Mapping
from typing import Any

from approvals.changes import change_kind
from approvals.guards.change import ON_PAPER
from approvals.models import Case, Change
from approvals.rules import came_on_paper
from districts.models import District
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.policy.rules import is_directors

REASON_MISSING = Refusal("请写明变更理由", remedy="填写变更内容", field="reason")
NOTHING_FILLED = Refusal("还没有填写变更内容", remedy="填写变更内容")
DECIDING = "审定"


def against_change(change: Change) -> list[Refusal]:
    """What keeps the change from being submitted or decided, as the district stands now."""
    if not change.values:
        return [NOTHING_FILLED]
    district = District.objects.select_related("applicant", "edition").get(pk=change.case.district_id)
    found = [] if change.reason.strip() else [REASON_MISSING]
    return [*found, *change_kind(change.kind).against(district, change.values)]


def chain_of_change(change: Change) -> tuple[str, ...]:
    """Links of the approval: the settings' chain, with 审定 or without it where the kind rests on an action that settings name."""
    chain, director = parameters.load().words("approval_chain.default"), change_kind(change.kind).director
    if isinstance(director, str):
        left = tuple(link for link in chain if link != DECIDING)
        return (*left, DECIDING) if is_directors(director) else left
    return (*chain, DECIDING) if director and DECIDING not in chain else chain


def change_facts(case: Case) -> Mapping[str, Any]:
    """Everything the guards of a change may ask."""
    return {
        "change": against_change(case.change),
        "chain": chain_of_change(case.change),
        "came": ON_PAPER if came_on_paper(case) else "平台",
    }
