"""Explanations given to questions about figures."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from districts.plausibility.comparisons import PlausibilityFinding
from districts.plausibility.models import FigureAnswer
from greendistrict.audit.services import subject_of


def answers_to(row: Model) -> list[FigureAnswer]:
    """Explanations kept with a stored row, in the order of the questions."""
    return answers_by_row([row])[row.pk]


def answers_by_row(rows: Iterable[Model]) -> dict[int, list[FigureAnswer]]:
    """Explanations by primary key of rows of one model; one query, none without rows."""
    subjects = {subject_of(row): row.pk for row in rows}
    answers: dict[int, list[FigureAnswer]] = {pk: [] for pk in subjects.values()}
    if subjects:
        for answer in FigureAnswer.objects.filter(subject__in=subjects).select_related("by"):
            answers[subjects[answer.subject]].append(answer)
    return answers


def answers_about(*found: QuerySet[Any]) -> QuerySet[FigureAnswer]:
    """Explanations of all these rows."""
    chosen = reduce(or_, (Q(subject__in=_subjects(rows)) for rows in found), Q(pk__in=()))
    return FigureAnswer.objects.filter(chosen).select_related("by")


def answered(*found: QuerySet[Any]) -> list[tuple[Any, list[FigureAnswer]]]:
    """Rows with explanations in the order of ``found``; one query, and one more for each kind of row that has some."""
    return answered_by(answers_about(*found), *found)


def answered_by(given: Iterable[FigureAnswer], *found: QuerySet[Any]) -> list[tuple[Any, list[FigureAnswer]]]:
    """Rows with these explanations, in the order of ``found``; one query for each kind of row that has some."""
    answers: dict[str, list[FigureAnswer]] = {}
    for one in given:
        answers.setdefault(one.subject, []).append(one)
    kinds = {subject.partition(":")[0] for subject in answers}
    rows = [row for some in found if some.model._meta.label_lower in kinds for row in some]
    return [(row, answers[subject_of(row)]) for row in rows if subject_of(row) in answers]


def _subjects(rows: QuerySet[Any]) -> QuerySet[Any]:
    subject = Concat(Value(f"{rows.model._meta.label_lower}:"), Cast("pk", CharField()))
    subjects: QuerySet[Any] = rows.order_by().annotate(of_answer=subject).values("of_answer")
    return subjects


def unexplained(answers: Iterable[FigureAnswer], findings: Sequence[PlausibilityFinding]) -> list[PlausibilityFinding]:
    """Findings without an explanation of the figure as it is now."""
    held = {(answer.rule, answer.part, answer.value) for answer in answers}
    return [finding for finding in findings if (finding.rule, finding.part, finding.value[:200]) not in held]
