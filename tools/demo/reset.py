"""Removes exactly the demo data; audit records are kept."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q

from approvals.cases.models.correspondence import Notice, Objection
from assessments.self_checks.models import SelfCheck
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, PasswordLink, User
from greendistrict.core.models import IssuedFile, PaperCode
from greendistrict.documents.models import Evidence
from greendistrict.notifications.models import Delivery, Notification
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from outreach.exchange.models import EventSignUp
from outreach.opinions.models import PublicOpinion
from portal.data_check.models import DataCheckRun
from portal.open_data.models import DatasetVersion
from portal.open_data.versions import stored_rows
from portal.search.models import SearchName
from reports.closings.models import ClosingEdition, StockRecord, YearClosing
from reports.jobs.models import ExportJob
from reports.matters.notices import KIND as NOTICE

MARK = "is_demo"  # column of open data
Found = dict[type[models.Model], set[int]]
# Rows to which a case's effect refers by key, by the name used in the message.
NAMED_IN_EFFECTS: tuple[tuple[str, type[models.Model]], ...] = (
    ("note", Notification),
    ("delivery", Delivery),
    ("job", ExportJob),
    ("password_link", PasswordLink),
    ("evidence", Evidence),
    ("notice", Notice),
    ("objection", Objection),
    ("opinion", PublicOpinion),
    ("sign_up", EventSignUp),
)


@transaction.atomic
def remove_fiction() -> dict[str, int]:
    """Delete demo districts, people, organisations and all dependent rows; returns rows by table.

    Dependent rows are found by following foreign keys from the demo rows. Constraints stay enabled and are checked at the end.
    """
    found: Found = {
        District: _keys(District.objects.filter(is_demo=True)),
        User: _keys(User.objects.filter(is_demo=True)),
        Organisation: _keys(Organisation.objects.filter(is_demo=True)),
    }
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "is_demo" in names:
            found.setdefault(model, set()).update(_keys(model._base_manager.filter(is_demo=True)))
    _follow(found)
    _papers(found)
    _closings(found)
    _named(found)
    _files(found)
    _made_of_it(found)
    return _delete(found)


def _keys(rows: models.QuerySet[Any]) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def _papers(found: Found) -> None:
    """Add the papers that the portal itself asked for of removed notices, with their files."""
    subjects = [str(key) for key in found.get(Notice, set())]
    found.setdefault(ExportJob, set()).update(_keys(ExportJob.objects.filter(kind=NOTICE, subject__in=subjects)))
    _follow(found)


def _closings(found: Found) -> None:
    """Add closings of years with fictional self-checks that have no real edition, and stock snapshots that contain fictional data."""
    years = SelfCheck.objects.filter(pk__in=found.get(SelfCheck, set())).values("year")
    decided = ClosingEdition.objects.exclude(pk__in=found.get(ClosingEdition, set()))
    found.setdefault(YearClosing, set()).update(_keys(YearClosing.objects.filter(year__in=years).exclude(editions__in=decided)))
    codes = District.objects.filter(pk__in=found[District]).values_list("code", flat=True)
    bodies = Organisation.objects.filter(pk__in=found[Organisation]).values_list("name", flat=True)
    kept = StockRecord.objects.filter(data__has_any_keys=[*codes, *bodies])
    found.setdefault(StockRecord, set()).update(_keys(kept))


def _named(found: Found) -> None:
    """Add steps and effects that refer to removed rows by text instead of a foreign key, such as steps taken by the system."""
    subjects = [f"{model._meta.label_lower}:{key}" for model, keys in found.items() for key in keys]
    steps = TransitionRecord.objects.filter(Q(subject__in=subjects) | Q(scope__in=subjects))
    found.setdefault(TransitionRecord, set()).update(_keys(steps))
    found.setdefault(PaperCode, set()).update(_keys(PaperCode.objects.filter(subject__in=subjects)))
    found.setdefault(IssuedFile, set()).update(_keys(IssuedFile.objects.filter(subject__in=subjects)))
    effects = Q(payload__receiver__in=list(found[User]))
    for name, model in NAMED_IN_EFFECTS:
        effects |= Q(**{f"payload__{name}__in": list(found.get(model, set()))})
    found.setdefault(OutboxMessage, set()).update(_keys(OutboxMessage.objects.filter(effects)))


def _made_of_it(found: Found) -> None:
    """Add what jobs have made of the fiction: versions of open data with a fictional row.

    Names of the search are all found anew, and the data are checked anew: what the last check counted and found is no longer there.
    """
    versions = DatasetVersion.objects.filter(columns__contains=[MARK], content__isnull=False)
    fictional = {one.pk for one in versions if any(row[one.columns.index(MARK)] for row in stored_rows(one))}
    found.setdefault(DatasetVersion, set()).update(fictional)
    SearchName.objects.all().delete()
    DataCheckRun.objects.all().delete()


def _follow(found: Found) -> None:
    """Add rows that refer to rows found, until there are no more."""
    grown = True
    while grown:
        grown = False
        for model in _tables():
            for field in model._meta.concrete_fields:
                target = field.related_model
                if not isinstance(field, models.ForeignKey) or not isinstance(target, type) or target not in found:
                    continue
                keys = _keys(model._base_manager.filter(**{f"{field.name}__in": found[target]}))
                if new := keys - found.setdefault(model, set()):
                    found[model] |= new
                    grown = True


def _tables() -> list[type[models.Model]]:
    """Every table with a single-column key, including many-to-many tables, without the audit record."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.app_label not in {"audit", "contenttypes"} and model not in _partitioned()]


def _partitioned() -> list[type[models.Model]]:
    """Tables with a multi-column key, such as meter readings; nothing refers to their rows."""
    return [model for model in apps.get_models() if isinstance(model._meta.pk, models.CompositePrimaryKey)]


def _files(found: Found) -> None:
    """Files of removed evidence, unless remaining evidence has the same content."""
    removed = found.get(Evidence, set())
    kept = set(Evidence.objects.exclude(pk__in=removed).values_list("file", flat=True))
    for evidence in Evidence.objects.filter(pk__in=removed):
        if evidence.file.name not in kept:
            evidence.file.delete(save=False)


def _below(found: Found) -> Iterator[tuple[type[models.Model], str, set[int]]]:
    """Partitioned tables with the column and the removed rows to which they refer."""
    for model in _partitioned():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type):
                yield model, field.column, found.get(field.related_model, set())


def _delete(found: Found) -> dict[str, int]:
    """Plain deletes, with constraints deferred to the end of the transaction."""
    counts = {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        quoted = connection.ops.quote_name
        for model, column, keys in [*_below(found), *((model, str(model._meta.pk.column), keys) for model, keys in found.items())]:
            if not keys:
                continue
            table = quoted(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table} WHERE {quoted(column)} = ANY(%s)", [list(keys)])  # noqa: S608 -- our own names
            counts[str(model._meta.verbose_name)] = cursor.rowcount
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return counts
