"""合理性检查: named rules over the rows of a score table, each with its limit and source. Pure, no database."""

from assessments.plausibility.figures import Figure, figures_of
from assessments.plausibility.inputs import Entry, Facts, File, Found, Limits, RowState, Sheet
from assessments.plausibility.registry import CHEAP, RULES, Rule, check, typed
from assessments.plausibility.relations import Relation, relations_for

__all__ = [
    "CHEAP",
    "RULES",
    "Entry",
    "Facts",
    "Figure",
    "File",
    "Found",
    "Limits",
    "Relation",
    "RowState",
    "Rule",
    "Sheet",
    "check",
    "figures_of",
    "relations_for",
    "typed",
]
