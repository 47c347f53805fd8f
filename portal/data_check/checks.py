"""Checks of files and rows: files named and stored, owners, constraints; and the possible findings.

Also here: Possible findings of a check of the data. Files and rows: files named by rows exist unaltered, stored files are named by rows,
files have owners. Rows that violate current constraints (choices, check constraints, foreign keys), and constraints missing in the
database. The database enforces most of them, but not for rows older than a constraint (``NOT VALID``), rows inserted while triggers were
off, or after somebody dropped a constraint.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import connection, models
from django.db.models import BooleanField, CheckConstraint, Exists, ExpressionWrapper, OuterRef, Q
from psycopg import sql

from greendistrict.core import clock
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.orphans import orphans

# Files named by rows: every ``FileField`` of every table, and uploads in progress.

UPLOADS = "uploads"


def file_fields() -> list["models.FileField"]:
    """All fields of the portal whose columns contain names of files, by table."""
    found = [field for model in apps.get_models() for field in model._meta.local_fields if isinstance(field, models.FileField)]
    return sorted(found, key=lambda field: (field.model._meta.db_table, field.column))


def named_files() -> sql.Composed:
    """SQL of all names, each once, sorted."""
    columns = [
        sql.SQL("SELECT {column} AS name FROM {table} WHERE {column} <> ''").format(
            column=sql.Identifier(str(field.column)), table=sql.Identifier(field.model._meta.db_table)
        )
        for field in file_fields()
    ]
    pieces = sql.SQL("SELECT {folder} || '/' || key || '.part' AS name FROM {table}").format(
        folder=sql.Literal(UPLOADS), table=sql.Identifier(Upload._meta.db_table)
    )
    return sql.SQL(" UNION ").join([*columns, pieces]) + sql.SQL(" ORDER BY name")


def files_in(storage: Storage = default_storage, folder: str = "") -> Iterator[str]:
    """Names of all files in the storage, by folder; names beginning with a dot belong to the storage itself."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(files) if not name.startswith("."))
    for name in sorted(folders):
        yield from files_in(storage, f"{prefix}{name}")


# Possible findings of a check of the data.


class DataFault(models.TextChoices):
    """Kinds of findings."""

    MISSING_FILE = "missing_file", "文件缺失"
    ALTERED_FILE = "altered_file", "文件内容与校验值不符"
    UNNAMED_FILE = "unnamed_file", "文件没有记录"
    NO_OWNER = "no_owner", "材料归属不存在"
    VERSION = "version", "提交版本与校验值不符"
    SCORE = "score", "得分重算不符"
    RECEIPT = "receipt", "回执不符"
    DECISION = "decision", "决定与存档不符"
    DRAW = "draw", "抽取不能重复"
    PAPER = "paper", "文书与出具记录不符"
    AUDIT = "audit", "审计记录不完整"
    CHOICE = "choice", "取值不在规定之内"
    CONSTRAINT = "constraint", "不符合数据约束"
    REFERENCE = "reference", "引用的记录不存在"
    NO_CONSTRAINT = "no_constraint", "数据库缺少约束"
    UNCHECKED = "unchecked", "未能核对"


@dataclass(frozen=True)
class DataFinding:
    """A finding: its kind, its subject (a file, a number, a table and key), and the fault in words."""

    kind: DataFault
    where: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.kind.label}：{self.where}{f'　{self.text}' if self.text else ''}"

    def as_json(self) -> dict[str, str]:
        """The finding as plain values."""
        return {"kind": self.kind.value, "label": str(self.kind.label), "where": self.where, "text": self.text}


# Files and rows: files named by rows exist unaltered, stored files are named by rows, files have owners.

BATCH, PIECE = 1000, 1024 * 1024
YOUNG = dt.timedelta(days=7)  # a file is there a moment before its row


class LookedAt(Protocol):
    """Callback that counts what was checked."""

    def __call__(self, what: str, number: int = 1) -> None:
        """Add ``number`` to the count of ``what``."""


