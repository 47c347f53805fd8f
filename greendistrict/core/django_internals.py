"""All that reaches into Django's internals, each with its row of the bench (docs/performance.md); no other module does."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import FieldError, ValidationError
from django.db import DatabaseError, connection, connections, router, transaction
from django.db.migrations.state import ProjectState
from django.db.models import BooleanField, CheckConstraint, Field, Model, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.sql import Query
from django.db.models.sql.constants import SINGLE
from django.http import HttpRequest

PLACE = re.compile(r"(?<!%)%s")


class Compiled:
    """Queryset that Django builds and compiles once, with marks in place of values; each read substitutes the actual values.

    A mark is a value of the right type that occurs nowhere else in the queryset: -1 for a key, ``date.min`` for a day. The builder must not
    read anything that changes between calls (settings, posts, permissions). Prefetching is not supported.

    Bench: "statements of one shape compiled once" (docs/performance.md), work desk and plot board.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *marks: Hashable) -> None:
        self._build, self._marks = build, marks

    @cached_property
    def _compiled(self) -> tuple[Any, Any, str, list[Hashable]]:
        """Queryset, its compiler, the statement with its fixed parameters written out, and the mark of each that is left.

        Binding a parameter takes ten calls, and a statement of JSON rows has hundreds of them.
        """
        queryset: Any = self._build(*self._marks)
        compiler = queryset.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        operations: Any = connection.ops
        text, *rest = PLACE.split(statement)
        marked = []
        for parameter, after in zip(parameters, rest, strict=True):
            marks = [one for one in self._marks if one == parameter]
            marked += marks
            text += ("%s" if marks else operations.compose_sql("%s", [parameter]).replace("%", "%%")) + after
        return queryset, compiler, text, marked

    def read(self, *values: Any) -> list[Any]:
        """Rows as the queryset would return them: model instances, mappings or tuples."""
        queryset, compiler, statement, marked = self._compiled
        values_of = dict(zip(self._marks, values, strict=True))
        put = tuple([values_of[mark] for mark in marked])
        bound = copy(compiler)  # one copy per read, because connections belong to threads
        bound.connection = connection
        bound.as_sql = lambda *_, **__: (statement, put)
        asked = copy(queryset.query)
        asked.get_compiler = lambda *_, **__: bound
        source = SimpleNamespace(db=connection.alias, query=asked, _known_related_objects={}, _fields=None)
        return list(queryset._iterable_class(source))  # noqa: SLF001 -- one loop for instances, mappings and tuples: Django's own


MARK_OF_KEY = -1_000_000  # keys from here downwards do not exist
MOST_KEYS = 64
MARK_OF_KEYS = "keys in an array"
ALL_OF = "SELECT unnest(%s::bigint[])"


