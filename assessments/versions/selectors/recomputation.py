"""Recalculation of a frozen version's score from frozen data."""

from collections.abc import Mapping
from typing import Any

from assessments.common.enums import BuildState
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import score
from indicators.scoring.refusals import ScoringRefused, ValueProblem


def score_again(edition: Edition, content: Mapping[str, Any]) -> Any:
    """Score the frozen rows from frozen data only; None if they have no score."""
    left = {**content["exclusions"], **content["absent"]}
    begun = [row for row in content["rows"] if not (content["building"] and row["build_state"] == BuildState.NOT_STARTED)]
    values = {row["item_id"]: row["value"] for row in begun if row["value"] is not None and row["item_id"] not in left}
    try:
        found = score(rules_for(edition), content["type"], content["stage"], values, content["exclusions"], content["absent"])
    except (ScoringRefused, ValueProblem):
        return None
    return found.as_json()
