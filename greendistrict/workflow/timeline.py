"""Transition log for display: timelines of objects and actions of a person."""

from collections.abc import Iterable

from django.db import models

from greendistrict.audit.services import subject_of
from greendistrict.core.django_internals import Compiled
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.models import TransitionRecord

# SQL for the figures of the frame, which are kept until the log goes on.
LAST_STEP = "SELECT max(id) FROM workflow_transitionrecord"


def of_subject(obj: models.Model) -> list[TransitionRecord]:
    """Steps of one object, oldest first."""
    return OF_SUBJECT.read(subject_of(obj))


OF_SUBJECT = Compiled(lambda subject: TransitionRecord.objects.filter(subject=subject).order_by("at", "pk"), "subject")


def of_subjects(found: Iterable[models.Model]) -> dict[int, list[TransitionRecord]]:
    """Steps of several objects of one model by primary key, oldest first; one query."""
    keys = {subject_of(obj): obj.pk for obj in found}
    steps: dict[int, list[TransitionRecord]] = {pk: [] for pk in keys.values()}
    for record in TransitionRecord.objects.filter(subject__in=list(keys)).order_by("at", "pk"):
        steps[keys[record.subject]].append(record)
    return steps


def action_label(record: TransitionRecord) -> str:
    """Label of the step; of one that a later release takes from another state, what it is called there."""
    machine = procedure_named(record.machine).machine
    alike = (one for one in machine.transitions if one.action == record.action)
    transition = machine.find(record.action, record.source) or next(alike, None)
    return transition.label if transition else record.action
