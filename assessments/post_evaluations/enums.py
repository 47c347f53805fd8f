"""States of post evaluations."""

from enum import StrEnum


class PostEvaluationState(StrEnum):
    """States of a post-evaluation."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
    CHECKING = "checking"
    DECIDING = "deciding"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


CONCLUDED = (PostEvaluationState.QUALIFIED, PostEvaluationState.UNQUALIFIED)
UNFILED = (PostEvaluationState.DRAFT, PostEvaluationState.SIGNING)
