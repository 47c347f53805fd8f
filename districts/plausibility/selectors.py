"""Explanations given to questions about figures."""

from collections.abc import Iterable, Sequence

from django.db.models import Model

from districts.plausibility.findings import PlausibilityFinding
from districts.plausibility.models import FigureAnswer
from greendistrict.audit.services import subject_of


def answers_to(row: Model) -> list[FigureAnswer]:
    """Explanations kept with a stored row, in the order of the questions."""
    return answers_by_row([row])[row.pk]


def answers_by_row(rows: Iterable[Model]) -> dict[int, list[FigureAnswer]]:
    """Explanations by primary key of rows of one model; one query, none without rows."""
    subjects = {subject_of(row): row.pk for row in rows}
    found: dict[int, list[FigureAnswer]] = {pk: [] for pk in subjects.values()}
    if subjects:
        for one in FigureAnswer.objects.filter(subject__in=subjects).select_related("by"):
            found[subjects[one.subject]].append(one)
    return found


def unexplained(answers: Iterable[FigureAnswer], findings: Sequence[PlausibilityFinding]) -> list[PlausibilityFinding]:
    """Findings without an explanation of the figure as it is now."""
    held = {(one.rule, one.part, one.value) for one in answers}
    return [one for one in findings if (one.rule, one.part, one.value[:200]) not in held]
