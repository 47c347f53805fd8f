"""Validates the check constraints of a row in one query; Django runs one query and savepoint per constraint."""

from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import CheckConstraint, Model

from greendistrict.core.django_internals import passes


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
        passes(row, model, [one.condition for one in constraints if isinstance(one, CheckConstraint)], using)
        for model, constraints in row.get_constraints()
    )