def named_files_are_there(counted: LookedAt, share: tuple[int, int]) -> Iterator[DataFinding]:
    """Check every file named by a row.

    ``share`` (i, n): the content is read if the key modulo n is i, otherwise only the size is checked.
    """
    part, parts = share
    for field in file_fields():
        name = field.attname
        rows = field.model._base_manager.exclude(**{name: ""}).order_by("pk")
        for row in rows.iterator(chunk_size=BATCH):
            counted("files")
            digest = row.sha256 if isinstance(row, Evidence) and row.pk % parts == part else ""
            yield from _file(getattr(row, name).name, f"{row}", getattr(row, "size", None), digest)
    for upload in Upload.objects.filter(received__gt=0).order_by("pk").iterator(chunk_size=BATCH):
        if not default_storage.exists(name := f"{UPLOADS}/{upload.key}.part"):
            yield DataFinding(DataFault.MISSING_FILE, name, upload.name)


def _file(name: str, title: str, size: int | None, digest: str) -> Iterator[DataFinding]:
    try:
        if size is not None and default_storage.size(name) != size:
            yield DataFinding(DataFault.ALTERED_FILE, name, f"《{title}》长度应为{size}字节，现为{default_storage.size(name)}")
        elif digest and _digest(name) != digest:
            yield DataFinding(DataFault.ALTERED_FILE, name, f"《{title}》")
    except FileNotFoundError:
        yield DataFinding(DataFault.MISSING_FILE, name, f"《{title}》")
    except OSError as error:
        yield DataFinding(DataFault.UNCHECKED, name, f"《{title}》读不出：{error.strerror or error}")


def _digest(name: str) -> str:
    found = hashlib.sha256()
    with default_storage.open(name, "rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def stored_files_are_named(counted: LookedAt) -> Iterator[DataFinding]:
    """Check every file in the storage older than a week."""
    stored, before = files_in(), clock.now() - YOUNG
    while names := list(islice(stored, BATCH)):
        counted("stored", len(names))
        named: set[str] = set()
        for field in file_fields():
            held = field.model._base_manager.filter(**{f"{field.attname}__in": names})
            named |= set(held.values_list(field.attname, flat=True))
        under_way = {name for name in names if name.startswith(f"{UPLOADS}/")}
        if under_way:
            named |= {f"{UPLOADS}/{key}.part" for key in Upload.objects.values_list("key", flat=True)}
        for name in names:
            if name not in named and default_storage.get_modified_time(name) < before:
                yield DataFinding(DataFault.UNNAMED_FILE, name)


def owners_are_there(_counted: LookedAt) -> Iterator[DataFinding]:
    """Check that every file belongs to an existing row."""
    for owner, title in orphans():
        yield DataFinding(DataFault.NO_OWNER, owner, f"《{title}》")


# Rows that violate current constraints (choices, check constraints, foreign keys), and constraints missing in the database.

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
    choices, references, conditions = [], [], []
    for field in model._meta.concrete_fields:
        given = Q(**{f"{field.attname}__isnull": False})
        if field.choices and not isinstance(field, models.BooleanField):
            known = [value for value, _ in field.flatchoices]
            known += [""] if field.blank and field.empty_strings_allowed else []
            choices.append(RowRule(DataFault.CHOICE, str(field.verbose_name), given & ~Q(**{f"{field.attname}__in": known}), {}))
        if isinstance(field, models.ForeignKey):
            there = Exists(field.related_model._base_manager.filter(**{field.target_field.attname: OuterRef(field.attname)}))
            references.append(RowRule(DataFault.REFERENCE, str(field.verbose_name), given & ~Q(there), {}))
    # a condition that is neither true nor false counts as fulfilled, as in PostgreSQL
    for number, constraint in enumerate(one for one in model._meta.constraints if isinstance(one, CheckConstraint)):
        condition: Any = constraint.condition
        holds = {f"holds_{number}": ExpressionWrapper(condition, output_field=BooleanField())}
        conditions.append(RowRule(DataFault.CONSTRAINT, constraint.name, Q(**{f"holds_{number}": False}), holds))
    return [*choices, *references, *conditions]


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
