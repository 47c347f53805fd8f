"""Facts for the steps of a plot's control table: requirements met, checks at completion, opinions received. Reads only."""

from collections.abc import Iterable
from typing import Any

from districts.common.enums import OpinionPurpose, OpinionResult
from districts.land.green_indicators import ASKS_NOTHING, design_departments, indicators, shortfalls
from districts.plots.check_matrix import objecting
from districts.plots.models import PlotCheck, PlotIndicator, PlotOpinion


def value_facts(rows: Iterable[PlotIndicator], checks: Iterable[PlotCheck]) -> dict[str, Any]:
    """Names of required indicators without designed or built value, the shortfalls in words, who found 不符合 at completion.

    ``required`` counts every stated requirement; one that asks for nothing (否, 无) wants no value of the building.
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
        "designed_short": [found.text for found in shortfalls((row.key, row.required, row.designed) for row in asked)],
    }


def opinion_facts(opinions: Iterable[PlotOpinion]) -> dict[str, list[str]]:
    """七（二）2: must-departments without an answer, departments whose last answer objects. Asked again, the newest answer counts."""
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