class CompiledFor:
    """Queryset over all rows (``None``) or the rows of given keys, compiled for 1, 2, 4 … 64 keys, and for more as one array.

    ``build(only, *marks)`` must filter by ``only`` through ``__in`` alone.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *marks: Hashable) -> None:
        self._build, self._marks, self._held = build, marks, dict[int, Compiled]()

    def read(self, only: Collection[int] | None, *values: Any) -> list[Any]:
        """Rows as the queryset would return them; empty if ``only`` is empty."""
        keys = _filled_up(only)
        if only is not None and not keys:
            return []
        if len(keys) > MOST_KEYS:
            return self._of_many.read(*values, keys)
        if len(keys) not in self._held:
            self._held[len(keys)] = self._narrowed(len(keys))
        return self._held[len(keys)].read(*values, *keys)

    def over(self, keys: QuerySet[Any, Any] | Collection[int], *values: Any) -> Iterable[Any]:
        """As ``read``, for keys that may be a queryset; for a queryset the statement is built on each call."""
        return self._build(keys, *values) if isinstance(keys, QuerySet) else self.read(keys, *values)

    @cached_property
    def _of_many(self) -> Compiled:
        """Thousands of parameters cost more than the rows that they choose, so the keys are one."""
        return Compiled(lambda *put: self._build(RawSQL(ALL_OF, put[-1:]), *put[:-1]), *self._marks, MARK_OF_KEYS)  # noqa: S611 -- no value in it

    def _narrowed(self, number: int) -> Compiled:
        fixed = len(self._marks)
        marks = range(MARK_OF_KEY - number, MARK_OF_KEY)
        return Compiled(lambda *put: self._build(put[fixed:] or None, *put[:fixed]), *self._marks, *marks)


def _filled_up(only: Collection[int] | None) -> list[int]:
    """The keys with the last one repeated up to a power of two, so that few statements serve any number of keys."""
    keys = sorted(only or ())
    return keys + keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys)) if keys else []


class ModelColumns(NamedTuple):
    """Position of a model's columns in a row, their fields, and fields that need Django's conversion (JSON)."""

    model: type[Model]
    start: int
    names: list[str]
    converted: list[tuple[int, Any]]

    def made(self, row: Sequence[Any]) -> Any:
        """Model instance of a row; None if nothing was joined. Fields that were not selected are deferred."""
        values = list(row[self.start : self.start + len(self.names)])
        if values[0] is None:
            return None
        for place, convert in self.converted:
            values[place] = convert(values[place], None, connection)
        return self.model.from_db(connection.alias, self.names, values)


class Joined:
    """Model instances of several tables from one SQL statement with ``{alias}`` in place of the columns of each joined model.

    Django builds and compiles a queryset anew each time, which dominates for a few rows. Bench: "posts of the person", "table with what
    stands around it", "panel member", "district of a page with its locks" (docs/performance.md), autosave and pages of a plot or table.

    ``parts``: model and fields by alias; without a key in the row there is no such instance. Further columns after those of the models are
    returned as a tuple under ``beside``. Aliases and columns are constants of the code; values of callers are passed as parameters.
    """

    def __init__(self, statement: str, **parts: tuple[type[Model], Sequence[str]]) -> None:
        self._statement, self._given = statement, parts

    @cached_property
    def _sql(self) -> str:
        columns = {alias: ", ".join(f'{alias}."{one.column}"' for one in _fields(*given)) for alias, given in self._given.items()}
        return self._statement.format(**columns)

    @cached_property
    def _parts(self) -> dict[str, ModelColumns]:
        parts, start = {}, 0
        for alias, (model, names) in self._given.items():
            fields = _fields(model, names)
            convert = [(place, one.from_db_value) for place, one in enumerate(fields) if hasattr(one, "from_db_value")]
            parts[alias] = ModelColumns(model, start, [field.attname for field in fields], convert)
            start += len(fields)
        return parts

    def read(self, *parameters: Any) -> list[dict[str, Any]]:
        """Execute the statement; returns for each row its instances by alias."""
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            rows = cursor.fetchall()
        width = sum(len(part.names) for part in self._parts.values())
        return [{**{alias: part.made(row) for alias, part in self._parts.items()}, "beside": row[width:]} for row in rows]


def _fields(model: type[Model], names: Sequence[str]) -> list["Field[Any, Any]"]:
    """Fields in column order with the primary key first, as ``from_db`` expects."""
    wanted = {model._meta.get_field(name).name for name in names}
    return [field for field in model._meta.concrete_fields if field.name in wanted]


def fill_relations(obj: Model, related: Mapping[str, Model | None]) -> None:
    """Set relations that were read with the object, as ``select_related`` does; an empty one is known to be empty.

    Bench: the rows of ``Joined``.
    """
    obj._state.fields_cache.update(related)  # noqa: SLF001


def is_prefetched(obj: Model, name: str) -> bool:
    """Whether the rows of a relation are prefetched. Bench: none; facts of many districts are read together, those of one by themselves."""
    return name in getattr(obj, "_prefetched_objects_cache", {})


def as_sql(condition: Q, model: type[Model]) -> RawSQL:
    """A condition compiled to SQL, so that it need not be built again. Bench: "condition of hidden figures", list of districts."""
    query = model._default_manager.annotate(found=condition).query
    statement, parameters = query.get_compiler(connection=connection).compile(query.annotations["found"])
    return RawSQL(statement, parameters, BooleanField())  # noqa: S611 -- Django's own SQL


def passes(row: Any, model: Any, conditions: Sequence[Any], using: str) -> bool:
    """Whether no check of the model is false, asked in one query; like in a table, NULL counts as passed.

    Django asks one query and savepoint per constraint. Bench: none; "Excel import of 1,000 plots" and every saved district.
    """
    together, database = Q(*conditions), connections[using]
    named = {reference[0] for reference in model._get_expr_references(together)}  # noqa: SLF001 -- as Django's own checks do
    query: Any = Query(None)
    for name, value in row._get_field_expression_map(meta=model._meta).items():  # noqa: SLF001
        if name in named:
            query.add_annotation(value, name, select=False)
    query.add_annotation(Value(1), "_check")
    try:
        query.add_q(Q(Coalesce(together, True, output_field=BooleanField())))
        with transaction.atomic(using=using) if database.in_atomic_block else nullcontext():
            return query.get_compiler(using=using).execute_sql(SINGLE) is not None
    except (FieldError, DatabaseError):  # fall back to Django, which evaluates the checks one by one
        return False


def user_read(request: HttpRequest | None) -> Any:
    """The request's user if already read, else None, so that nobody's question causes a query. Bench: none; the access log asks it."""
    return getattr(request, "_cached_user", None)


def keep_user(request: HttpRequest, user: Any) -> None:
    """Keep the user of a request under the name that Django's login writes. Bench: none; a sign-in shows in the same request."""
    request._cached_user = user  # type: ignore[attr-defined]  # noqa: SLF001


def fill_session(store: SessionBase, data: dict[str, Any]) -> None:
    """Set what was just read of a session, so that it is not read again. Bench: none; a page of sessions asks one query."""
    store._session_cache = data  # type: ignore[attr-defined]  # noqa: SLF001


FIND_MODELS = "_find_reload_model"


@contextmanager
def rendered_alone() -> Iterator[None]:
    """Within the block, an operation of ``migrate`` renders only the model that it changes; for forward operations only.

    Django renders all models transitively related to it, which is nearly all of them and takes nine tenths of the time to migrate an empty
    database. Forward operations need only their own model and those it refers to. Others get a full rendering: Python operations through
    Django's mark of a delayed state, changes of relations here. Bench: none; an empty database is migrated in 3.8 s instead of 21.
    """
    django = getattr(ProjectState, FIND_MODELS)
    setattr(ProjectState, FIND_MODELS, _rendered)
    try:
        yield
    finally:
        setattr(ProjectState, FIND_MODELS, django)


def _rendered(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:  # noqa: FBT001, FBT002 -- Django's
    is_new = model_name not in state.apps.all_models[app_label]
    if delay or is_new:
        state.is_delayed = True
        return {(app_label, model_name)}
    real = {(found.app_label, found.name_lower) for found in state.apps.real_models}
    return {*state.models, *real}


def all_hold(row: Model) -> bool:
    """Whether ``full_clean`` would find no errors in the row; error messages are not computed.

    Check constraints are validated in one query; Django runs one query and savepoint per constraint.
    """
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
