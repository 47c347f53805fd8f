"""Nothing in quarantine is handed in: a guard of every step by which one side gives a matter to the next.

Files of a matter are those that it owns and those that its rows link, found by the foreign keys of the models, so that a new link of a
higher app is known without being named here.
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
LONGEST_WAY = 3  # from a row that links a file to the matter
MANY = 5


def quarantined_files(transition: Transition, question: Question) -> Iterable[Refusal]:
    """Refuse to hand in a matter with a file that was not scanned or carries a virus. One query where nothing is in quarantine.

    A step that is only offered is not asked about where there is no scanner; one that is taken always is.
    """
    is_asked = question.typed if not settings.CLAMD else question.facts is not None
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
    """Files that a matter, or what belongs to it one to one (its score table), owns or links."""
    parts = [obj, *_parts(obj)]
    found = Q(owner__in=[subject_of(part) for part in parts])
    for part in parts:
        for model, column, way in _links(type(part)):
            found |= Q(pk__in=model._base_manager.filter(**{way: part.pk}).values(column))
    return Evidence.objects.filter(found)


def _parts(obj: Model) -> list[Model]:
    fields = [field for field in obj._meta.fields if isinstance(field, OneToOneField) and field.related_model is not Evidence]
    return [part for field in fields if (part := getattr(obj, field.name)) is not None]


@cache
def _links(target: type[Model]) -> tuple[tuple[type[Model], str, str], ...]:
    """Models with a column that names a file, and the way of foreign keys from each to ``target``."""
    found = []
    for model in apps.get_models():
        columns = [field for field in model._meta.fields if isinstance(field, ForeignKey) and field.related_model is Evidence]
        if columns and model is not Evidence and (way := _way(model, target)):
            found += [(model, column.attname, way) for column in columns]
    return tuple(found)


def _way(model: type[Model], target: type[Model]) -> str:
    """The shortest way of foreign keys, as a lookup; empty where there is none."""
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
