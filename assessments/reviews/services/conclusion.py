"""Conclude a review: score the settled points once, freeze them, and advance the matter that was reviewed."""

from typing import Any

from assessments.common.enums import Conclusion
from assessments.reviews.enums import MemberState
from assessments.reviews.models import Review
from assessments.reviews.selectors.facts import judges_star
from assessments.reviews.selectors.pool import MeetingScores, findings_of
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.declaration import Values
from indicators.scoring.numbers import figure


def concluded(review: Review, _by: User | None, values: Values) -> dict[str, Any]:
    """Conclusion, star and result as stored with the state.

    ``result`` keeps the scored result (figures as text), and per item what was settled and how.
    """
    passes = values["conclusion"] in {Conclusion.PASSED, Conclusion.PASSED_AFTER}
    return {
        "conclusion": values["conclusion"],
        "star": values["star"] if passes and judges_star(review) else None,
        "star_reason": values["star_reason"].strip() if passes else "",
        "result": _result(review, findings_of(review)),
        "concluded_at": clock.now(),
    }


def _result(review: Review, findings: MeetingScores) -> dict[str, Any]:
    if findings.result is None:
        return {}
    disputed = {point.claim.item_id for point in findings.points}
    settled = {
        key: {
            "points": figure(outcome.points),
            "holds": outcome.holds,
            "excluded": outcome.excluded,
            "how": "agreed" if key in findings.agreed else "rule" if key in disputed else "readers",
        }
        for key, outcome in findings.outcomes.items()
    }
    votes = {str(member.number): member.vote for member in review.members.filter(state=MemberState.ACCEPTED).exclude(vote="")}
    return {**findings.result.as_json(), "settled": settled, "votes": votes}
