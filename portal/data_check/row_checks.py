"""Rows that violate current constraints (choices, check constraints, foreign keys), and constraints missing in the database.

The database enforces most of them, but not for rows older than a constraint (``NOT VALID``), rows inserted while triggers were off, or
after somebody dropped a constraint.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import BooleanField, CheckConstraint, Exists, ExpressionWrapper, OuterRef, Q

from portal.data_check.file_checks import LookedAt
from portal.data_check.findings import DataFault, DataFinding

SHOWN = 5
CONSTRAINTS = "SELECT conname, convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace"


@dataclass(frozen=True)
class RowRule:
    """A rule of a table: ``broken`` is the query of violating rows; ``values`` are expressions to annotate first."""

    kind: DataFault
    name: str
    broken: Q
    values: dict[str, Any]


def rules_of(model: type[models.Model]) -> list[RowRule]:
    """All rules on a row of the table by itself or by the row it refers to."""
    return [*_choices(model), *_references(model), *_conditions(model)]


def _choices(model: type[models.Model]) -> Iterator[RowRule]:
    for field in model._meta.concrete_fields:
        if field.choices and not isinstance(field, models.BooleanField):
            known = [value for value, _ in field.flatchoices]
            known += [""] if field.blank and field.empty_strings_allowed else []
            yield RowRule(
                DataFault.CHOICE,
                str(field.verbose_name),
                Q(**{f"{field.attname}__isnull": False}) & ~Q(**{f"{field.attname}__in": known}),
                {},
            )


def _references(model: type[models.Model]) -> Iterator[RowRule]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            target = field.target_field
            there = Exists(field.related_model._base_manager.filter(**{target.attname: OuterRef(field.attname)}))
            yield RowRule(DataFault.REFERENCE, str(field.verbose_name), Q(**{f"{field.attname}__isnull": False}) & ~Q(there), {})


def _conditions(model: type[models.Model]) -> Iterator[RowRule]:
    """Check conditions; one that is neither true nor false counts as fulfilled, as in PostgreSQL."""
    for number, constraint in enumerate(one for one in model._meta.constraints if isinstance(one, CheckConstraint)):
        condition: Any = constraint.condition
        holds = {f"holds_{number}": ExpressionWrapper(condition, output_field=BooleanField())}
        yield RowRule(DataFault.CONSTRAINT, constraint.name, Q(**{f"holds_{number}": False}), holds)


def rows_keep_their_rules(counted: LookedAt) -> Iterator[DataFinding]:
    """One statement per table; tables with violations are checked rule by rule."""
    for model in apps.get_models():
        rules = rules_of(model)
        if not rules or model._meta.proxy or not model._meta.managed:
            continue
        counted("tables")
        broken, values = Q(), dict[str, Any]()
        for rule in rules:
            broken, values = broken | rule.broken, values | rule.values
        if model._base_manager.annotate(**values).filter(broken).exists():
            for rule in rules:
                rows = model._base_manager.annotate(**rule.values).filter(rule.broken).order_by("pk")
                keys = list(rows.values_list("pk", flat=True)[: SHOWN + 1])
                if keys:
                    listed = "、".join(map(str, keys[:SHOWN])) + ("等" if len(keys) > SHOWN else "")
                    yield DataFinding(rule.kind, f"{model._meta.verbose_name} {model._meta.db_table}：{listed}", rule.name)


def constraints_are_there(_counted: LookedAt) -> Iterator[DataFinding]:
    """Check constraints of the models that are missing in the database or were not validated for all rows."""
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS)
        known = dict(cursor.fetchall())
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint) and constraint.name not in known:
                yield DataFinding(DataFault.NO_CONSTRAINT, model._meta.db_table, constraint.name)
    yield from (DataFinding(DataFault.NO_CONSTRAINT, name, "NOT VALID") for name, valid in sorted(known.items()) if not valid)
