"""Saving parts of a case outside a step: locks the case and checks the version of the page."""

from approvals.cases.models.cases import Case
from greendistrict.accounts.acting import columns
from greendistrict.workflow.procedure import STALE, hold, hold_version


def held(case: Case, version: int | None) -> Case:
    """The case, locked. Raises ``Stale`` with what is stored when the page's version is old; needs a transaction."""
    current: Case = hold(case)
    if version is not None:
        hold_version(current, version, STALE)
    return current


def touch(case: Case, *fields: str) -> None:
    """Save the named fields and count the version up."""
    case.version += 1
    case.save(update_fields=columns(case, *fields, "version"))
