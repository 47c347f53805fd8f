"""Pure scoring of score tables: exact decimals, half up, no database. See ``engine`` for the arithmetic."""

from indicators.scoring.engine import ChapterResult, ItemResult, RatedTable, Result, aggregate, rate, score
from indicators.scoring.numbers import figure, plain
from indicators.scoring.prepare import ChapterRules, EditionRules, Item, StarLine, Table, prepare
from indicators.scoring.raters import exact
from indicators.scoring.refusals import EditionIncomplete, ScoringRefused, ValueProblem
from indicators.scoring.values import check_points, check_value, valid_points

__all__ = [
    "ChapterResult",
    "ChapterRules",
    "EditionIncomplete",
    "EditionRules",
    "Item",
    "ItemResult",
    "RatedTable",
    "Result",
    "ScoringRefused",
    "StarLine",
    "Table",
    "ValueProblem",
    "aggregate",
    "check_points",
    "check_value",
    "exact",
    "figure",
    "plain",
    "prepare",
    "rate",
    "score",
    "valid_points",
]
