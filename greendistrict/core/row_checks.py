"""Validates the check constraints of a row in one query; Django runs one query and savepoint per constraint."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import DatabaseError, connections, router, transaction
from django.db.models import BooleanField, CheckConstraint, Model, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE


def all_hold(row: Model) -> bool:
    """Whether ``full_clean`` would find no errors in the row; error messages are not computed."""
    using = router.db_for_write(type(row), instance=row)
    try:
        row.full_clean(validate_constraints=False)
        for model, constraints in row.get_constraints():
            for constraint in constraints:
                if not isinstance(constraint, CheckConstraint):
                    constraint.validate(model, row, using=using)
    except ValidationError:
        return False
    return all(
        _passes(row, model, [one.condition for one in constraints if isinstance(one, CheckConstraint)], using)
        for model, constraints in row.get_constraints()
    )


def _passes(row: Any, model: Any, conditions: Sequence[Any], using: str) -> bool:
    """Whether no check of the model is false; like in a table, NULL counts as passed."""
    if not conditions:
        return True
    together, connection = Q(*conditions), connections[using]
    named = {reference[0] for reference in model._get_expr_references(together)}  # noqa: SLF001 -- as Django's own checks do
    query: Any = Query(None)
    for name, value in row._get_field_expression_map(meta=model._meta).items():  # noqa: SLF001 -- as above
        if name in named:
            query.add_annotation(value, name, select=False)
    query.add_annotation(Value(1), "_check")
    try:
        query.add_q(Q(Coalesce(together, True, output_field=BooleanField())))
        with transaction.atomic(using=using) if connection.in_atomic_block else nullcontext():
            return query.get_compiler(using=using).execute_sql(SINGLE) is not None
    except (FieldError, DatabaseError):  # fall back to Django, which evaluates the checks one by one
        return False
