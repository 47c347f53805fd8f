"""System checks of an installation with several hosts; run by ``check --database default``."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's own name
from django.db import connection

from greendistrict.core import key_marks

BOUNDS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@register(Tags.database)
def keys_of_other_hosts(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """``gd.E027``: this host has another receipt or field key than the others."""
    if not databases or settings.AS_OWNER:
        return []
    return [Error(text, id="gd.E027") for text in key_marks.differing()]


@register(Tags.database)
def bounds_behind_a_pooler(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """``gd.W027``: PgBouncer passes no start-up options on, so that bounds not set for the role are none."""
    if not (databases and settings.DATABASE_POOLER):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = '0' ORDER BY name", [list(BOUNDS)])
        endless = [name for (name,) in cursor.fetchall()]
    if not endless:
        return []
    hint = "由管理员执行 ALTER ROLE greendistrict_app SET " + "…；SET ".join(f"{name} = '…s'" for name in endless)
    return [Warning(f"经连接池（GD_DATABASE_POOLER）连接，没有上限：{'、'.join(endless)}", hint=hint, id="gd.W027")]
