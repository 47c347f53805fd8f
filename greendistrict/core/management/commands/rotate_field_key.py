"""``manage.py rotate_field_key``: re-encrypt all encrypted values with the first key of ``GD_FIELD_KEY``."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from greendistrict.core.encrypted import EncryptedTextField, UndecipherableError, decrypt, encrypt, is_current

BATCH = 500


class Command(BaseCommand):
    """Re-encrypts row by row in batches; may be interrupted and repeated. Skips values that cannot be decrypted, then exits with 1."""

    help = "Encrypt every encrypted field anew with the first key of GD_FIELD_KEY"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Raise ``CommandError`` if values cannot be decrypted."""
        broken = []
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                if isinstance(field, EncryptedTextField):
                    done, unread = _rotate(model, field)
                    self.stdout.write(f"{model._meta.label}.{field.name}：重新加密{done}个")
                    broken += [f"{model._meta.label}:{pk}.{field.name}" for pk in unread]
        if broken:
            msg = f"没有密钥能打开{len(broken)}个值：" + "、".join(broken[:20])
            raise CommandError(msg)


def _rotate(model: type[models.Model], field: EncryptedTextField) -> tuple[int, list[int]]:
    """Number of values re-encrypted, and primary keys of rows that cannot be decrypted."""
    quote = connection.ops.quote_name
    table, column, key = quote(model._meta.db_table), quote(str(field.column)), quote(str(model._meta.pk.column))
    done, unread, after = 0, [], 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {key} > %s AND {column} <> '' ORDER BY {key} LIMIT %s FOR NO KEY UPDATE",  # noqa: S608 -- names of our own models
                [after, BATCH],
            )
            rows = cursor.fetchall()
            for pk, stored in rows:
                if is_current(stored):
                    continue
                try:
                    again = encrypt(decrypt(stored))
                except UndecipherableError:
                    unread.append(pk)
                    continue
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [again, pk])  # noqa: S608 -- names of our own models
                done += 1
        if not rows:
            return done, unread
        after = rows[-1][0]
