"""Save parts of a case outside a step: lock the case and check the version of the page."""

from approvals.cases.models.cases import Case
from greendistrict.accounts.acting import columns
from greendistrict.workflow.procedure import STALE, hold, hold_version


def held(case: Case, version: int | None) -> Case:
    """The locked case. Raises ``Stale`` with the stored data if the page's version is old; requires a transaction."""
    current: Case = hold(case)
    if version is not None:
        hold_version(current, version, STALE)
    return current


def touch(case: Case, *fields: str) -> None:
    """Save the named fields and increment the version."""
    case.version += 1
    case.save(update_fields=columns(case, *fields, "version"))
