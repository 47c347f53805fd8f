"""Files in quarantine cannot be submitted: a guard of every step by which one side passes an object on to the next.

Files of an object are those it owns and those linked by its rows, found through foreign keys of all models, so that links added by apps
on higher layers are included without being named here.
"""

from collections.abc import Iterable
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, Model, OneToOneField, Q, QuerySet

from greendistrict.audit.services import subject_of
from greendistrict.core.errors import Refusal
from greendistrict.documents.enums import QUARANTINED, ScanState
from greendistrict.documents.models import Evidence
from greendistrict.workflow.machine import Question, Transition

HANDING_IN = frozenset({
    "answer", "enter_answer", "enter_send_up", "enter_sign", "file", "hand_up", "reply", "report", "report_mended", "resubmit",
    "send_up", "sign", "sign_for_countersign", "state", "submit",
})  # fmt: skip
LONGEST_WAY = 3  # number of foreign keys from a row that links a file to the object
MANY = 5


def quarantined_files(transition: Transition, question: Question) -> Iterable[Refusal]:
    """Refuse to submit an object with a file that was not scanned or contains a virus. One query if nothing is in quarantine.

    An offered step is not checked if no scanner is configured; a step being taken always is.
    """
    is_asked = question.typed or settings.CLAMD
    if transition.action not in HANDING_IN or not is_asked or not quarantine_is_used():
        return
    for file in files_of(question.obj).filter(scan__in=QUARANTINED).order_by("pk")[:MANY]:
        remedy = "查完即可提交，请稍候" if file.scan == ScanState.WAITING else "换成无毒的文件，或从办件中取下"
        words = "正在查毒" if file.scan == ScanState.WAITING else f"中发现病毒（{file.virus}）"
        yield Refusal(f"材料“{file.printed_title}”{words}，不能提交", remedy=remedy)


def quarantine_is_used() -> bool:
    """Whether any file is in quarantine."""
    return Evidence.objects.filter(scan__in=QUARANTINED).exists()


def files_of(obj: Model) -> QuerySet[Evidence]:
    """Files owned or linked by an object, or by objects that belong to it one to one (such as its score table)."""
    fields = [field for field in obj._meta.fields if isinstance(field, OneToOneField) and field.related_model is not Evidence]
    parts: list[Model] = [obj, *(part for field in fields if (part := getattr(obj, field.name)) is not None)]
    found = Q(owner__in=[subject_of(part) for part in parts])
    for part in parts:
        for model, column, way in _links(type(part)):
            found |= Q(pk__in=model._base_manager.filter(**{way: part.pk}).values(column))
    return Evidence.objects.filter(found)


@cache
def _links(target: type[Model]) -> tuple[tuple[type[Model], str, str], ...]:
    """Models with a foreign key to a file, and the path of foreign keys from each to ``target``."""
    found = []
    for model in apps.get_models():
        columns = [field for field in model._meta.fields if isinstance(field, ForeignKey) and field.related_model is Evidence]
        if columns and model is not Evidence and (way := _way(model, target)):
            found += [(model, column.attname, way) for column in columns]
    return tuple(found)


def _way(model: type[Model], target: type[Model]) -> str:
    """Shortest path of foreign keys as a lookup; empty if there is none."""
    if model is target:
        return "pk"
    reached: list[tuple[type[Model], tuple[str, ...]]] = [(model, ())]
    for _ in range(LONGEST_WAY):
        further = []
        for at, way in reached:
            for field in at._meta.fields:
                if isinstance(field, ForeignKey) and field.related_model is not Evidence:
                    if field.related_model is target:
                        return "__".join([*way, field.name])
                    further.append((field.related_model, (*way, field.name)))
        reached = further
    return ""
