"""Facts for the steps of a plot's control table: indicator values, checks at completion, opinions. Read-only."""

from collections.abc import Iterable
from typing import Any

from districts.common.enums import OpinionPurpose
from districts.land.green_indicators import ASKS_NOTHING, design_departments, indicators, is_worse, shortfalls
from districts.plots.check_matrix import objecting
from districts.plots.models import OpinionResult, PlotCheck, PlotIndicator, PlotOpinion


def value_facts(rows: Iterable[PlotIndicator], checks: Iterable[PlotCheck]) -> dict[str, Any]:
    """Required indicators without designed or built value, shortfalls as text, and departments that found 不符合 at completion.

    ``required`` counts every stated requirement; one that demands nothing (否, 无) needs no designed or built value.
    """
    known = indicators()
    stated = sorted((row for row in rows if row.required and row.key in known), key=lambda row: list(known).index(row.key))
    asked = [row for row in stated if row.required not in ASKS_NOTHING]
    return {
        "required": len(stated),
        "undesigned": [known[row.key].name for row in asked if not row.designed],
        "unbuilt": [known[row.key].name for row in asked if not row.built],
        "short": [found.text for found in shortfalls((row.key, row.required, row.built) for row in asked)],
        "objecting": objecting(checks),
        "designed_short": [found.text for found in shortfalls((row.key, row.required, row.designed) for row in asked if not _agreed(row))],
    }


def _agreed(row: PlotIndicator) -> bool:
    """Whether who asked for a value agreed to a design like this one or worse."""
    return bool(row.excepted and row.designed) and is_worse(indicators()[row.key], row.designed, row.excepted) is False


def opinion_facts(opinions: Iterable[PlotOpinion]) -> dict[str, list[str]]:
    """七（二）2: required departments without an answer, and departments that object; the newest answer counts."""
    must, _ = design_departments()
    newest: dict[str, PlotOpinion] = {}
    for opinion in sorted(opinions, key=lambda opinion: (opinion.asked_on, opinion.pk)):
        if opinion.purpose == OpinionPurpose.DESIGN:
            newest[opinion.department] = opinion
    answered = {name for name, opinion in newest.items() if opinion.answered_on}
    waiting = [name for name, opinion in newest.items() if opinion.mandatory and not opinion.answered_on and name not in must]
    return {
        "opinions_missing": [*(name for name in must if name not in answered), *waiting],
        "opinions_against": [name for name, opinion in newest.items() if opinion.result == OpinionResult.OBJECTED],
    }
