"""合理性检查: named rules over the rows of a score table, each with its limit and source. Pure, no database."""

from assessments.plausibility.figures import figures_of
from assessments.plausibility.inputs import (
    DistrictFacts,
    ProofFile,
    RowInput,
    RowState,
    TableInput,
)
from assessments.plausibility.registry import CHEAP, RULES, PlausibilityRule, check, typed
from assessments.plausibility.relations import Relation, relations_for

__all__ = [
    "CHEAP",
    "RULES",
    "DistrictFacts",
    "PlausibilityRule",
    "ProofFile",
    "Relation",
    "RowInput",
    "RowState",
    "TableInput",
    "check",
    "figures_of",
    "relations_for",
    "typed",
]
