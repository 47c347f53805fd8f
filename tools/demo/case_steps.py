"""Steps of cases in the demo story."""

from typing import Any

from approvals.cases.models.cases import Case
from greendistrict.accounts.models import User
from greendistrict.workflow.procedure import take


def step(action: str, *, case: Case, by: User, reason: str = "", **values: Any) -> Case:
    """Take a step with the values of its form; returns the updated case."""
    stored = Case.objects.get(pk=case.pk)
    take(obj=stored, action=action, by=by, version=stored.version, values=values, reason=reason)
    return stored
