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


def unexplained(row: Model, findings: Sequence[PlausibilityFinding]) -> list[PlausibilityFinding]:
    """Findings without an explanation of the figure as it is now; a row that is not stored yet has none."""
    held = _held(row) if row.pk and findings else set()
    return [one for one in findings if (one.rule, one.part, one.value[:200]) not in held]


def _held(row: Model) -> set[tuple[str, str, str]]:
    return set(FigureAnswer.objects.filter(subject=subject_of(row)).values_list("rule", "part", "value"))
