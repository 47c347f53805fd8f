"""合理性检查: named rules over the rows of a score table, each with its limit and source. Pure, no database."""

from assessments.plausibility.cross_row_rules import Relation, relations_for
from assessments.plausibility.registry import CHEAP, RULES, PlausibilityRule, check, typed
from assessments.plausibility.row_rules import DistrictFacts, ProofFile, RowInput, RowState, TableInput, figures_of

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
