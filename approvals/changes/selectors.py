"""What the pages of changes read."""

import datetime as dt
from collections.abc import Mapping

from approvals.cases.rules import came_on_paper
from approvals.changes.change_kinds import change_kind
from approvals.changes.lifecycle import ON_PAPER
from approvals.changes.models import Change
from assessments.common.enums import Purpose
from assessments.tables.models import ScoreTable
from districts.common.enums import Stage, Star
from districts.facts.facts import district_facts
from districts.file.models.district import District
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.policy.engine import NoPolicyInForce, evaluate
from greendistrict.policy.enums import Outcome, PolicyStep, RuleLevel
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.declaration import Fact

# Reading changes: refusals, the approval chain, contents of the pages.

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


# State of a district in words (target, edition, next gates, last scores), compared before and after a change.

NEXT = {Stage.PILOT: (PolicyStep.REQUEST,)}
Snapshot = dict[str, str]


def standing_of(district: District, on: dt.date) -> Snapshot:
    """Aspect → state in words; same keys in the same order for one district."""
    words = {"目标星级": _star(district.target_star), "适用标准版本": district.edition.title if district.edition else "未定"}
    return {**words, **_gates(district, on), **_scores(district)}


def _gates(district: District, on: dt.date) -> Snapshot:
    try:
        policy = policy_in_force(on)
    except NoPolicyInForce:
        return {}
    facts = Facts(district_facts(district, on))
    asked = [verdict for step in NEXT.get(Stage(district.stage), (PolicyStep.FILE,)) for verdict in evaluate(policy, step, facts, on)]
    return {
        f"{verdict.title}（{verdict.cite}）": f"{verdict.found}，{verdict.verdict.label}"
        for verdict in asked
        if verdict.level in {RuleLevel.MUST, RuleLevel.SHOULD} and verdict.verdict != Outcome.NOT_APPLICABLE
    }


def newest_table(district: District) -> ScoreTable | None:
    """The table submitted last, whatever for; None before the first submission."""
    rows = ScoreTable.objects.filter(district=district, submitted_at__isnull=False).select_related("district", "edition", "planned")
    return rows.order_by("-submitted_at", "-pk").first()


def _scores(district: District) -> Snapshot:
    """Newest submitted table of each purpose: total, star reached, and whether it meets the target."""
    scores: Snapshot = {}
    rows = ScoreTable.objects.filter(district=district, submitted_at__isnull=False).order_by("purpose", "-submitted_at")
    for table in rows.distinct("purpose"):
        level, total = (table.result or {}).get("level"), (table.result or {}).get("total", "")
        reached = int(level.removeprefix("star")) if level else None
        if district.target_star:
            reach = "达到目标星级" if reached and reached >= district.target_star else "未达到目标星级"
        else:
            reach = "未定目标星级"
        scores[f"最近评分（{Purpose(table.purpose).label}）"] = f"{total}分，{_star(reached) if reached else '未达星级'}，{reach}"
    return scores


def _star(star: int | None) -> str:
    return str(Star(star).label) if star else "未定"
