"""Files named by rows: every ``FileField`` of every table, and uploads in progress."""

from collections.abc import Iterator

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import models
from psycopg import sql

from greendistrict.documents.models import Upload

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
