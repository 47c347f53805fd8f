"""Draft letters of the decision on a change."""

import datetime as dt

from approvals.cases.enums import CaseState
from approvals.cases.letters.examination import LetterKind, as_part, contact, reason_of
from approvals.cases.models.cases import Case
from approvals.changes.change_kinds import change_kind
from approvals.changes.kinds import ChangeGroup
from districts.facts.facts import approved_plan_on
from greendistrict.policy import citing
from greendistrict.workflow.letters import Letter

HEADS = ("序号", "内容", "变更前", "变更后")
AT_DECISION = frozenset({CaseState.CHECKING, CaseState.DECIDING})


def _asked(case: Case) -> str:
    return f"{case.district.name}{change_kind(case.change.kind).label}"


def _lines(case: Case) -> tuple[tuple[str, ...], ...]:
    return tuple((f"{number}", one["what"], one["before"], one["after"]) for number, one in enumerate(case.change.lines, start=1))


def _ground(case: Case) -> str:
    """What a change of scope, indicators or star is measured against: the plan, where one had been approved; else no ground is named."""
    kind = case.change.kind
    measured = change_kind(kind).group == ChangeGroup.TARGET and kind != "edition"
    approved = measured and approved_plan_on(case.district, case.decided_on or dt.date.max)
    return "依据经批准的绿色生态专业规划，" if approved else ""


def _agreed(case: Case) -> Letter:
    day = case.decided_on
    return Letter(
        title=f"关于同意{_asked(case)}的复函",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            f"你单位因{as_part(case.change.reason)}提出{_asked(case)}（{case.number}），来文收悉。经研究，函复如下：",
            f"{_ground(case)}同意下列变更，自本复函之日起生效。",
        ),
        heads=HEADS,
        lines=_lines(case),
        closing=(change_kind(case.change.kind).closing,),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


def _refused(case: Case) -> Letter:
    day = case.decided_on
    return Letter(
        title=f"关于不同意{_asked(case)}的复函",
        to=case.applicant.name,
        number=case.decision_number,
        paragraphs=(
            f"你单位提出的{_asked(case)}（{case.number}）来文收悉。",
            f"经研究，{_ground(case)}不同意下列变更。{reason_of(case, 'refuse', 'decline')}",
        ),
        heads=HEADS,
        lines=_lines(case),
        closing=("事由或者依据有变化的，可以再次提出。",),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


LETTERS = (
    LetterKind(
        "agreed", "同意变更的复函", lambda case: case.status in AT_DECISION | {CaseState.APPROVED},
        lambda case: case.status == CaseState.APPROVED, _agreed, ("decide", "approve"),
    ),
    LetterKind(
        "refused", "不同意变更的复函", lambda case: case.status in AT_DECISION | {CaseState.SENT, CaseState.CONSULTING, CaseState.REFUSED},
        lambda case: case.status == CaseState.REFUSED, _refused, ("refuse", "decline"),
    ),
)  # fmt: skip
