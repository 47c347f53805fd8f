"""Who checks assessments that were recorded from paper."""

from approvals.cases.rules import is_city
from approvals.losses.models import RecordedAssessment
from greendistrict.accounts.models import User


def may_check_recorded(user: User, assessment: RecordedAssessment) -> bool:
    """Anybody of the city but the person who recorded the assessment, until it is checked or sent back."""
    waits = assessment.checked_at is None and assessment.returned_at is None
    return waits and is_city(user) and assessment.recorded_by_id != user.pk
