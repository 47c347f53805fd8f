"""Faults of the database that a person is told in words: it is away, a lock was waited for too long, a statement took too long."""

from typing import NamedTuple

import psycopg
from django.db import Error, InterfaceError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from greendistrict.postgres.waits import DatabaseAway

MIGRATING = "greendistrict migrate"  # advisory lock of ``manage.py migrate``
BUSY = frozenset({"55P03", "40P01", "40001"})  # lock not available, deadlock, serialisation
TOO_LONG = "57014"
# Connection lost, server stopping, too many connections, idle too long, a copy that only reads.
GONE = ("08", "57P", "53300", "25P03", "25006")
CHANGED = frozenset({"42P01", "42703", "42883"})  # table, column or function missing


class Fault(NamedTuple):
    """What a page says; ``retry_after`` in seconds."""

    heading: str
    text: str
    retry_after: int


AWAY = Fault("数据库暂时没有应答", "已保存的内容不受影响，这一次没有保存任何内容。恢复后即可继续，请稍后再试。", 5)
MAINTENANCE = Fault("维护中", "平台正在升级，一般几分钟内完成。这一次没有保存任何内容，请稍后再试。", 30)
HELD = Fault("暂时不能办理", "同一内容正有另一项操作在办，这一次没有保存任何内容，请稍后再按一次。", 5)
LONG = Fault("这一步用时过长", "已经中止，没有保存任何内容。请缩小范围后再试，仍不行时与技术支持联系。", 60)


def fault_of(error: BaseException | None) -> Fault | None:
    """The fault behind an error, also behind one that it caused; None for anything else."""
    while error is not None:
        if isinstance(error, Error | psycopg.Error):
            found = _fault(error)
            if found is not None:
                return found
        error = error.__cause__ or error.__context__
    return None


def _fault(error: Error | psycopg.Error) -> Fault | None:
    cause = error.__cause__ if isinstance(error, Error) else error
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in BUSY:
        return MAINTENANCE if is_migrating() else HELD
    if state in CHANGED:
        return MAINTENANCE if is_migrating() else None
    if state == TOO_LONG:
        return LONG
    lost = not state and isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return AWAY if lost or isinstance(error, DatabaseAway | InterfaceError) or state.startswith(GONE) else None


def is_migrating(link: BaseDatabaseWrapper = connection) -> bool:
    """Whether ``manage.py migrate`` is at work; False if that cannot be asked."""
    asked = """
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0)
    """
    try:
        with link.cursor() as cursor:
            cursor.execute(asked, [MIGRATING])
            return cursor.fetchone() is not None
    except Error:
        return False
