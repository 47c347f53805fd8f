"""Rows whose key stands once however it is written: the constraint, the model, and the step that marks rows of before.

Apart from ``folded_keys``, which programs without models load as well.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Model, Q, QuerySet, UniqueConstraint

from greendistrict.core.folded_keys import ALIKE, Folded, folded, later_alike, visible


class OnceFolded(UniqueConstraint):
    """A key stands once among the rows that share the fields ``within``, however it is written, but for those marked as look-alikes.

    The database leaves marked rows out; a new or changed key is compared with them as well, and one that stands is not compared again.
    Its error names the other key and stands at the key's field, in forms and services alike.
    """

    def __init__(self, *, key: str, within: Sequence[str] = (), name: str, **plain: Any) -> None:
        self.key, self.within = key, tuple(within)
        plain = {"condition": Q(looks_like_another=False), "violation_error_message": f"已有{ALIKE}", **plain}
        super().__init__(*self.within, Folded(key), name=name, **plain)

    def deconstruct(self) -> Any:
        """A plain constraint; migrations record what is stored."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.UniqueConstraint", args, kwargs

    def clone(self) -> "OnceFolded":
        """Copy that keeps the key, and all that is recorded of a plain one but its expressions, which follow from the key."""
        _, _, kwargs = self.deconstruct()
        return OnceFolded(key=self.key, within=self.within, **kwargs)

    def validate(self, model: type[Model], instance: Model, exclude: Collection[str] | None = None, using: str = "default") -> None:
        """Raises ``ValidationError`` at the key, unless a form does not ask for it or the row bears it already."""
        del using
        if self.key in (exclude or ()):
            return
        typed, alike = getattr(instance, self.key), self.alike(model, instance)
        if alike and alike != typed and not self._stands(model, instance):
            raise ValidationError({self.key: f"已有“{alike}”，与“{typed}”{ALIKE}"})

    def alike(self, model: type[Model], row: Model, *, counted: Q | None = None) -> str:
        """The key of another row, of all or of those ``counted``, that is written like this one; empty if there is none."""
        if not folded(getattr(row, self.key)):
            return ""
        found = self._written_like(model, row).filter(counted or Q()).exclude(pk=row.pk)
        return str(found.order_by("pk").values_list(self.key, flat=True).first() or "")

    def _stands(self, model: type[Model], row: Model) -> bool:
        """Whether the row is stored with this key, in any spelling, among the same rows."""
        return self._written_like(model, row).filter(pk=row.pk).exists()

    def _written_like(self, model: type[Model], row: Model) -> "QuerySet[Any, Any]":
        among = {name: getattr(row, getattr(model._meta.get_field(name), "attname", name)) for name in self.within}
        rows: QuerySet[Any, Any] = model._base_manager.filter(**among).annotate(fold=Folded(self.key))
        return rows.filter(fold=folded(getattr(row, self.key)))


class FoldedKeyModel(Model):
    """Rows whose key stands once however it is written; ``looks_like_another`` marks those of before, until the key is changed."""

    looks_like_another = BooleanField("与别的只是写法不同", default=False, db_default=False, editable=False)

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Drop what nobody sees of the keys before validation."""
        self._show_keys()
        super().clean_fields(exclude=exclude)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keys without what nobody sees; a mark goes once its row is like no other, with the key if only some fields are written."""
        self._show_keys()
        written = None if update_fields is None else set(update_fields)
        if vars(self).get("looks_like_another") and self._is_apart(written):
            self.looks_like_another = False
            written = written and {*written, "looks_like_another"}
        super().save(*args, update_fields=written, **kwargs)

    def _is_apart(self, written: Collection[str] | None) -> bool:
        """Whether the database would count this row as it will stand, of which only these fields are written (None: all)."""
        once = self._once()
        if written is not None and not any({one.key, *one.within} & set(written) for one in once):
            return False
        return not any(one.alike(type(self), self, counted=one.condition) for one in once)

    def _once(self) -> list[OnceFolded]:
        return [one for one in self._meta.constraints if isinstance(one, OnceFolded)]

    def _show_keys(self) -> None:
        for one in self._once():
            if one.key in vars(self):  # else it was not read, and is not written
                setattr(self, one.key, visible(getattr(self, one.key)))


def marking(app: str, keys: Mapping[str, tuple[str, Sequence[str]]]) -> Callable[[Any, object], None]:
    """A step of a migration that marks all but the first of the rows that look alike, and names them; ``keys`` by model."""

    def mark(apps: Any, _schema: object) -> None:
        for name, (key, within) in keys.items():
            model = apps.get_model(app, name)
            rows = model._base_manager.filter(pk__in=later_alike(model, key, *within))
            for typed in rows.values_list(key, flat=True):
                sys.stdout.write(f"\n    {name} {typed!r}: another one differs in width, case, dashes or blanks only; rename it")
            rows.update(looks_like_another=True)

    return mark
