"""Verdicts as plain data for commands and APIs."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from greendistrict.policy.engine import Verdict, blocking
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.types import Policy

FIELDS = ("rule", "level", "verdict", "required", "found", "remedy", "cite", "standing")


def as_json(policy: Policy, step: PolicyStep | str, on: dt.date, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Verdicts of ``step`` as ``{policy, on, allowed, verdicts: [{rule, level, verdict, required, found, remedy, cite}]}``.

    ``allowed`` depends on the must-rules of ``step`` only; verdicts of other steps may be listed too.
    """
    asked = [verdict for verdict in verdicts if verdict.step == PolicyStep(step)]
    return {
        "policy": policy.code,
        "on": on.isoformat(),
        "allowed": not blocking(asked),
        "verdicts": [{field: str(getattr(verdict, field)) for field in FIELDS} for verdict in verdicts],
    }
