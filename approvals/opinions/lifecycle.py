"""State machine of a panel opinion on a case."""

from approvals.cases.enums import CaseState
from approvals.opinions.models import ReviewOpinion
from assessments.opinions.lifecycle import opinion_machine

GONE = frozenset({CaseState.REFUSED, CaseState.FAILED, CaseState.WITHDRAWN, CaseState.DISCARDED})
OPINION = opinion_machine(
    "review_opinion",
    "评审意见条目",
    ReviewOpinion,
    ended=GONE,
    over="办件已办结，评审意见不再办理",
    closing="须修改的意见全部销号后才能审定同意授予称号",
)
