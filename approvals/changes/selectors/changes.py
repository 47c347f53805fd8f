"""Reading changes: refusals, the approval chain, contents of the pages."""

import datetime as dt
from collections.abc import Mapping

from approvals.cases.rules import came_on_paper
from approvals.changes.change_kinds import change_kind
from approvals.changes.guards import ON_PAPER
from approvals.changes.models import Change
from districts.file.models.district import District
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.declaration import Fact

REASON_MISSING = Refusal("请写明变更理由", remedy="填写变更内容", field="reason")
NOTHING_FILLED = Refusal("尚未填写变更内容", remedy="填写变更内容")
DECIDING = "审定"


def against_change(change: Change, on: dt.date) -> list[Refusal]:
    """Refusals of submitting or deciding the change on a day."""
    if not change.values:
        return [NOTHING_FILLED]
    district = District.objects.select_related("applicant", "edition").get(pk=change.case.district_id)
    found = [] if change.reason.strip() else [REASON_MISSING]
    return [*found, *change_kind(change.kind).against(district, change.values, on)]


def chain_of_change(change: Change) -> tuple[str, ...]:
    """Links of the approval chain by the settings; without 审定 where the kind's action does not need it."""
    chain, director = parameters.load().words("approval_chain.default"), change_kind(change.kind).director
    if isinstance(director, str):
        left = tuple(link for link in chain if link != DECIDING)
        return (*left, DECIDING) if is_directors(director) else left
    return (*chain, DECIDING) if director and DECIDING not in chain else chain


CHANGE_FACTS: Mapping[str, Fact] = {
    "change": lambda case, on: against_change(case.change, on),
    "chain": lambda case, _on: chain_of_change(case.change),
    "came": lambda case, _on: ON_PAPER if came_on_paper(case) else "平台",
}
